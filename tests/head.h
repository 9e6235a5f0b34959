/* The head by its definition, in double, and random inputs for it. */
#ifndef TESTS_HEAD_H
#define TESTS_HEAD_H

#include "base/die.h"
#include "base/rng.h"
#include "compute/backend.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    int64_t rows, width, classes;
    real *x, *weight, *bias, *dx, *dweight, *dbias, *work;
    int32_t *labels;
    double sums[HEAD_SUMS];
    Head head;
} Case;

static inline real *case_numbers(int64_t n, double scale, int64_t stream)
{
    double *wide = alloc_zeroed((size_t)n, sizeof *wide);
    real *x = aligned_alloc(64, (size_t)(n + 16) * sizeof *x / 64 * 64 + 64);
    Rng rng = rng_stream(5000, (uint64_t)stream, RNG_INIT);
    rng_fill_normal(&rng, n, scale, wide);
    for (int64_t i = 0; i < n; i++) x[i] = (real)wide[i];
    free(wide);
    return x;
}

/* Logits have a deviation of `scale` or so; every fifth label is left out. */
static inline Case case_create(Backend *backend, int64_t rows, int64_t width, int64_t classes,
                               double scale)
{
    Case c = {.rows = rows, .width = width, .classes = classes};
    c.x = case_numbers(rows * width, 1.0, 1);
    c.weight = case_numbers(classes * width, scale / sqrt((double)width), 2);
    c.bias = case_numbers(classes, scale, 3);
    c.dx = case_numbers(rows * width, 1.0, 4); /* overwritten */
    c.dweight = case_numbers(classes * width, 0.0, 5);
    c.dbias = case_numbers(classes, 0.0, 6);
    c.work = case_numbers(backend->head_work(backend, rows, width, classes), 1.0, 7);
    c.labels = alloc_zeroed((size_t)rows, sizeof *c.labels);
    for (int64_t r = 0; r < rows; r++)
        c.labels[r] = r % 5 == 3 ? -1 : (int32_t)((r * 7919 + 1) % classes);
    c.head = (Head){.x = matrix_of(c.x, rows, width),
                    .weight = matrix_of(c.weight, classes, width),
                    .bias = matrix_of(c.bias, 1, classes),
                    .labels = c.labels,
                    .dx = matrix_of(c.dx, rows, width),
                    .dweight = matrix_of(c.dweight, classes, width),
                    .dbias = matrix_of(c.dbias, 1, classes)};
    return c;
}

static inline void case_run(Backend *backend, Case *c)
{
    c->head.sums = c->sums;
    backend->head(backend, &c->head, c->work);
}

static inline void case_free(Case *c)
{
    free(c->x), free(c->weight), free(c->bias), free(c->dx), free(c->dweight), free(c->dbias);
    free(c->work), free(c->labels);
}

/* The logits of a row in double. */
static inline void case_logits(const Case *c, int64_t row, double *z)
{
    for (int64_t k = 0; k < c->classes; k++) {
        z[k] = matrix_exists(c->head.bias) ? c->bias[k] : 0.0;
        for (int64_t j = 0; j < c->width; j++)
            z[k] += (double)c->x[row * c->width + j] * c->weight[k * c->width + j];
    }
}

/* Share of class k in the target of a row. */
static inline double case_target(const Case *c, int64_t row, int64_t k)
{
    double smoothing = c->head.smoothing, even = smoothing / (double)c->classes;
    return (k == c->labels[row] ? 1.0 - smoothing : 0.0) + even;
}

/* p (classes): softmax of the row; returns −Σ q ln p. */
static inline double case_loss(const Case *c, int64_t row, double *p)
{
    double most = -INFINITY, sum = 0.0, loss = 0.0;
    case_logits(c, row, p);
    for (int64_t k = 0; k < c->classes; k++) most = fmax(most, p[k]);
    for (int64_t k = 0; k < c->classes; k++) sum += exp(p[k] - most);
    for (int64_t k = 0; k < c->classes; k++) {
        double log_p = p[k] - most - log(sum);
        loss -= case_target(c, row, k) * log_p;
        p[k] = exp(log_p);
    }
    return loss;
}

#endif
