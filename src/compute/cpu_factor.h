/* Factors of a product laid out so that it is fast: copies in the backend's scratch, valid until
 * the next of the same kind. */
#ifndef COMPUTE_CPU_FACTOR_H
#define COMPUTE_CPU_FACTOR_H

#include "compute/cpu.h"

/* A itself, or a copy if its rows are whole pages apart, as those of 1024 floats are: they share a
 * few lines of the first cache, and products of them take a third longer. scratch:
 * CPU_SCRATCH_TURNED or CPU_SCRATCH_SPREAD. */
Matrix cpu_factor_spread(Backend *backend, int scratch, Matrix A);

/* A on its side, in CPU_SCRATCH_TURNED. */
Matrix cpu_factor_turned(Backend *backend, Matrix A);

#endif
