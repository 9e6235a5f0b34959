#include "trial/contest.h"

#include "base/die.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static const double *measures_of(const Contest *contest, int64_t contestant)
{
    return contest->measure + contestant * contest->seeds;
}

static Standing stand(const Contest *contest, int64_t contestant)
{
    const double *measure = measures_of(contest, contestant);
    double *kept = alloc_zeroed((size_t)contest->seeds, sizeof *kept);
    int64_t count = 0;
    for (int64_t s = 0; s < contest->seeds; s++)
        if (isfinite(measure[s])) kept[count++] = measure[s];
    Standing standing = {.contestant = contestant,
                         .failed = contest->seeds - count,
                         .mean = stats_t_interval(count, kept, contest->level),
                         .behind = {NAN, NAN, NAN},
                         .seeds_needed = NAN};
    free(kept);
    return standing;
}

static int by_rank(const void *a, const void *b)
{
    const Standing *x = a, *y = b;
    if (x->failed != y->failed) return (x->failed > y->failed) - (x->failed < y->failed);
    double p = x->mean.estimate, q = y->mean.estimate;
    if (p != q && !isnan(p) && !isnan(q)) return (p > q) - (p < q);
    return (x->contestant > y->contestant) - (x->contestant < y->contestant);
}

double contest_each_level(const Contest *contest)
{
    int64_t others = contest->contestants - 1;
    return others < 1 ? contest->level : 1.0 - (1.0 - contest->level) / (double)others;
}

/* Pair by pair: what the seed does to both is no difference. */
static void compare(const Contest *contest, const Standing *first, Standing *other)
{
    const double *a = measures_of(contest, first->contestant);
    const double *b = measures_of(contest, other->contestant);
    double *difference = alloc_zeroed((size_t)contest->seeds, sizeof *difference);
    for (int64_t s = 0; s < contest->seeds; s++) difference[s] = b[s] - a[s];
    double level = contest_each_level(contest);
    other->behind = stats_t_interval(contest->seeds, difference, level);
    other->is_told_apart = other->behind.low > 0.0;
    other->seeds_needed = stats_pairs_needed(
        other->behind.estimate, stats_deviation(contest->seeds, difference), level, CONTEST_POWER);
    free(difference);
}

ContestVerdict contest_judge(const Contest *contest, Standing standing[])
{
    assert(contest->contestants > 0 && contest->level > 0.0 && contest->level < 1.0);
    for (int64_t k = 0; k < contest->contestants; k++) standing[k] = stand(contest, k);
    qsort(standing, (size_t)contest->contestants, sizeof *standing, by_rank);
    if (contest->seeds < 1 || standing[0].failed) return CONTEST_WITHOUT;
    ContestVerdict verdict = CONTEST_WON;
    for (int64_t k = 1; k < contest->contestants && !standing[k].failed; k++) {
        compare(contest, &standing[0], &standing[k]);
        if (!standing[k].is_told_apart) verdict = CONTEST_UNDECIDED;
    }
    return verdict;
}

double contest_seeds_needed(const Contest *contest, const Standing standing[])
{
    double most = 0.0;
    for (int64_t k = 1; k < contest->contestants && !standing[k].failed; k++)
        if (!standing[k].is_told_apart) {
            double needed = standing[k].seeds_needed;
            most = isnan(needed) ? INFINITY : fmax(most, needed);
        }
    return most;
}
