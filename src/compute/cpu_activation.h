/* Activations over a stretch of neighbouring elements. */
#ifndef COMPUTE_CPU_ACTIVATION_H
#define COMPUTE_CPU_ACTIVATION_H

#include "compute/backend.h"

/* y = phi(x); y may be x. */
void cpu_activate_row(Activation phi, int64_t n, const real *x, real *y);

/* dx = or += phi'(x) dy; dx may be dy when not adding. */
void cpu_activate_row_backward(Activation phi, int64_t n, const real *x, const real *dy, real *dx,
                               bool adds);

#endif
