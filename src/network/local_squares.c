#include "network/local_squares.h"

#include "base/die.h"
#include "compute/blas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Gram: matrix = H_i, right = c_i, constant = |b|²/2m. Rows: matrix = A_i, right = b_i. */
typedef struct {
    int64_t rows;
    double *matrix, *right;
    double constant;
    bool gram;
} Node;

struct Squares {
    int64_t nodes, dimension;
    double lambda;
    Node *node;
};

Squares *squares_create(int64_t nodes, int64_t dimension, double lambda)
{
    Squares *squares = alloc_zeroed(1, sizeof *squares);
    *squares = (Squares){.nodes = nodes, .dimension = dimension, .lambda = lambda};
    squares->node = alloc_zeroed((size_t)nodes, sizeof *squares->node);
    return squares;
}

static void destroy(void *data)
{
    Squares *squares = data;
    for (int64_t i = 0; i < squares->nodes; i++) free(squares->node[i].matrix);
    free(squares->node);
    free(squares);
}

/* The smaller of A'A and AA' has all eigenvalues that are not 0. */
double squares_curvature(int64_t rows, int64_t dimension, const double *A)
{
    int64_t n = rows < dimension ? rows : dimension;
    double *gram = alloc_zeroed((size_t)(n * n + n), sizeof *gram), *values = gram + n * n;
    if (n == dimension) {
        blas_add_gram(rows, dimension, dimension, A, gram);
        blas_mirror(n, gram);
    } else {
        for (int64_t i = 0; i < n; i++)
            for (int64_t k = 0; k < n; k++)
                gram[i * n + k] = blas_dot(dimension, A + i * dimension, A + k * dimension);
    }
    blas_eigenvalues(n, gram, values);
    double largest = values[n - 1] / (double)rows;
    free(gram);
    return largest;
}

static void keep_rows(Node *node, int64_t d, const double *A, const double *b)
{
    node->matrix = alloc_zeroed((size_t)(node->rows * (d + 1)), sizeof *node->matrix);
    node->right = node->matrix + node->rows * d;
    memcpy(node->matrix, A, (size_t)(node->rows * d) * sizeof *A);
    memcpy(node->right, b, (size_t)node->rows * sizeof *b);
}

static void keep_gram(Node *node, int64_t d, const double *A, const double *b)
{
    double share = 1.0 / (double)node->rows;
    node->gram = true;
    node->matrix = alloc_zeroed((size_t)(d * d + d), sizeof *node->matrix);
    node->right = node->matrix + d * d;
    blas_add_gram(node->rows, d, d, A, node->matrix);
    blas_mirror(d, node->matrix);
    for (int64_t k = 0; k < node->rows; k++)
        for (int64_t j = 0; j < d; j++) node->right[j] += share * b[k] * A[k * d + j];
    for (int64_t k = 0; k < d * d; k++) node->matrix[k] *= share;
    node->constant = 0.5 * share * blas_dot(node->rows, b, b);
}

double squares_give(Squares *squares, int64_t number, int64_t rows, const double *A,
                    const double *b, double smooth)
{
    Node *node = &squares->node[number];
    node->rows = rows;
    if (squares->dimension <= rows)
        keep_gram(node, squares->dimension, A, b);
    else
        keep_rows(node, squares->dimension, A, b);
    double largest = isnan(smooth) ? squares_curvature(rows, squares->dimension, A) : smooth;
    return largest + squares->lambda;
}

/* y = H x: H is symmetric, so its rows are its columns, and no sum is cut into lanes. */
static void multiply(int64_t d, const double *restrict H, const double *restrict x,
                     double *restrict y)
{
    for (int64_t j = 0; j < d; j++) y[j] = H[j] * x[0];
    for (int64_t k = 1; k < d; k++)
        for (int64_t j = 0; j < d; j++) y[j] += H[k * d + j] * x[k];
}

static double residual(int64_t d, const double *restrict a, const double *restrict x, double b)
{
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < d; j++) sum += a[j] * x[j];
    return sum - b;
}

/* One pass over the rows: each is still in the first-level cache when it is added. */
static void gradient_of_rows(const Node *node, int64_t d, const double *restrict x,
                             double *restrict g)
{
    double share = 1.0 / (double)node->rows;
    memset(g, 0, (size_t)d * sizeof *g);
    for (int64_t k = 0; k < node->rows; k++) {
        const double *restrict a = node->matrix + k * d;
        double factor = share * residual(d, a, x, node->right[k]);
        for (int64_t j = 0; j < d; j++) g[j] += factor * a[j];
    }
}

static void gradient(const void *data, int64_t number, const double *x, double *g)
{
    const Squares *squares = data;
    const Node *node = &squares->node[number];
    int64_t d = squares->dimension;
    if (node->gram) {
        multiply(d, node->matrix, x, g);
        for (int64_t j = 0; j < d; j++) g[j] -= node->right[j];
    } else {
        gradient_of_rows(node, d, x, g);
    }
    for (int64_t j = 0; j < d && squares->lambda > 0.0; j++) g[j] += squares->lambda * x[j];
}

/* ½ x'Hx − c'x + constant, row by row of H. */
static double value_of_gram(const Node *node, int64_t d, const double *x)
{
    double sum = node->constant;
    for (int64_t j = 0; j < d; j++)
        sum += x[j] * (0.5 * blas_dot(d, node->matrix + j * d, x) - node->right[j]);
    return sum;
}

static double value(const void *data, int64_t number, const double *x)
{
    const Squares *squares = data;
    const Node *node = &squares->node[number];
    int64_t d = squares->dimension;
    double sum = node->gram ? value_of_gram(node, d, x) : 0.0;
    for (int64_t k = 0; k < node->rows && !node->gram; k++) {
        double r = residual(d, node->matrix + k * d, x, node->right[k]);
        sum += 0.5 * r * r / (double)node->rows;
    }
    return sum + 0.5 * squares->lambda * blas_dot(d, x, x);
}

static void add_hessian(const void *data, int64_t number, double weight, const double *x, double *H)
{
    (void)x;
    const Squares *squares = data;
    const Node *node = &squares->node[number];
    int64_t d = squares->dimension;
    double *gram = alloc_zeroed((size_t)(d * d), sizeof *gram);
    if (node->gram) {
        memcpy(gram, node->matrix, (size_t)(d * d) * sizeof *gram);
    } else {
        blas_add_gram(node->rows, d, d, node->matrix, gram);
        blas_mirror(d, gram);
        weight /= (double)node->rows;
    }
    for (int64_t k = 0; k < d * d; k++) H[k] += weight * gram[k];
    if (!node->gram) weight *= (double)node->rows;
    for (int64_t j = 0; j < d; j++) H[j * d + j] += weight * squares->lambda;
    free(gram);
}

const LocalForm local_squares = {
    .gradient = gradient,
    .value = value,
    .add_hessian = add_hessian,
    .destroy = destroy,
    .quadratic = true,
};
