#include "objective/objective.h"

#include "base/die.h"
#include "compute/blas.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { DENSE_DIMENSION = 64, BASIS = 60, RESTARTS = 20, CHECK_EVERY = 5 };

/* A Ritz value misses its eigenvalue by at most residual² / gap: 1e-9 leaves
 * 1e-12 for gaps above 1e-6 of the largest. */
static const double residual_target = 1e-9;

static double sharpness_dense(Objective *objective)
{
    int64_t n = objective->dimension;
    double *H = alloc_zeroed((size_t)(n * n + n), sizeof *H), *values = H + n * n;
    objective->hessian(objective, H);
    blas_eigenvalues(n, H, values);
    double largest = values[n - 1];
    free(H);
    return largest;
}

typedef struct {
    int64_t n, size;
    double *basis; /* size + 1 orthonormal vectors of length n */
    double diagonal[BASIS], beside[BASIS], ritz[BASIS];
} Lanczos;

static void subtract(int64_t n, double a, const double *x, double *y)
{
    for (int64_t i = 0; i < n; i++) y[i] -= a * x[i];
}

/* Vector k + 1 of the basis, orthogonalised twice: once is not enough (Kahan and Parlett). */
static void expand(Lanczos *l, Objective *objective, int64_t k)
{
    double *q = l->basis + k * l->n, *next = q + l->n;
    objective->curvature(objective, q, next);
    l->diagonal[k] = blas_dot(l->n, q, next);
    for (int twice = 0; twice < 2; twice++)
        for (int64_t i = 0; i <= k; i++) {
            const double *p = l->basis + i * l->n;
            subtract(l->n, blas_dot(l->n, p, next), p, next);
        }
    l->beside[k] = blas_norm(l->n, next);
    if (!(l->beside[k] > 0.0)) return;
    for (int64_t i = 0; i < l->n; i++) next[i] /= l->beside[k];
}

/* One cycle from the first vector of the basis, which becomes the Ritz vector. */
static double cycle(Lanczos *l, Objective *objective, double *residual)
{
    double theta = 0.0;
    int64_t k = 0;
    for (bool done = false; !done; k++) {
        expand(l, objective, k);
        bool last = k + 1 == l->size || !(l->beside[k] > 1e-14 * fabs(l->diagonal[0]));
        if (!last && (k + 1) % CHECK_EVERY) continue;
        theta = blas_tridiagonal_largest(k + 1, l->diagonal, l->beside, l->ritz);
        *residual = l->beside[k] * fabs(l->ritz[k]);
        done = last || !(*residual > residual_target * theta);
    }
    double *next = l->basis + k * l->n, *first = l->basis;
    memset(next, 0, (size_t)l->n * sizeof *next);
    for (int64_t i = 0; i < k; i++) subtract(l->n, -l->ritz[i], l->basis + i * l->n, next);
    double norm = blas_norm(l->n, next);
    for (int64_t i = 0; i < l->n; i++) first[i] = next[i] / norm;
    return theta;
}

/* A start that no data set is orthogonal to on purpose: fractions of the golden ratio. */
static void start(int64_t n, double *q)
{
    for (int64_t i = 0; i < n; i++) q[i] = 0.5 + fmod((double)(i + 1) * 0.6180339887498949, 1.0);
    double norm = blas_norm(n, q);
    for (int64_t i = 0; i < n; i++) q[i] /= norm;
}

static double sharpness_lanczos(Objective *objective)
{
    Lanczos l = {.n = objective->dimension, .size = BASIS};
    while (l.size > 8 && l.size * l.n > (INT64_C(1) << 25)) l.size /= 2; /* 256 MB of basis */
    l.basis = alloc_zeroed((size_t)((l.size + 1) * l.n), sizeof *l.basis);
    start(l.n, l.basis);
    double residual = INFINITY, theta = 0.0;
    for (int c = 0; c < RESTARTS && residual > residual_target * theta; c++)
        theta = cycle(&l, objective, &residual);
    free(l.basis);
    return theta;
}

double objective_sharpness(Objective *objective, const double *w)
{
    objective->fix_curvature(objective, w);
    if (objective->dimension <= DENSE_DIMENSION) return sharpness_dense(objective);
    return sharpness_lanczos(objective);
}
