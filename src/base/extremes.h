/* Where a sampled curve is least, where it turns and where it changes sign. */
#ifndef BASE_EXTREMES_H
#define BASE_EXTREMES_H

#include <stdint.h>

/* The index of the least value, the first among equals; −1 where none is finite. */
int64_t extremes_least(int64_t n, const double *y);

/* The x between ascending points where y first changes its sign, on a straight line in ln x
 * (0 < x). NaN where it never does. */
double extremes_crossing(int64_t n, const double *x, const double *y);

/* Where a noisy curve has its minimum: around every point the parabola of least squares through
 * the points at most `reach` away; of the parabolas that turn upwards within their reach, the
 * vertex of the lowest. x ascends; a window of fewer than three points is no window. NaN where no
 * parabola turns. Give −y for a maximum. O(n × points within reach) */
double extremes_turn(int64_t n, const double *x, const double *y, double reach);

#endif
