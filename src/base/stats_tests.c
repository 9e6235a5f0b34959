/* Tests of paired samples. */
#include "base/die.h"
#include "base/stats.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { EXACT_PAIRS = 25, EXACT_SUMS = EXACT_PAIRS * (EXACT_PAIRS + 1) / 2 + 1 };

double stats_paired_t_test(int64_t n, const double *a, const double *b)
{
    if (n < 2) return NAN;
    double *difference = alloc_zeroed((size_t)n, sizeof *difference);
    for (int64_t i = 0; i < n; i++) difference[i] = a[i] - b[i];
    double mean = stats_mean(n, difference), deviation = stats_deviation(n, difference);
    free(difference);

    if (mean == 0.0) return 1.0;
    double t = fabs(mean) / (deviation / sqrt((double)n));
    return 2.0 * stats_t_tail(t, (double)(n - 1));
}

typedef struct {
    int64_t pairs;   /* with a difference */
    double positive; /* sum of the ranks of positive differences */
    double ties;     /* sum of t³ − t over groups of t equal ranks */
} SignedRanks;

static int by_size(const void *a, const void *b)
{
    double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
    return (x > y) - (x < y);
}

/* d: the differences that are not 0; sorted here. Equal sizes share their mean rank. */
static SignedRanks rank_differences(int64_t n, double *d)
{
    SignedRanks ranks = {.pairs = n};
    qsort(d, (size_t)n, sizeof *d, by_size);
    for (int64_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && fabs(d[end]) == fabs(d[first]);) end++;
        double size = (double)(end - first), rank = 0.5 * (double)(first + 1 + end);
        for (int64_t i = first; i < end; i++)
            if (d[i] > 0.0) ranks.positive += rank;
        ranks.ties += size * size * size - size;
    }
    return ranks;
}

/* P(W <= sum) by counting the subsets of {1 … n} with each sum. Below 2^53: exact. */
static double exact_share(int64_t n, int64_t sum)
{
    double subsets[EXACT_SUMS] = {1.0};
    for (int64_t rank = 1; rank <= n; rank++)
        for (int64_t s = EXACT_SUMS - 1; s >= rank; s--) subsets[s] += subsets[s - rank];
    double count = 0.0;
    for (int64_t s = 0; s <= sum; s++) count += subsets[s];
    return ldexp(count, (int)-n);
}

/* With the continuity correction of one half. */
static double normal_share(const SignedRanks *ranks, double smaller)
{
    double n = (double)ranks->pairs;
    double variance = (n * (n + 1.0) * (2.0 * n + 1.0) - 0.5 * ranks->ties) / 24.0;
    double z = (n * (n + 1.0) / 4.0 - smaller - 0.5) / sqrt(variance);
    return 0.5 * erfc(z / M_SQRT2);
}

double stats_signed_rank_test(int64_t n, const double *a, const double *b)
{
    double *difference = alloc_zeroed((size_t)n, sizeof *difference);
    int64_t pairs = 0;
    bool comparable = n > 0;
    for (int64_t i = 0; i < n; i++) {
        double d = a[i] - b[i];
        if (isnan(d)) comparable = false;
        if (d != 0.0) difference[pairs++] = d;
    }
    SignedRanks ranks = rank_differences(comparable ? pairs : 0, difference);
    free(difference);
    if (!comparable) return NAN;
    if (pairs == 0) return 1.0;

    double total = 0.5 * (double)pairs * (double)(pairs + 1);
    double smaller = fmin(ranks.positive, total - ranks.positive);
    bool exact = pairs <= EXACT_PAIRS && ranks.ties == 0.0;
    double share = exact ? exact_share(pairs, (int64_t)smaller) : normal_share(&ranks, smaller);
    return fmin(1.0, 2.0 * share);
}

/* Would n pairs tell the difference apart? */
static bool is_told_apart(double n, double ratio, double level, double power)
{
    double quantiles =
        stats_t_quantile(0.5 + 0.5 * level, n - 1.0) + stats_t_quantile(power, n - 1.0);
    return quantiles / sqrt(n) <= ratio;
}

/* From below: quantiles of Student's t lie beyond the normal ones, so that so many pairs as these
 * would ask for are too few. What n pairs tell, more tell: steps that double, then halve. */
double stats_pairs_needed(double difference, double deviation, double level, double power)
{
    assert(power >= 0.5);
    if (!isfinite(difference) || !isfinite(deviation)) return NAN;
    if (difference == 0.0) return INFINITY;
    double ratio = fabs(difference) / deviation;
    double normal = stats_normal_quantile(0.5 + 0.5 * level) + stats_normal_quantile(power);
    double low = fmax(1.0, floor(pow(normal / ratio, 2.0))), step = 1.0;
    if (low > 1e12) return INFINITY;
    while (!is_told_apart(low + step, ratio, level, power)) {
        low += step;
        step *= 2.0;
    }
    while (step > 1.0) {
        step *= 0.5;
        if (!is_told_apart(low + step, ratio, level, power)) low += step;
    }
    return low + 1.0;
}
