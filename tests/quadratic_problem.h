/* f(x) = 1/2 Σ h_i x_i², the h_i evenly spaced in log from `flattest` to `steepest`; starts at
 * normal numbers. No batches: the gradient is exact. By way of the host: everything about runs on
 * it is known, and nothing is fast. */
#ifndef TESTS_QUADRATIC_PROBLEM_H
#define TESTS_QUADRATIC_PROBLEM_H

#include "base/die.h"
#include "problem/problem.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    Problem problem;
    ParameterTable table;
    Parameter parameter;
    int64_t dimension;
    double *curvature; /* h_i, on the host */
    real *x, *g;       /* on the host */
} Quadratic;

static inline size_t quadratic_bytes(const Quadratic *quadratic)
{
    return (size_t)quadratic->dimension * sizeof(real);
}

static inline void quadratic_start(Problem *problem, uint64_t seed)
{
    Quadratic *quadratic = (Quadratic *)problem;
    Rng rng = rng_stream(seed, 0, RNG_INIT);
    for (int64_t i = 0; i < quadratic->dimension; i++) quadratic->x[i] = (real)rng_normal(&rng);
    problem->backend->upload(problem->backend, quadratic_bytes(quadratic), quadratic->x,
                             quadratic->table.values);
}

/* f at the parameters of now; g = h x on the way. */
static inline double quadratic_value(Quadratic *quadratic)
{
    Backend *backend = quadratic->problem.backend;
    backend->download(backend, quadratic_bytes(quadratic), quadratic->table.values, quadratic->x);
    double sum = 0.0;
    for (int64_t i = 0; i < quadratic->dimension; i++) {
        double slope = quadratic->curvature[i] * (double)quadratic->x[i];
        quadratic->g[i] = (real)slope;
        sum += 0.5 * slope * (double)quadratic->x[i];
    }
    return sum;
}

static inline void quadratic_gradient(Problem *problem, int64_t step, double *sums)
{
    (void)step;
    Quadratic *quadratic = (Quadratic *)problem;
    Backend *backend = problem->backend;
    double total[HEAD_SUMS], f = quadratic_value(quadratic);
    backend->upload(backend, quadratic_bytes(quadratic), quadratic->g, quadratic->table.gradients);
    backend->download(backend, sizeof total, sums, total);
    total[HEAD_LOSS] += f;
    total[HEAD_ROWS] += 1.0;
    backend->upload(backend, sizeof total, total, sums);
}

static inline Evaluation quadratic_evaluate(Problem *problem, Split split, int64_t batches)
{
    (void)split, (void)batches;
    return (Evaluation){quadratic_value((Quadratic *)problem), NAN, 1};
}

static inline void quadratic_free(Problem *problem)
{
    Quadratic *quadratic = (Quadratic *)problem;
    problem->backend->release(problem->backend, quadratic->table.values);
    problem->backend->release(problem->backend, quadratic->table.gradients);
    free(quadratic->curvature);
    free(quadratic->x);
    free(quadratic->g);
    free(quadratic);
}

/* One vector, so that no optimizer adds decay to f. */
static inline void quadratic_place(Quadratic *quadratic, Backend *backend)
{
    ParameterTable *table = &quadratic->table;
    table->values = backend->alloc(backend, quadratic_bytes(quadratic));
    table->gradients = backend->alloc(backend, quadratic_bytes(quadratic));
    table->count = 1;
    table->size = quadratic->dimension;
    table->item = &quadratic->parameter;
    quadratic->parameter =
        (Parameter){.name = "x",
                    .group = GROUP_VECTOR,
                    .value = matrix_of(table->values, 1, quadratic->dimension),
                    .gradient = matrix_of(table->gradients, 1, quadratic->dimension)};
}

/* problem->free() frees. */
static inline Problem *problem_quadratic(Backend *backend, int64_t dimension, double flattest,
                                         double steepest)
{
    Quadratic *quadratic = alloc_zeroed(1, sizeof *quadratic);
    size_t count = (size_t)dimension;
    quadratic->dimension = dimension;
    quadratic->curvature = alloc_zeroed(count, sizeof *quadratic->curvature);
    quadratic->x = alloc_zeroed(count, sizeof *quadratic->x);
    quadratic->g = alloc_zeroed(count, sizeof *quadratic->g);
    for (int64_t i = 0; i < dimension; i++) {
        double share = dimension > 1 ? (double)i / (double)(dimension - 1) : 1.0;
        quadratic->curvature[i] = flattest * pow(steepest / flattest, share);
    }
    quadratic_place(quadratic, backend);
    quadratic->problem = (Problem){
        .name = "quadratic",
        .backend = backend,
        .parameters = &quadratic->table,
        .optimum = 0.0,
        .start = quadratic_start,
        .gradient = quadratic_gradient,
        .evaluate = quadratic_evaluate,
        .free = quadratic_free,
    };
    return &quadratic->problem;
}

#endif
