/* Statistics of small samples, for summaries and claims.
 *
 * Every function reads n values and leaves them as they are. A value that is
 * NaN or infinite counts as "worse than everything" (+inf) in quantiles, so a
 * median over diverged trials stays honest; means and intervals need finite
 * values and return NaN otherwise. */
#ifndef BASE_STATS_H
#define BASE_STATS_H

#include <stdint.h>

typedef struct {
    double estimate, low, high;
} Interval;

double stats_mean(int64_t n, const double *x);
double stats_deviation(int64_t n, const double *x); /* divides by n − 1 */
double stats_quantile(int64_t n, const double *x,
                      double p); /* linear between order statistics (type 7) */
/* Several at once: x is sorted once. */
void stats_quantiles(int64_t n, const double *x, int64_t count, const double p[],
                     double quantile[]);

/* Smallest and largest value, the median as estimate: for numbers without noise. */
Interval stats_range(int64_t n, const double *x);

/* Student's t interval of the mean; level such as 0.99. n = 1 gives [-inf, inf]. */
Interval stats_t_interval(int64_t n, const double *x, double level);

/* The share of ones among zeros and ones, with its exact interval (Clopper and Pearson 1934):
 * each tail at most half of 1 - level. NaN for other values. */
Interval stats_share_interval(int64_t n, const double *x, double level);

/* Pairs with which a mean difference as large as this one, of pairs that deviate so much, would be
 * told from 0 by a t interval of this level with probability `power` >= 1/2: the smallest n >= 2
 * with (t((1 + level)/2) + t(power)) deviation / sqrt(n) <= |difference|, t the quantiles of n - 1
 * degrees (within one or two pairs of what the noncentral t says). Infinite for a difference of 0,
 * NaN where a number is not finite. */
double stats_pairs_needed(double difference, double deviation, double level, double power);

/* Least squares y = intercept + slope x, with the t interval of the slope. */
typedef struct {
    double intercept;
    Interval slope;
} Line;
Line stats_line(int64_t n, const double *x, const double *y, double level);

double stats_t_quantile(double p, double degrees);
double stats_t_tail(double t, double degrees); /* P(T > t) */
double stats_normal_quantile(double p);

#endif
