/* One pass over the rows of a design: what every solver of this suite spends its time in.
 *
 * A gradient is one fused pass (margin, loss and slope, weighted sum) over
 * blocks of rows whose borders depend on the shape alone; block sums are added
 * in order, so the bytes of a result do not depend on the number of threads.
 * Threads: omp_get_max_threads(), and only where a pass is long enough to pay.
 * All sums are doubles. w, v: cols; z, c: rows; g, out: cols. */
#ifndef COMPUTE_ROWPASS_H
#define COMPUTE_ROWPASS_H

#include "compute/design.h"

typedef enum { ROWLOSS_LOGISTIC, ROWLOSS_PERCEPTRON } RowLossKind; /* for devices */

/* Loss of a margin; slope = d loss / d z, curvature = d slope / d z (may be NULL). */
typedef struct {
    RowLossKind kind;
    const char *name;
    double (*loss)(double z);
    double (*slope)(double z);
    double (*curvature)(double z);
    /* Loss and slope of many margins, from one exponential each. */
    void (*evaluate)(int64_t count, const double *z, double *loss, double *slope);
} RowLoss;

extern const RowLoss rowloss_logistic;   /* ln(1 + exp(-z)) */
extern const RowLoss rowloss_perceptron; /* max(0, -z), slope -1 where z <= 0 */

/* (1/n) sum weight_i loss(a_i·w); g = (1/n) sum weight_i slope(a_i·w) a_i. */
double rowpass_gradient(const Design *design, const RowLoss *loss, const double *w, double *g);
double rowpass_value(const Design *design, const RowLoss *loss, const double *w);

/* The same at `count` points, such as those of several step sizes: W, G: count x cols, values:
 * count; G may be NULL. The features are read once for rowpass_points() of them. The bytes are
 * those of one point at a time. */
void rowpass_gradients(const Design *design, const RowLoss *loss, int64_t count, const double *W,
                       double *G, double *values);

/* Points that one reading of the features serves: up to eight on a device and where they come from
 * the memory, 1 where nothing is gained (features in the cache, very wide rows, sparse ones on the
 * host). */
int64_t rowpass_points(const Design *design);

/* z = A w (no weights). */
void rowpass_margins(const Design *design, const double *w, double *z);

/* g = sum c_i a_i (weights not applied: put them into c). */
void rowpass_combine(const Design *design, const double *c, double *g);

/* out = sum c_i (a_i·v) a_i, in one pass. */
void rowpass_curvature(const Design *design, const double *c, const double *v, double *out);

/* H (cols x cols, row by row, symmetric) = sum c_i a_i a_iᵀ; c_i >= 0. */
void rowpass_gram(const Design *design, const double *c, double *H);

/* From now on every pass over the design but rowpass_gram() runs on the device ("cpu", "cuda"),
 * where the design is worth it: a pass over less than 256 KB takes the host no longer than asking
 * a device, and stays there. In a worker: after the last fork. */
void rowpass_place(Design *design, const char *device);

#endif
