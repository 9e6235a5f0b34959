#include "public_curves.h"

#include "base/die.h"
#include "base/named.h"
#include "io/csv.h"
#include "io/files.h"

#include <stdlib.h>
#include <string.h>

typedef struct PublicCurve {
    const char *name, *file; /* below the data folder; %s: the set's name */
    int64_t steps;
    const char *schedule;
} PublicCurve;

/* The usual split of arXiv 2503.12811: fitted to the first three, tested on the others. Two-stage
 * schedules fall at step 8000, which still counts as the first update of the second rate. */
static const PublicCurve multi_power[] = {
    {"constant_24000", "multi_power_law/%s/constant_24000.csv", 24000, "constant:warmup=2160"},
    {"cosine_24000", "multi_power_law/%s/cosine_24000.csv", 24000, "cosine:warmup=2160,floor=0.1"},
    {"wsdcon_9", "multi_power_law/%s/wsdcon_9.csv", 16000,
     "constant:warmup=2160,total=7999+constant:peak=9e-5"},
    {"constant_72000", "multi_power_law/%s/constant_72000.csv", 72000, "constant:warmup=2160"},
    {"cosine_72000", "multi_power_law/%s/cosine_72000.csv", 72000, "cosine:warmup=2160,floor=0.1"},
    {"wsd_20000_24000", "multi_power_law/%s/wsd_20000_24000.csv", 24000,
     "wsd:warmup=2160,decay=4000,shape=exponential,floor=0.1"},
    {"wsdld_20000_24000", "multi_power_law/%s/wsdld_20000_24000.csv", 24000,
     "wsd:warmup=2160,decay=4000,shape=linear,floor=0.1"},
    {"wsdcon_3", "multi_power_law/%s/wsdcon_3.csv", 16000,
     "constant:warmup=2160,total=7999+constant:peak=3e-5"},
    {"wsdcon_18", "multi_power_law/%s/wsdcon_18.csv", 16000,
     "constant:warmup=2160,total=7999+constant:peak=1.8e-4"},
};

static const PublicCurve figure2[] = {
    {"constant", "annealing_fig2/fig2_20k.csv", 20000, "constant:warmup=500"},
    {"cosine", "annealing_fig2/fig2_20k.csv", 20000, "cosine:warmup=500"},
};

static const PublicSet sets[] = {
    {"25M", 3e-4, 1000, 2160, WARMUP_AREA, 9, 3, 3, multi_power},
    {"100M", 3e-4, 1000, 2160, WARMUP_AREA, 9, 3, 3, multi_power},
    {"400M", 3e-4, 1000, 2160, WARMUP_AREA, 9, 3, 3, multi_power},
    {"figure2", 2e-4, 1000, 500, WARMUP_AS_PEAK, 2, 2, 0, figure2},
};

const PublicSet *public_find(const char *name)
{
    return named_row("public curves", name, sizeof sets / sizeof *sets, sizeof *sets, sets);
}

char *public_file(const PublicSet *set, int curve, const char *folder)
{
    const char *file = set->curve[curve].file, *mark = strstr(file, "%s");
    if (!mark) return format_text("%s/%s", folder, file);
    return format_text("%s/%.*s%s%s", folder, (int)(mark - file), file, set->name, mark + 2);
}

bool public_is_here(const PublicSet *set, const char *folder)
{
    bool here = true;
    for (int k = 0; k < set->count; k++) {
        char *path = public_file(set, k, folder);
        here = here && files_exist(path);
        free(path);
    }
    return here;
}

/* Rows of this schedule, where the file holds several. */
static int64_t read_points(const char *path, const char *schedule, int64_t **step, double **loss)
{
    Csv *csv = csv_read(path);
    int64_t rows = csv_rows(csv), points = 0;
    int which = csv_find(csv, "schedule"), at = csv_column(csv, "step"),
        value = csv_column(csv, which < 0 ? "loss" : "val_loss");
    *step = alloc_zeroed((size_t)rows + 1, sizeof **step);
    *loss = alloc_zeroed((size_t)rows + 1, sizeof **loss);
    for (int64_t row = 0; row < rows; row++) {
        if (which >= 0 && strcmp(csv_text(csv, row, which), schedule) != 0) continue;
        (*step)[points] = csv_int(csv, row, at);
        (*loss)[points++] = csv_real(csv, row, value);
    }
    csv_free(csv);
    return points;
}

Observed public_read(const PublicSet *set, int index, const char *folder)
{
    const PublicCurve *curve = &set->curve[index];
    char *path = public_file(set, index, folder);
    Observed seen = {.schedule = format_text("%s", curve->name),
                     .outcome = OUTCOME_SPENT,
                     .rate = world_rates(curve->schedule, curve->steps, set->peak)};
    int64_t points = read_points(path, curve->name, &seen.step, &seen.loss);
    seen.run = (LawRun){.name = seen.schedule,
                        .steps = curve->steps + 1,
                        .rate = seen.rate,
                        .warmup = set->warmup,
                        .counted = set->counted,
                        .points = points,
                        .step = seen.step,
                        .loss = seen.loss};
    free(path);
    return seen;
}
