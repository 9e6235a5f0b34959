/* The geometry that a convolution and its gradients share.
 *
 * Each is a correlation: pixel (y, x) of the result is a sum over the kernel x kernel
 * window at (y stride, x stride) of an image with a border of zeros (and, for dx,
 * zeros between its pixels). Work goes by bands: some lines of one image. A plane is
 * the part of the image with its border that a band sees; it stays in a core's cache. */
#ifndef COMPUTE_CPU_CORRELATE_H
#define COMPUTE_CPU_CORRELATE_H

#include "compute/backend.h"

typedef struct {
    int64_t batch, height, width; /* of the result */
    int64_t inputs, outputs;      /* channels */
    int64_t kernel, stride;
    int64_t source_height, source_width;
    int64_t spread; /* source pixel (y, x) lies at (border + spread y, border + spread x) */
    int64_t border;
} Correlation;

typedef struct {
    int64_t image, line, lines; /* of the result: line … line + lines − 1 */
    int64_t row;                /* of the result's matrix */
} Band;

/* at: the window of the band's first pixel; reals from line to line, from pixel to pixel. */
typedef struct {
    const real *at;
    int64_t line, pixel;
} Plane;

/* y from x, and what dW sums over. */
Correlation correlation_forward(const ConvShape *shape);

/* dx from dy: of every window that saw a pixel. A correlation of dy, its pixels `stride` apart
 * with zeros between them, with the kernel turned by 180 degrees. */
Correlation correlation_backward(const ConvShape *shape);

/* Numbers of a window. */
static inline int64_t correlation_patch(const Correlation *c)
{
    return c->kernel * c->kernel * c->inputs;
}

int64_t correlation_bands(const Correlation *c);
Band correlation_band(const Correlation *c, int64_t index);

/* Reals that a plane may need. */
int64_t correlation_plane_size(const Correlation *c);

/* Without a border the source itself, else a copy. */
Plane correlation_plane(const Correlation *c, Band band, Matrix source, real *copy);

#endif
