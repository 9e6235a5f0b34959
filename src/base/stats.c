#include "base/stats.h"

#include "base/die.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const Interval unknown = {NAN, NAN, NAN};

static bool all_finite(int64_t n, const double *x)
{
    for (int64_t i = 0; i < n; i++)
        if (!isfinite(x[i])) return false;
    return true;
}

/* The second pass takes away the rounding of the first. */
double stats_mean(int64_t n, const double *x)
{
    if (n < 1 || !all_finite(n, x)) return NAN;
    double sum = 0.0, rest = 0.0;
    for (int64_t i = 0; i < n; i++) sum += x[i];
    double mean = sum / (double)n;
    for (int64_t i = 0; i < n; i++) rest += x[i] - mean;
    return mean + rest / (double)n;
}

double stats_deviation(int64_t n, const double *x)
{
    if (n < 2 || !all_finite(n, x)) return NAN;
    double mean = stats_mean(n, x), squares = 0.0;
    for (int64_t i = 0; i < n; i++) squares += (x[i] - mean) * (x[i] - mean);
    return sqrt(squares / (double)(n - 1));
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A sorted copy, with everything that is not finite as +inf at its end; the caller frees. */
static double *sorted_copy(int64_t n, const double *x)
{
    double *copy = alloc_zeroed((size_t)n, sizeof *copy);
    for (int64_t i = 0; i < n; i++) copy[i] = isfinite(x[i]) ? x[i] : INFINITY;
    qsort(copy, (size_t)n, sizeof *copy, ascending);
    return copy;
}

static double sorted_quantile(int64_t n, const double *sorted, double p)
{
    double position = (double)(n - 1) * p;
    int64_t below = (int64_t)floor(position);
    double share = position - (double)below;
    /* Not 0 * inf: on an order statistic its upper neighbour has no say. */
    if (share == 0.0 || isinf(sorted[below])) return sorted[below];
    return sorted[below] + share * (sorted[below + 1] - sorted[below]);
}

void stats_quantiles(int64_t n, const double *x, int64_t count, const double p[], double quantile[])
{
    double *sorted = sorted_copy(n, x);
    for (int64_t k = 0; k < count; k++) {
        assert(p[k] >= 0.0 && p[k] <= 1.0);
        quantile[k] = n < 1 ? NAN : sorted_quantile(n, sorted, p[k]);
    }
    free(sorted);
}

double stats_quantile(int64_t n, const double *x, double p)
{
    double quantile;
    stats_quantiles(n, x, 1, &p, &quantile);
    return quantile;
}

Interval stats_range(int64_t n, const double *x)
{
    if (n < 1 || !all_finite(n, x)) return unknown;
    double *sorted = sorted_copy(n, x);
    Interval range = {sorted_quantile(n, sorted, 0.5), sorted[0], sorted[n - 1]};
    free(sorted);
    return range;
}

/* estimate ± t * error; without a degree of freedom nothing is known of the error. */
static Interval t_interval(double estimate, double error, int64_t degrees, double level)
{
    assert(level > 0.0 && level < 1.0);
    if (degrees < 1) return (Interval){estimate, -INFINITY, INFINITY};
    double half = stats_t_quantile(0.5 + 0.5 * level, (double)degrees) * error;
    return (Interval){estimate, estimate - half, estimate + half};
}

Interval stats_t_interval(int64_t n, const double *x, double level)
{
    if (n < 1 || !all_finite(n, x)) return unknown;
    return t_interval(stats_mean(n, x), stats_deviation(n, x) / sqrt((double)n), n - 1, level);
}

Line stats_line(int64_t n, const double *x, const double *y, double level)
{
    if (n < 2 || !all_finite(n, x) || !all_finite(n, y)) return (Line){NAN, unknown};
    double x_mean = stats_mean(n, x), y_mean = stats_mean(n, y), xx = 0.0, xy = 0.0, residual = 0.0;
    for (int64_t i = 0; i < n; i++) {
        xx += (x[i] - x_mean) * (x[i] - x_mean);
        xy += (x[i] - x_mean) * (y[i] - y_mean);
    }
    if (xx == 0.0) return (Line){NAN, unknown};

    double slope = xy / xx;
    for (int64_t i = 0; i < n; i++) {
        double rest = y[i] - y_mean - slope * (x[i] - x_mean);
        residual += rest * rest;
    }
    double error = n > 2 ? sqrt(residual / (double)(n - 2) / xx) : NAN;
    return (Line){y_mean - slope * x_mean, t_interval(slope, error, n - 2, level)};
}
