/* A5 to A10: where runs of different schedules end.
 *
 * Each row is a run: measured is its loss at the end, predicted what the annealing law fitted to
 * the world's constant and cosine runs (lambda too) says of it. A last row of level_index −1 holds
 * what follows from all of them: the crossing, the best. */
#include "fits.h"
#include "questions.h"

#include "base/die.h"
#include "base/extremes.h"
#include "base/words.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_LEVELS = 32, FITTED = 8 };

typedef struct {
    int64_t count;
    double level[MAX_LEVELS], measured[MAX_LEVELS], predicted[MAX_LEVELS];
} Ends;

static bool is_trained(const Asked *asked) { return asked->world->model != NULL; }

/* False, with the outcome's row written, where a run did not end well. */
static bool fit_world(const Asked *asked, FitResult *fit)
{
    Observed seen[FITTED];
    const LawRun *run[FITTED];
    int64_t count = 0;
    bool good = words_count(config.fitted_schedules) <= FITTED &&
                asked_observe(asked, config.fitted_schedules, 1, &count, seen);
    for (int64_t k = 0; k < count; k++) run[k] = &seen[k].run;
    FitSet set = {count, count, run, "two", config.memory * (double)asked->world->steps};
    if (good) *fit = fits_run("annealing_refit", &set);
    for (int64_t k = 0; k < count; k++) observed_free(&seen[k]);
    return good;
}

static void add_run(const Asked *asked, const FitResult *fit, Ends *ends, int64_t index,
                    double level, int64_t steps, const char *schedule)
{
    Observed seen = world_observe(asked->world, schedule, steps, steps, steps);
    Row row = asked->row;
    row.schedule = schedule;
    row.schedule_index = index;
    row.level_index = ends->count;
    row.level = level;
    row.steps = steps;
    row.outcome = seen.outcome;
    row.law.lambda = fit->theta[law_parameter(fit->law, "lambda")];
    if (seen.outcome == OUTCOME_SPENT) row.measured = seen.loss[0];
    row.predicted = fits_end(fit, schedule, steps, asked->world->rate);
    row_write(&row, asked->job);
    ends->level[ends->count] = level;
    ends->measured[ends->count] = row.measured;
    ends->predicted[ends->count++] = row.predicted;
    observed_free(&seen);
}

/* What follows from all ends of a row's kind. */
static void write_finding(const Asked *asked, const char *name, int64_t index, int64_t steps,
                          double measured, double predicted)
{
    Row row = asked->row;
    row.schedule = name;
    row.schedule_index = index;
    row.level_index = -1;
    row.steps = steps;
    row.measured = measured;
    row.predicted = predicted;
    row_write(&row, asked->job);
}

static double best_level(const Ends *ends, const double *loss)
{
    int64_t best = extremes_least(ends->count, loss);
    return best < 0 ? NAN : ends->level[best];
}

static void write_best(const Asked *asked, const Ends *ends, int64_t index, int64_t steps)
{
    write_finding(asked, "best", index, steps, best_level(ends, ends->measured),
                  best_level(ends, ends->predicted));
}

/* ---- A5: constant or cosine, by length */

void ask_crossover(const Asked *asked)
{
    static const double lengths[] = {0.125, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0};
    enum { LENGTHS = sizeof lengths / sizeof *lengths };
    FitResult fit;
    if (!fit_world(asked, &fit)) return;
    Ends constant = {0}, cosine = {0};
    double steps[LENGTHS], measured[LENGTHS], predicted[LENGTHS];
    for (int k = 0; k < LENGTHS; k++) {
        int64_t length = llround(lengths[k] * (double)asked->world->steps);
        steps[k] = (double)length;
        add_run(asked, &fit, &constant, 0, lengths[k], length, "constant");
        add_run(asked, &fit, &cosine, 1, lengths[k], length, "cosine");
        measured[k] = constant.measured[k] - cosine.measured[k];
        predicted[k] = constant.predicted[k] - cosine.predicted[k];
    }
    write_finding(asked, "crossover", 0, 0, extremes_crossing(LENGTHS, steps, measured),
                  extremes_crossing(LENGTHS, steps, predicted));
}

/* ---- A6: forms of equal length */

