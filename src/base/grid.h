/* Points of a grid by index, both ends included to the last bit. count = 1 gives low. */
#ifndef BASE_GRID_H
#define BASE_GRID_H

#include <stdbool.h>
#include <stdint.h>

double grid_linear(double low, double high, int64_t index, int64_t count);
double grid_log(double low, double high, int64_t index, int64_t count); /* 0 < low, high */

/* -largest … -smallest, smallest … largest: each half a log grid; count is even. */
double grid_mirrored(double smallest, double largest, int64_t index, int64_t count);

/* Which of 0, 1, 2 … a long curve keeps: all up to 64, then 32 between two powers of two. */
bool grid_thinned(int64_t index);

#endif
