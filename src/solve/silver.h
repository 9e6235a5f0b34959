/* The silver step sizes, as multiples of 1/L: steps k = 1, 2, … of gradient descent.
 *
 * Altschuler and Parrilo, 2309.07879 (strongly convex: blocks of 2^levels steps,
 * repeated) and 2309.16530 (convex). */
#ifndef SOLVE_SILVER_H
#define SOLVE_SILVER_H

#include "solve/step.h"

/* log2 of a block's length: ⌊log_{1+√2}(κ/3)⌋, at least 0; κ = L/μ. */
int silver_levels(double condition);
double silver_length(double condition, int64_t k);

/* What one block multiplies |w - w*|² by, at most. */
double silver_block_factor(double condition);

double silver_convex_length(int64_t k); /* 1 + (1 + √2)^(twos in k - 1) */

#endif
