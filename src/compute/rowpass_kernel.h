/* The two inner loops of a pass over the rows, one pair for each storage.
 *
 * Every dense storage is widened to double in registers and summed in the same
 * order, without fused multiply-add: the same numbers in another storage, or on
 * another kind of CPU, give the same bits. w and g are padded with zeros to a
 * multiple of KERNEL_LANES and aligned to KERNEL_ALIGNMENT. */
#ifndef COMPUTE_ROWPASS_KERNEL_H
#define COMPUTE_ROWPASS_KERNEL_H

#include "compute/design.h"

enum { KERNEL_LANES = 8, KERNEL_ALIGNMENT = 64 };

typedef struct {
    /* z_k = a_{first + k}·w */
    void (*margins)(const Design *design, int64_t first, int64_t count, const double *w, double *z);
    /* g += sum c_k a_{first + k}, row after row */
    void (*combine)(const Design *design, int64_t first, int64_t count, const double *c, double *g);
} RowKernel;

const RowKernel *rowpass_kernel(DesignStorage storage);

#endif
