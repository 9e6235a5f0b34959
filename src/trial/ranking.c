#include "trial/ranking.h"

#include "base/die.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

static const double *measures_of(const Ranking *ranking, int64_t contestant)
{
    return ranking->measure + contestant * ranking->seeds;
}

static Standing stand(const Ranking *ranking, int64_t contestant)
{
    const double *measure = measures_of(ranking, contestant);
    double *kept = alloc_zeroed((size_t)ranking->seeds, sizeof *kept);
    int64_t count = 0;
    for (int64_t s = 0; s < ranking->seeds; s++)
        if (isfinite(measure[s])) kept[count++] = measure[s];
    Standing standing = {.contestant = contestant,
                         .failed = ranking->seeds - count,
                         .mean = stats_t_interval(count, kept, ranking->level),
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

double ranking_each_level(const Ranking *ranking)
{
    int64_t others = ranking->contestants - 1;
    return others < 1 ? ranking->level : 1.0 - (1.0 - ranking->level) / (double)others;
}

/* Are all differences one number, but for the rounding of what they are of? */
static bool are_equal(const Ranking *ranking, const double *a, const double *difference)
{
    for (int64_t s = 1; s < ranking->seeds; s++) {
        double rounding = 4.0 * DBL_EPSILON * (fabs(a[s]) + fabs(difference[s]) + fabs(a[0]));
        if (fabs(difference[s] - difference[0]) > rounding) return false;
    }
    return ranking->seeds > 1;
}

/* No deviation, so no t interval: n signs all alike, by chance with probability 2^(1 − n). */
static void compare_signs(const Ranking *ranking, double level, Standing *other)
{
    double needed = 1.0 + ceil(-log2(1.0 - level));
    other->behind.low = other->behind.high = NAN;
    other->is_without_spread = true;
    other->is_told_apart = other->behind.estimate > 0.0 && (double)ranking->seeds >= needed;
    other->seeds_needed = other->behind.estimate > 0.0 ? needed : INFINITY;
}

/* Pair by pair: what the seed does to both is no difference. */
static void compare(const Ranking *ranking, const Standing *first, Standing *other)
{
    const double *a = measures_of(ranking, first->contestant);
    const double *b = measures_of(ranking, other->contestant);
    double *difference = alloc_zeroed((size_t)ranking->seeds, sizeof *difference);
    for (int64_t s = 0; s < ranking->seeds; s++) difference[s] = b[s] - a[s];
    double level = ranking_each_level(ranking);
    other->behind = stats_t_interval(ranking->seeds, difference, level);
    other->is_told_apart = other->behind.low > 0.0;
    other->seeds_needed = stats_pairs_needed(
        other->behind.estimate, stats_deviation(ranking->seeds, difference), level, RANKING_POWER);
    if (are_equal(ranking, a, difference)) compare_signs(ranking, level, other);
    free(difference);
}

RankingVerdict ranking_judge(const Ranking *ranking, Standing standing[])
{
    assert(ranking->contestants > 0 && ranking->level > 0.0 && ranking->level < 1.0);
    for (int64_t k = 0; k < ranking->contestants; k++) standing[k] = stand(ranking, k);
    qsort(standing, (size_t)ranking->contestants, sizeof *standing, by_rank);
    if (ranking->seeds < 1 || standing[0].failed) return RANKING_WITHOUT;
    RankingVerdict verdict = RANKING_WON;
    for (int64_t k = 1; k < ranking->contestants && !standing[k].failed; k++) {
        compare(ranking, &standing[0], &standing[k]);
        if (!standing[k].is_told_apart) verdict = RANKING_UNDECIDED;
    }
    return verdict;
}

double ranking_seeds_needed(const Ranking *ranking, const Standing standing[])
{
    double most = 0.0;
    for (int64_t k = 1; k < ranking->contestants && !standing[k].failed; k++)
        if (!standing[k].is_told_apart) {
            double needed = standing[k].seeds_needed;
            most = isnan(needed) ? INFINITY : fmax(most, needed);
        }
    return most;
}
