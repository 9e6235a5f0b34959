/* Schedules as the papers on loss laws draw them: rates of steps 0 … steps. The caller frees. */
#ifndef TESTS_SCHEDULES_H
#define TESTS_SCHEDULES_H

#include "base/die.h"
#include "law/run.h"

#include <math.h>

/* Half a cosine from `peak` at step `warmup` to `end` at step `steps`; before that the peak. */
static inline double cosine_at(int64_t s, int64_t warmup, int64_t steps, double peak, double end)
{
    const double pi = 3.14159265358979323846;
    double x = (double)(s - warmup) / (double)(steps - warmup);
    return s <= warmup ? peak : end + 0.5 * (1.0 + cos(pi * x)) * (peak - end);
}

static inline double *rates_of(int64_t steps)
{
    return alloc_zeroed((size_t)steps + 1, sizeof(double));
}

static inline double *schedule_constant(int64_t steps, double peak)
{
    double *rate = rates_of(steps);
    for (int64_t s = 0; s <= steps; s++) rate[s] = peak;
    return rate;
}

static inline double *schedule_cosine(int64_t warmup, int64_t steps, double peak, double end)
{
    double *rate = rates_of(steps);
    for (int64_t s = 0; s <= steps; s++) rate[s] = cosine_at(s, warmup, steps, peak, end);
    return rate;
}

/* Stable, then peak × shape(x) with x from 0 at step `stable` to 1 at the end. */
static inline double shape_cosine(double x)
{
    return 0.5 * (1.0 + cos(3.14159265358979323846 * x));
}
static inline double shape_root(double x) { return 1.0 - sqrt(x); }
static inline double shape_linear(double x) { return 1.0 - x; }

static inline double *schedule_wsd(int64_t stable, int64_t steps, double peak,
                                   double (*shape)(double))
{
    double *rate = rates_of(steps);
    for (int64_t s = 0; s <= steps; s++)
        rate[s] =
            s <= stable ? peak : peak * shape((double)(s - stable) / (double)(steps - stable));
    return rate;
}

/* The first `warmup` rates become a line from 0. */
static inline void schedule_warm_up(double *rate, int64_t warmup)
{
    for (int64_t s = 0; s < warmup; s++) rate[s] = rate[warmup] * (double)s / (double)warmup;
}

#endif
