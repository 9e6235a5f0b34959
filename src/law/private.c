#include "law/private.h"

#include "base/die.h"

#include <math.h>

void law_log_area(const LawFeatures *features, double *out)
{
    const LawPath *path = features->path;
    for (int64_t p = 0; p < features->points; p++)
        out[p] = log(fmax(path->area[features->step[p]], PATH_FLOOR * path->peak));
}

void law_tune_annealing(LawFeatures *features, double lambda)
{
    if (features->memories || features->tuned == lambda) return;
    path_annealing(features->path, lambda, features->points, features->step, features->column[1],
                   features->column[2]);
    features->tuned = lambda;
}

Annealing law_annealing_at(const LawFeatures *features, double lambda)
{
    if (features->tuned == lambda)
        return (Annealing){features->column[1], features->column[2], NULL};
    double *made = alloc_zeroed(2 * (size_t)features->points + 1, sizeof *made);
    if (features->memories)
        memories_at(features->memories, lambda, made, made + features->points);
    else
        path_annealing(features->path, lambda, features->points, features->step, made,
                       made + features->points);
    return (Annealing){made, made + features->points, made};
}

void law_drop_value(const LawFeatures *features, const double *theta, const LawDrop *by,
                    double *loss, double *gradient, double *parts)
{
    enum { L0, A, ALPHA, C, FIFTH };
    int64_t n = features->points;
    for (int64_t p = 0; p < n; p++) {
        double log_area = features->column[0][p], power = exp(-theta[ALPHA] * log_area);
        double progress = theta[A] * power, annealing = theta[C] * by->grown * by->drop[p];
        loss[p] = by->floor + progress - annealing;
        law_parts(parts, n, p, by->floor, progress, annealing);
        if (!gradient) continue;
        double *g = gradient + p * features->law->count;
        g[L0] = 1.0;
        g[A] = power;
        g[ALPHA] = -progress * log_area;
        g[C] = -by->grown * by->drop[p];
        if (by->slope) g[FIFTH] = -theta[C] * by->grown * by->slope[p];
    }
}
