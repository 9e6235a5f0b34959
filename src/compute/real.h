/* The number that networks compute in: float.
 *
 * The same sources compile with double (-DCOMPUTE_DOUBLE) for the gradient
 * tests, where central differences then agree to many digits. */
#ifndef COMPUTE_REAL_H
#define COMPUTE_REAL_H

#include <float.h>

#ifdef COMPUTE_DOUBLE
typedef double real;
#define REAL_EPSILON DBL_EPSILON
#else
typedef float real;
#define REAL_EPSILON FLT_EPSILON
#endif

#endif
