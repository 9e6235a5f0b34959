#include "update/gaps.h"

#include "base/die.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int64_t count;
    const GapRun *run;
    double *best; /* of each run's arm and setting: the best peak for its repeat */
} Runs;

enum { NONE = -1 };

static bool same_arm(const GapRun *a, const GapRun *b)
{
    return a->setting == b->setting && !strcmp(a->arm, b->arm);
}

/* ---- the best peak of an arm */

static bool same_arm_and_repeat(const GapRun *a, const GapRun *b)
{
    return same_arm(a, b) && a->repeat == b->repeat;
}

static bool has_other_repeats(const Runs *runs, const GapRun *of)
{
    for (int64_t k = 0; k < runs->count; k++)
        if (same_arm(&runs->run[k], of) && runs->run[k].repeat != of->repeat) return true;
    return false;
}

/* Over the repeats but one; what is not finite or was not run is worse than everything. */
static double mean_loss(const Runs *runs, const GapRun *of, int64_t without)
{
    double sum = 0.0, n = 0.0;
    for (int64_t k = 0; k < runs->count; k++) {
        const GapRun *run = &runs->run[k];
        if (!same_arm(run, of) || run->peak != of->peak || run->repeat == without) continue;
        sum += run->loss;
        n += 1.0;
    }
    return n > 0.0 && isfinite(sum) ? sum / n : INFINITY;
}

/* Of equal ones the first. */
static double best_peak(const Runs *runs, const GapRun *of)
{
    int64_t without = has_other_repeats(runs, of) ? of->repeat : NONE;
    double best = NAN, least = INFINITY;
    for (int64_t k = 0; k < runs->count; k++) {
        const GapRun *run = &runs->run[k];
        if (!same_arm(run, of)) continue;
        double loss = mean_loss(runs, run, without);
        if (isnan(best) || loss < least) best = run->peak, least = loss;
    }
    return best;
}

static void find_best_peaks(Runs *runs)
{
    for (int64_t k = 0; k < runs->count; k++) {
        int64_t first = 0;
        while (!same_arm_and_repeat(&runs->run[first], &runs->run[k])) first++;
        runs->best[k] = first < k ? runs->best[first] : best_peak(runs, &runs->run[k]);
    }
}

/* ---- partners */

static bool is_tuned(const Runs *runs, int64_t k) { return runs->run[k].peak == runs->best[k]; }

/* The arm's run of the same setting and repeat, at the same or at its own best peak. */
static int64_t partner(const Runs *runs, int64_t of, const char *arm, bool at_best)
{
    const GapRun *run = &runs->run[of];
    for (int64_t k = 0; k < runs->count; k++) {
        const GapRun *other = &runs->run[k];
        if (other->setting != run->setting || other->repeat != run->repeat) continue;
        if (!strcmp(other->arm, arm) && (at_best ? is_tuned(runs, k) : other->peak == run->peak))
            return k;
    }
    return NONE;
}

static double loss_of(const Runs *runs, int64_t k) { return k == NONE ? NAN : runs->run[k].loss; }

static double forecast_of(const Runs *runs, int64_t k)
{
    return k == NONE ? NAN : runs->run[k].forecast;
}

static double agreement(double measured, double forecast)
{
    if (isnan(measured) || isnan(forecast)) return NAN;
    return signbit(measured) == signbit(forecast) ? 1.0 : 0.0;
}

static Gap gap_of(const Runs *runs, int64_t k, const char *ptfs, const char *cpt)
{
    bool tuned = is_tuned(runs, k);
    double loss = runs->run[k].loss;
    int64_t same = partner(runs, k, ptfs, false);
    double scratch = loss_of(runs, partner(runs, k, ptfs, tuned)),
           gone_on = loss_of(runs, partner(runs, k, cpt, tuned));
    Gap gap = {.tuned = tuned, .gap = loss - loss_of(runs, same)};
    gap.tuned_gap = tuned ? loss - scratch : NAN;
    gap.comparable = (loss - scratch) - (gone_on - scratch) / 2.0;
    gap.foretold = runs->run[k].forecast - forecast_of(runs, same);
    gap.agrees = same == k ? NAN : agreement(gap.gap, gap.foretold);
    return gap;
}

/* The repeats of run k, itself among them, are told by arm, setting and peak. */
static Interval over_repeats(const Runs *runs, int64_t k, const Gap gap[], double *values)
{
    int64_t n = 0;
    for (int64_t other = 0; other < runs->count; other++)
        if (same_arm(&runs->run[other], &runs->run[k]) &&
            runs->run[other].peak == runs->run[k].peak)
            values[n++] = gap[other].gap;
    return stats_t_interval(n, values, 0.99);
}

void gaps_of(int64_t count, const GapRun run[], const char *ptfs, const char *cpt, Gap gap[])
{
    Runs runs = {count, run, alloc_zeroed((size_t)count + 1, sizeof *runs.best)};
    find_best_peaks(&runs);
    for (int64_t k = 0; k < count; k++) gap[k] = gap_of(&runs, k, ptfs, cpt);
    double *values = alloc_zeroed((size_t)count + 1, sizeof *values);
    for (int64_t k = 0; k < count; k++) gap[k].over = over_repeats(&runs, k, gap, values);
    free(values);
    free(runs.best);
}
