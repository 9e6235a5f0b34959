/* Attention by its definition, in double, and random inputs for it. */
#ifndef TESTS_ATTENTION_H
#define TESTS_ATTENTION_H

#include "base/die.h"
#include "base/rng.h"
#include "compute/backend.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    AttentionShape shape;
    int64_t rows, width, packed; /* of y; columns of qkv */
    real *qkv, *y, *log_sums, *dy, *dqkv;
} Case;

static inline void case_fill(int64_t n, double scale, int64_t stream, real *x)
{
    double *wide = alloc_zeroed((size_t)n, sizeof *wide);
    Rng rng = rng_stream(4000, (uint64_t)stream, RNG_INIT);
    rng_fill_normal(&rng, n, scale, wide);
    for (int64_t i = 0; i < n; i++) x[i] = (real)wide[i];
    free(wide);
}

static inline Case case_create(AttentionShape shape, double scale)
{
    Case c = {.shape = shape, .rows = shape.batch * shape.context};
    c.width = shape.heads * shape.head_size;
    c.packed = c.width + 2 * shape.key_heads * shape.head_size;
    c.qkv = alloc_zeroed((size_t)(c.rows * c.packed), sizeof(real));
    c.dqkv = alloc_zeroed((size_t)(c.rows * c.packed), sizeof(real));
    c.y = alloc_zeroed((size_t)(c.rows * c.width), sizeof(real));
    c.dy = alloc_zeroed((size_t)(c.rows * c.width), sizeof(real));
    c.log_sums = alloc_zeroed((size_t)(c.rows * shape.heads), sizeof(real));
    case_fill(c.rows * c.packed, scale, 1, c.qkv);
    case_fill(c.rows * c.width, 1.0, 2, c.dy);
    return c;
}

static inline void case_free(Case *c)
{
    free(c->qkv), free(c->dqkv), free(c->y), free(c->dy), free(c->log_sums);
}

static inline void case_forward(Backend *backend, Case *c)
{
    backend->attention(backend, &c->shape, matrix_of(c->qkv, c->rows, c->packed),
                       matrix_of(c->y, c->rows, c->width),
                       matrix_of(c->log_sums, c->shape.batch * c->shape.heads, c->shape.context));
}

static inline void case_backward(Backend *backend, Case *c)
{
    backend->attention_backward(
        backend, &c->shape, matrix_of(c->qkv, c->rows, c->packed),
        matrix_of(c->y, c->rows, c->width),
        matrix_of(c->log_sums, c->shape.batch * c->shape.heads, c->shape.context),
        matrix_of(c->dy, c->rows, c->width), matrix_of(c->dqkv, c->rows, c->packed));
}

/* Where numbers of sequence b, position t begin: query or y head h, key and value head g. */
static inline int64_t case_query(const Case *c, int64_t b, int64_t t, int64_t h)
{
    return (b * c->shape.context + t) * c->packed + h * c->shape.head_size;
}
static inline int64_t case_key(const Case *c, int64_t b, int64_t t, int64_t g)
{
    return case_query(c, b, t, c->shape.heads + g);
}
static inline int64_t case_value(const Case *c, int64_t b, int64_t t, int64_t g)
{
    return case_query(c, b, t, c->shape.heads + c->shape.key_heads + g);
}
static inline int64_t case_out(const Case *c, int64_t b, int64_t t, int64_t h)
{
    return (b * c->shape.context + t) * c->width + h * c->shape.head_size;
}

/* p (context): the probabilities of query t; returns ln Σ exp(score). */
static inline double case_probabilities(const Case *c, int64_t b, int64_t t, int64_t h, double *p)
{
    const AttentionShape *s = &c->shape;
    int64_t g = h / (s->heads / s->key_heads), seen = s->causal ? t + 1 : s->context;
    double most = -INFINITY, sum = 0.0;
    for (int64_t k = 0; k < seen; k++) {
        p[k] = 0.0;
        for (int64_t j = 0; j < s->head_size; j++)
            p[k] += (double)c->qkv[case_query(c, b, t, h) + j] * c->qkv[case_key(c, b, k, g) + j];
        p[k] /= sqrt((double)s->head_size);
        most = fmax(most, p[k]);
    }
    for (int64_t k = 0; k < seen; k++) sum += exp(p[k] - most);
    for (int64_t k = 0; k < seen; k++) p[k] = exp(p[k] - most) / sum;
    for (int64_t k = seen; k < s->context; k++) p[k] = 0.0;
    return most + log(sum);
}

#endif
