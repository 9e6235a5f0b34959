#include "law/law.h"

#include "base/die.h"
#include "base/named.h"
#include "law/kinds.h"

#include <stdlib.h>
#include <string.h>

static const Law *const laws[] = {
    &law_annealing, &law_annealing_size, &law_multi_power, &law_functional,
    &law_momentum,  &law_linear_rate,    &law_power,       &law_chinchilla,
};
enum { LAW_COUNT = sizeof laws / sizeof *laws };

/* Steps predicted at a time: bounds the memory of sums over decays. */
enum { BLOCK = 128 };

int law_count(void) { return LAW_COUNT; }
const Law *law_at(int index) { return laws[index]; }

typedef struct {
    const char *name;
    const Law *law;
} LawName;

const Law *law_find(const char *name)
{
    LawName rows[LAW_COUNT];
    for (int i = 0; i < LAW_COUNT; i++) rows[i] = (LawName){laws[i]->name, laws[i]};
    return ((const LawName *)named_row("law", name, LAW_COUNT, sizeof *rows, rows))->law;
}

int law_parameter(const Law *law, const char *name)
{
    for (int i = 0; i < law->count; i++)
        if (strcmp(law->parameter[i].name, name) == 0) return i;
    return -1;
}

int law_gain(const Law *law)
{
    int k = law->count - 1;
    while (k >= 0 && !law->parameter[k].gains) k--;
    return k;
}

LawFeatures *law_features(const Law *law, const LawPath *path, int64_t points, const int64_t *step)
{
    LawFeatures *features = alloc_zeroed(1, sizeof *features);
    *features = (LawFeatures){.law = law, .path = path, .points = points, .step = step};
    for (int c = 0; c < LAW_COLUMNS; c++)
        features->column[c] = alloc_zeroed((size_t)points + 1, sizeof(double));
    law->prepare(features);
    return features;
}

void law_features_free(LawFeatures *features)
{
    if (!features) return;
    for (int c = 0; c < LAW_COLUMNS; c++) free(features->column[c]);
    decays_free(features->terms);
    memories_free(features->memories);
    free(features);
}

void law_features_tabulate(LawFeatures *features)
{
    if (features->law->tune && !features->memories)
        features->memories = memories_create(features->path, features->points, features->step);
}

static void predict_block(const Law *law, const double *theta, const LawPath *path, int64_t points,
                          const int64_t *step, double *loss, double *parts)
{
    LawFeatures *features = law_features(law, path, points, step);
    if (law->tune) law->tune(features, theta);
    law->value(features, theta, loss, NULL, parts);
    law_features_free(features);
}

void law_predict(const Law *law, const double *theta, const LawPath *path, int64_t points,
                 const int64_t *step, double *loss, double *parts)
{
    if (!law->blocks) {
        predict_block(law, theta, path, points, step, loss, parts);
        return;
    }
#pragma omp parallel for schedule(dynamic)
    for (int64_t from = 0; from < points; from += BLOCK) {
        int64_t n = points - from < BLOCK ? points - from : BLOCK;
        double *block = parts ? alloc_zeroed((size_t)(LAW_PARTS * n), sizeof *block) : NULL;
        predict_block(law, theta, path, n, step + from, loss + from, block);
        for (int k = 0; k < LAW_PARTS && parts; k++)
            memcpy(parts + k * points + from, block + k * n, (size_t)n * sizeof *block);
        free(block);
    }
}

void law_predict_run(const Law *law, const double *theta, const LawRun *run, int64_t points,
                     const int64_t *step, double *loss)
{
    LawPath *path = path_create(run);
    law_predict(law, theta, path, points, step, loss, NULL);
    path_free(path);
}
