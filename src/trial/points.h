/* Points of a claim on exponents, in logarithms: ln y over ln x. Private to claims. */
#ifndef TRIAL_POINTS_H
#define TRIAL_POINTS_H

#include "base/stats.h"

typedef struct {
    double x, y; /* logarithms */
} Point;

/* By x, then by y. */
void points_sort(int64_t count, Point points[]);

/* Of sorted points one for each x, the mean of ln y over its repeats; returns how many. */
int64_t points_merge(int64_t count, Point points[]);

/* Least squares through sorted points; NaN unless all are finite and there are two x. */
Line points_line(int64_t count, const Point points[], double level);

#endif
