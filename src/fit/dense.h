/* Symmetric systems of a handful of unknowns, stored in LAW_MAX_PARAMETERS columns. */
#ifndef FIT_DENSE_H
#define FIT_DENSE_H

#include "law/law.h"

typedef double Dense[LAW_MAX_PARAMETERS][LAW_MAX_PARAMETERS];

/* Solves S x = b by Cholesky's factor; b becomes x. A pivot not above `least` of its diagonal
 * element is left out, its unknown zero; returns how many were. S is overwritten. */
int dense_solve(int n, Dense S, double *b, double least);

#endif
