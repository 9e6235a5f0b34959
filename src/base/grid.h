/* Points of a grid by index, both ends included to the last bit. count = 1 gives low. */
#ifndef BASE_GRID_H
#define BASE_GRID_H

#include <stdint.h>

double grid_linear(double low, double high, int64_t index, int64_t count);
double grid_log(double low, double high, int64_t index, int64_t count); /* 0 < low, high */

/* -largest … -smallest, smallest … largest: each half a log grid; count is even. */
double grid_mirrored(double smallest, double largest, int64_t index, int64_t count);

#endif