void ask_forms(const Asked *asked)
{
    static const char *const forms[] = {"cosine", "wsd:shape=cosine", "multistep_cosine"};
    FitResult fit;
    if (!fit_world(asked, &fit)) return;
    for (int k = 0; k < 3; k++) {
        Ends ends = {0};
        add_run(asked, &fit, &ends, k, 3.0, 3 * asked->world->steps, forms[k]);
    }
}

/* ---- A7: the cosine's cycle, in lengths of the run, and its floor. As the paper: a floor of a
 * tenth, stayed on (0.6) or not reached (1.4); and to 0. */

void ask_cycle(const Asked *asked)
{
    static const double cycles[] = {0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.6, 2.0};
    static const double floors[] = {0.1, 0.0};
    static const int64_t times[] = {1, 3, 5, 25};
    FitResult fit;
    if (!fit_world(asked, &fit)) return;
    int64_t longest = is_trained(asked) ? config.end_cycle_times : config.cycle_times;
    for (int t = 0; t < 4; t++)
        for (int f = 0; f < 2; f++) {
            if (times[t] > longest) continue;
            Ends ends = {0};
            int64_t steps = times[t] * asked->world->steps;
            for (size_t k = 0; k < sizeof cycles / sizeof *cycles; k++) {
                char *schedule =
                    format_text("cosine:cycle=%lld,floor=%g",
                                (long long)llround(cycles[k] * (double)steps), floors[f]);
                add_run(asked, &fit, &ends, f, cycles[k], steps, schedule);
                free(schedule);
            }
            write_best(asked, &ends, f, steps);
        }
}

/* ---- A8: the share of a constant rate's run that is annealed */

void ask_share(const Asked *asked)
{
    static const double shares[] = {.02, .05, .075, .1, .125, .15, .175, .2, .225, .25,
                                    .3,  .35, .4,   .5, .6,   .7,  .8,   .9, 1.0};
    static const int64_t times[] = {1, 2, 3, 4, 5};
    FitResult fit;
    if (!fit_world(asked, &fit)) return;
    int64_t longest = is_trained(asked) ? config.end_share_times : config.share_times;
    for (int t = 0; t < 5; t++) {
        if (times[t] > longest) continue;
        Ends ends = {0};
        int64_t steps = times[t] * asked->world->steps;
        for (size_t k = 0; k < sizeof shares / sizeof *shares; k++) {
            char *schedule = format_text("wsd:shape=cosine,decay=%lld",
                                         (long long)llround(shares[k] * (double)steps));
            add_run(asked, &fit, &ends, t, shares[k], steps, schedule);
            free(schedule);
        }
        write_best(asked, &ends, t, steps);
    }
}

/* ---- A9: the form of the decay, at three shares */

void ask_shape(const Asked *asked)
{
    static const double shares[] = {0.1, 0.2, 0.5};
    static const char *const shapes[] = {"cosine", "1-sqrt"};
    FitResult fit;
    if (!fit_world(asked, &fit)) return;
    int64_t steps = 5 * asked->world->steps / 2;
    for (int f = 0; f < 2; f++) {
        Ends ends = {0};
        for (int k = 0; k < 3; k++) {
            char *schedule = format_text("wsd:decay=%g,shape=%s", shares[k], shapes[f]);
            add_run(asked, &fit, &ends, f, shares[k], steps, schedule);
            free(schedule);
        }
    }
}

/* ---- A10: training goes on after a cosine to a tenth: how high to warm up, and how fast */

void ask_rewarm(const Asked *asked)
{
    static const double peaks[] = {0.3, 0.5, 1.0};
    static const double warmups[] = {0.005, 0.05, 0.1}; /* of the steps that follow */
    FitResult fit;
    if (!fit_world(asked, &fit)) return;
    int64_t first = 3 * asked->world->steps, second = 5 * asked->world->steps;
    Ends by_peak = {0}, by_warmup = {0};
    for (int k = 0; k < 6; k++) {
        bool is_peak = k < 3;
        double peak = is_peak ? peaks[k] : 1.0, warmup = is_peak ? warmups[0] : warmups[k - 3];
        char *schedule = format_text("cosine:floor=0.1,total=%lld+cosine:peak=%.17g,warmup=%lld",
                                     (long long)first, peak * asked->world->rate,
                                     (long long)llround(warmup * (double)second));
        add_run(asked, &fit, is_peak ? &by_peak : &by_warmup, !is_peak, is_peak ? peak : warmup,
                first + second, schedule);
        free(schedule);
    }
}
