/* The shapes that bench_training measures, and the products of which a step of each consists. */
#ifndef TESTS_BENCH_TRAINING_H
#define TESTS_BENCH_TRAINING_H

#include "compute/view.h"

#include <string.h>

/* rows x inner times inner x cols, `times` of them in a step. */
typedef struct {
    int64_t rows, cols, inner;
    bool transpose_a, transpose_b;
    double times;
} Product;

typedef struct {
    const char *name, *unit;  /* of speed */
    const char *model, *peer; /* our spec; the peer's arguments */
    int64_t batch, classes, side;
    int64_t layers, width, heads, context; /* transformers; else 0 */
    double goal;                           /* times PyTorch */
    double quoted; /* tokens/s of llm.c -Ofast on 2 cores (EPYC 7xx3), its best; 0: none */
} Shape;

static const Shape shapes[] = {
    {"L2 d64 T64 V256", "tokens/s", "transformer:layers=2,width=64,heads=4,context=64",
     "lm 2 64 4 64 8 256", 8, 256, 0, 2, 64, 4, 64, 3.0, 0.0},
    {"L4 d128 T64 V256", "tokens/s", "transformer:layers=4,width=128,heads=4,context=64",
     "lm 4 128 4 64 8 256", 8, 256, 0, 4, 128, 4, 64, 1.6, 4033.0},
    {"L4 d256 T128 V256", "tokens/s", "transformer:layers=4,width=256,heads=4,context=128",
     "lm 4 256 4 128 8 256", 8, 256, 0, 4, 256, 4, 128, 1.3, 1067.0},
    {"L4 d128 T64 V50257", "tokens/s", "transformer:layers=4,width=128,heads=4,context=64",
     "lm 4 128 4 64 8 50257", 8, 50257, 0, 4, 128, 4, 64, 2.0, 587.0},
    {"CNN 16-32-64", "images/s", "cnn:widths=16-32-64,pools=0-1-1", "cnn 128", 128, 10, 28, 0, 0, 0,
     0, 1.5, 0.0},
};

enum { SHAPES = sizeof shapes / sizeof *shapes, SHAPE_PRODUCTS = 24 };

/* Tokens or images of one step. */
static inline int64_t shape_samples(const Shape *shape)
{
    return shape->batch * (shape->context ? shape->context : 1);
}

/* y = x Wᵀ (rows x inputs, outputs x inputs), dx = dy W, dW = dyᵀ x. */
static inline int add_linear(Product *p, double times, int64_t rows, int64_t inputs,
                             int64_t outputs)
{
    p[0] = (Product){rows, outputs, inputs, false, true, times};
    p[1] = (Product){rows, inputs, outputs, false, false, times};
    p[2] = (Product){outputs, inputs, rows, true, false, times};
    return 3;
}

static inline int transformer_products(const Shape *s, Product *p)
{
    int64_t rows = s->batch * s->context, C = s->width, T = s->context, D = C / s->heads;
    int count = 0;
    double L = (double)s->layers, heads = L * (double)(s->batch * s->heads);
    count += add_linear(p + count, L, rows, C, 3 * C);
    count += add_linear(p + count, L, rows, C, C);
    count += add_linear(p + count, L, rows, C, 4 * C);
    count += add_linear(p + count, L, rows, 4 * C, C);
    count += add_linear(p + count, 1.0, rows, C, s->classes);
    /* Of the 6 products of T x T x D of a head, a causal mask leaves half. */
    p[count++] = (Product){T, T, D, false, true, heads};
    p[count++] = (Product){T, D, T, false, false, heads};
    p[count++] = (Product){T, D, T, true, false, heads};
    return count;
}

/* The CNN's, image by image as products with patches; the first layer has no dx. */
static inline int cnn_products(const Shape *s, Product *p)
{
    double B = (double)s->batch;
    p[0] = (Product){784, 16, 9, false, true, B};
    p[1] = (Product){16, 9, 784, true, false, B};
    int count = 2;
    count += add_linear(p + count, B, 784, 144, 32);
    count += add_linear(p + count, B, 196, 288, 64);
    count += add_linear(p + count, 1.0, s->batch, 3136, 10);
    return count;
}

static inline int shape_products(const Shape *shape, Product *products)
{
    return shape->layers ? transformer_products(shape, products) : cnn_products(shape, products);
}

#endif
