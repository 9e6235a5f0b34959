#include "objective/corral.h"

#include "base/die.h"
#include "compute/blas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

Corral *corral_create(int64_t dimension, int64_t room)
{
    Corral *corral = alloc_zeroed(1, sizeof *corral);
    *corral = (Corral){.dimension = dimension, .room = room};
    corral->point = alloc_zeroed((size_t)(room * dimension), sizeof(double));
    corral->factor = alloc_zeroed((size_t)(room * room), sizeof(double));
    corral->weight = alloc_zeroed((size_t)room, sizeof(double));
    corral->affine = alloc_zeroed((size_t)room, sizeof(double));
    corral->name = alloc_zeroed((size_t)room, sizeof *corral->name);
    return corral;
}

void corral_free(Corral *corral)
{
    free(corral->point);
    free(corral->factor);
    free(corral->weight);
    free(corral->affine);
    free(corral->name);
    free(corral);
}

static double *factor_row(const Corral *corral, int64_t k)
{
    return corral->factor + k * corral->room;
}

static double *point_row(const Corral *corral, int64_t k)
{
    return corral->point + k * corral->dimension;
}

/* The new last row l of the factor solves L l = 1 + S p; what is left of
 * 1 + p'p is the square of the point's distance from the others' span. */
bool corral_add(Corral *corral, int64_t name, const double *point)
{
    int64_t k = corral->count;
    if (k == corral->room) return false;
    double *row = factor_row(corral, k);
    for (int64_t i = 0; i < k; i++) {
        double product = 1.0 + blas_dot(corral->dimension, point_row(corral, i), point);
        const double *other = factor_row(corral, i);
        row[i] = (product - blas_dot(i, other, row)) / other[i];
    }
    double square = 1.0 + blas_dot(corral->dimension, point, point);
    double left = square - blas_dot(k, row, row);
    if (!(left > 1e-14 * square)) return false;
    row[k] = sqrt(left);
    memcpy(point_row(corral, k), point, (size_t)corral->dimension * sizeof *point);
    corral->weight[k] = 0.0;
    corral->name[k] = name;
    corral->count++;
    return true;
}

/* Turns rows' elements i and i + 1 so that element i + 1 of row i vanishes. */
static void rotate_columns(Corral *corral, int64_t i)
{
    double *row = factor_row(corral, i);
    double length = hypot(row[i], row[i + 1]), c = row[i] / length, s = row[i + 1] / length;
    for (int64_t k = i; k < corral->count; k++) {
        double *at = factor_row(corral, k) + i;
        double first = c * at[0] + s * at[1];
        at[1] = c * at[1] - s * at[0];
        at[0] = first;
    }
}

void corral_remove(Corral *corral, int64_t k)
{
    int64_t last = --corral->count, d = corral->dimension;
    memmove(point_row(corral, k), point_row(corral, k + 1),
            (size_t)((last - k) * d) * sizeof(double));
    memmove(corral->weight + k, corral->weight + k + 1, (size_t)(last - k) * sizeof(double));
    memmove(corral->name + k, corral->name + k + 1, (size_t)(last - k) * sizeof *corral->name);
    memmove(factor_row(corral, k), factor_row(corral, k + 1),
            (size_t)((last - k) * corral->room) * sizeof(double));
    for (int64_t i = k; i < last; i++) rotate_columns(corral, i);
}

void corral_solve(Corral *corral)
{
    int64_t n = corral->count;
    double *u = corral->affine, sum = 0.0;
    for (int64_t i = 0; i < n; i++) {
        const double *row = factor_row(corral, i);
        u[i] = (1.0 - blas_dot(i, row, u)) / row[i];
    }
    for (int64_t i = n - 1; i >= 0; i--) {
        u[i] /= factor_row(corral, i)[i];
        for (int64_t k = 0; k < i; k++) u[k] -= factor_row(corral, i)[k] * u[i];
    }
    for (int64_t i = 0; i < n; i++) sum += u[i];
    for (int64_t i = 0; i < n; i++) u[i] /= sum;
}

void corral_combine(const Corral *corral, double *x)
{
    memset(x, 0, (size_t)corral->dimension * sizeof *x);
    for (int64_t k = 0; k < corral->count; k++) {
        const double *point = point_row(corral, k);
        for (int64_t j = 0; j < corral->dimension; j++) x[j] += corral->weight[k] * point[j];
    }
}
