/* Passes over the rows of a design that lives on a device.
 *
 * A design is placed once (rowpass_place) and its features stay there; a pass sends w and gets
 * a gradient back. A backend without a table of its own computes on the host. Numbers agree
 * with the host's within rounding, not to the byte: the sums have another order. */
#ifndef COMPUTE_ROWDEVICE_H
#define COMPUTE_ROWDEVICE_H

#include "compute/backend.h"
#include "compute/design.h"
#include "compute/rowpass.h"

/* The operations of rowpass.h; each waits for its result. */
struct RowDevice {
    /* Copies the design. The resident owns the backend from now on. */
    RowResident *(*place)(Backend *, const Design *design);
    void (*release)(RowResident *);
    /* As rowpass_gradients(). */
    void (*gradients)(RowResident *, RowLossKind loss, int64_t count, const double *W, double *G,
                      double *values);
    void (*margins)(RowResident *, const double *w, double *z);
    void (*combine)(RowResident *, const double *c, double *g);
    void (*curvature)(RowResident *, const double *c, const double *v, double *out);
};

/* A design's copy on a device begins like this. */
struct RowResident {
    const RowDevice *device;
};

#endif
