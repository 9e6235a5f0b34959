/* How many pairs tell a difference from 0. */
#include "base/stats.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

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
