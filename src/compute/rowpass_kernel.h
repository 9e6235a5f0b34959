/* The two inner loops of a pass over the rows, one pair for each storage.
 *
 * Every dense storage is widened to double in registers and summed in the same
 * order, without fused multiply-add: the same numbers in another storage, or on
 * another kind of CPU, give the same bits. w and g are padded with zeros to a
 * multiple of KERNEL_LANES and aligned to KERNEL_ALIGNMENT. What a point gets does
 * not depend on how many others there are; sparse rows take one at a time. */
#ifndef COMPUTE_ROWPASS_KERNEL_H
#define COMPUTE_ROWPASS_KERNEL_H

#include "compute/design.h"

enum { KERNEL_LANES = 8, KERNEL_ALIGNMENT = 64 };

/* At some points: w, g: points x width, the padded cols; z, c: points x count. */
typedef struct {
    /* z_pk = a_{first + k}·w_p */
    void (*margins)(const Design *design, int64_t first, int64_t count, int64_t points,
                    const double *w, double *z);
    /* g_p += sum c_pk a_{first + k}, row after row */
    void (*combine)(const Design *design, int64_t first, int64_t count, int64_t points,
                    const double *c, double *g);
} RowKernel;

const RowKernel *rowpass_kernel(DesignStorage storage);

#endif
