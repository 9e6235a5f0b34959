/* A1, A2, A4, A13: laws fitted to a constant and a cosine schedule, judged on others that are
 * longer; A15: the ends of these forecast from their beginnings. */
#include "fits.h"
#include "forecasts.h"
#include "questions.h"

#include "base/rng.h"
#include "base/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_RUNS = 32 };

static void compare_laws(const Asked *asked, const FitSet *set)
{
    for (int64_t k = 0; k < words_count(config.laws); k++) {
        char *variant = words_item(config.laws, k);
        FitResult fit = fits_run(variant, set);
        fits_write(variant, set, &fit, &asked->row, asked->job);
        if (!strcmp(variant, "annealing_refit")) fits_curves(set, &fit, asked->job);
        free(variant);
    }
    fits_write_all("annealing_refit", "annealing_all", set, &asked->row, asked->job);
    fits_write_all("linear_rate", "linear_all", set, &asked->row, asked->job);
    fits_scan(set, &asked->row, asked->job);
}

/* As logs have them: with the world's noise, which this changes. */
static void forecast_ends(const Asked *asked, int64_t fitted, int64_t count, Observed *seen)
{
    for (int64_t k = fitted; k < count; k++) {
        Rng rng = rng_stream((uint64_t)frame->seed, (uint32_t)(asked->row.repeat * MAX_RUNS + k),
                             RNG_NOISE);
        for (int64_t p = 0; p < seen[k].run.points && asked->world->noise > 0.0; p++)
            seen[k].loss[p] *= exp(asked->world->noise * rng_normal(&rng));
        Row row = asked->row;
        row.schedule_index = k;
        forecasts_write(&seen[k].run, &row, asked->job);
    }
}

void ask_fit(const Asked *asked)
{
    Observed seen[MAX_RUNS];
    const LawRun *run[MAX_RUNS];
    int64_t count = 0;
    bool good =
        words_count(config.fitted_schedules) + words_count(config.unseen_schedules) <= MAX_RUNS &&
        asked_observe(asked, config.fitted_schedules, 1, &count, seen);
    int64_t fitted = count;
    good = good && asked_observe(asked, config.unseen_schedules, config.unseen_times, &count, seen);
    for (int64_t k = 0; k < count; k++) run[k] = &seen[k].run;
    FitSet set = {count, fitted, run, "two", config.memory * (double)asked->world->steps};
    if (good) {
        compare_laws(asked, &set);
        forecast_ends(asked, fitted, count, seen);
    }
    for (int64_t k = 0; k < count; k++) observed_free(&seen[k]);
}
