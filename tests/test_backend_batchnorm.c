#include "base/die.h"
#include "matrices.h"

#include <omp.h>
#include <stdlib.h>

typedef struct {
    Backend *backend;
    BatchNorm norm;
    Matrix x, skip, y, dy, dx, dweight, dbias;
} Case;

enum { MATRICES = 13 };

static const real EPSILON = (real)1e-5;

static void list(const Case *c, Matrix all[MATRICES])
{
    const BatchNorm *n = &c->norm;
    const Matrix each[MATRICES] = {
        c->x,      c->skip, c->y,    c->dy,      c->dx,           c->dweight,         c->dbias,
        n->weight, n->bias, n->mean, n->unscale, n->running_mean, n->running_variance};
    memcpy(all, each, sizeof each);
}

static Case case_of(int64_t rows, int64_t cols, Activation activation)
{
    Backend *backend = backend_cpu();
    Case c = {.backend = backend};
    Matrix *large[] = {&c.x, &c.skip, &c.y, &c.dy, &c.dx};
    for (uint32_t k = 0; k < 5; k++) *large[k] = matrix_random(backend, k, rows, cols, k % 3);
    Matrix *small[] = {
        &c.dweight,   &c.dbias,        &c.norm.weight,       &c.norm.bias,
        &c.norm.mean, &c.norm.unscale, &c.norm.running_mean, &c.norm.running_variance};
    for (uint32_t k = 0; k < 8; k++) *small[k] = matrix_random(backend, 10 + k, 1, cols, 0);
    c.norm.share = (real)0.1;
    c.norm.epsilon = EPSILON;
    c.norm.activation = activation;
    backend->fill(backend, c.norm.running_mean, 0);
    backend->fill(backend, c.norm.running_variance, 1);
    return c;
}

static void case_close(Case *c)
{
    Matrix all[MATRICES];
    list(c, all);
    matrix_release(c->backend, MATRICES, all);
    c->backend->close(c->backend);
}

/* Mean and variance (divided by n) of a column of a matrix, in long double. */
typedef struct {
    double mean, variance;
} Moments;

static Moments moments(Matrix A, int64_t j)
{
    long double sum = 0, square = 0, n = A.rows;
    for (int64_t i = 0; i < A.rows; i++) sum += matrix_at(A, i, j);
    for (int64_t i = 0; i < A.rows; i++) {
        long double d = matrix_at(A, i, j) - sum / n;
        square += d * d;
    }
    return (Moments){(double)(sum / n), (double)(square / n)};
}

static const int64_t sizes[][2] = {{2, 1}, {7, 3}, {1000, 16}, {533, 65}, {3000, 5}};
enum { SIZES = sizeof sizes / sizeof *sizes };

Test(backend_batchnorm, the_columns_of_a_batch_get_mean_0_and_variance_1)
{
    for (int k = 0; k < SIZES; k++) {
        Case c = case_of(sizes[k][0], sizes[k][1], ACT_NONE);
        c.backend->fill(c.backend, c.norm.weight, 1);
        c.backend->fill(c.backend, c.norm.bias, 0);
        c.backend->batchnorm(c.backend, &c.norm, c.x, (Matrix){0}, c.y);
        for (int64_t j = 0; j < c.y.cols; j++) {
            /* y has numbers below 8, each rounded four times: 16 u. Epsilon takes its share. */
            Moments of = moments(c.y, j), in = moments(c.x, j);
            double variance = in.variance / (in.variance + EPSILON);
            close_check_one("mean", of.mean, 0.0, 16.0 * REAL_EPSILON);
            close_check_one("variance", of.variance, variance, 32.0 * REAL_EPSILON);
        }
        case_close(&c);
    }
}

/* weight (x − mean) / sqrt(variance + epsilon) + bias + skip, then the activation. */
static double defined(const Case *c, Moments of, bool skips, int64_t i, int64_t j, double *size)
{
    const BatchNorm *n = &c->norm;
    double scale = matrix_at(n->weight, 0, j) / sqrt(of.variance + (double)n->epsilon);
    double z = (matrix_at(c->x, i, j) - of.mean) * scale + matrix_at(n->bias, 0, j);
    if (skips) z += matrix_at(c->skip, i, j);
    *size = (fabs(matrix_at(c->x, i, j)) + fabs(of.mean)) * fabs(scale) +
            fabs(matrix_at(n->bias, 0, j)) + (skips ? fabs(matrix_at(c->skip, i, j)) : 0.0);
    return n->activation == ACT_RELU && z < 0.0 ? 0.0 : z;
}

static void check_defined(const Case *c, bool skips, bool evaluation)
{
    for (int64_t j = 0; j < c->y.cols; j++) {
        Moments of = moments(c->x, j);
        if (evaluation) {
            of.mean = matrix_at(c->norm.running_mean, 0, j);
            of.variance = matrix_at(c->norm.running_variance, 0, j);
        }
        for (int64_t i = 0; i < c->y.rows; i++) {
            double size, want = defined(c, of, skips, i, j, &size);
            /* Mean, scale (twice), difference, product and sums: eight roundings. */
            close_check_one("y", matrix_at(c->y, i, j), want, 4.0 * REAL_EPSILON * size);
        }
    }
    cr_expect(matrix_gaps_whole(c->y));
}

Test(backend_batchnorm, training_uses_the_batch_and_evaluation_the_running_statistics)
{
    for (int k = 0; k < SIZES; k++)
        for (int variant = 0; variant < 4; variant++) {
            bool skips = variant & 1;
            Case c = case_of(sizes[k][0], sizes[k][1], variant & 2 ? ACT_RELU : ACT_NONE);
            Matrix skip = skips ? c.skip : (Matrix){0};
            c.backend->batchnorm(c.backend, &c.norm, c.x, skip, c.y);
            check_defined(&c, skips, false);
            for (int64_t j = 0; j < c.y.cols; j++) {
                matrix_row(c.norm.running_mean, 0)[j] = (real)(0.3 * (double)(j % 7) - 1.0);
                matrix_row(c.norm.running_variance, 0)[j] = (real)(0.1 * (double)(j % 5) + 0.05);
            }
            c.backend->batchnorm_eval(c.backend, &c.norm, c.x, skip, c.y);
            check_defined(&c, skips, true);
            case_close(&c);
        }
}

/* After k equal batches the running numbers are 1 − 0.9^k of the way; PyTorch's rule, with the
 * variance divided by n − 1. */
Test(backend_batchnorm, running_statistics_approach_those_of_equal_batches)
{
    enum { BATCHES = 200 };
    Case c = case_of(50, 9, ACT_NONE);
    for (int k = 1; k <= BATCHES; k++) {
        c.backend->batchnorm(c.backend, &c.norm, c.x, (Matrix){0}, c.y);
        double left = pow(0.9, k);
        for (int64_t j = 0; j < c.x.cols; j++) {
            Moments of = moments(c.x, j);
            double variance = of.variance * 50.0 / 49.0;
            /* Each step rounds twice; a tenth is forgotten: 20 roundings of the size. */
            close_check_one("mean", matrix_at(c.norm.running_mean, 0, j), (1.0 - left) * of.mean,
                            20.0 * REAL_EPSILON);
            close_check_one("variance", matrix_at(c.norm.running_variance, 0, j),
                            left + (1.0 - left) * variance, 20.0 * REAL_EPSILON * (1.0 + variance));
        }
    }
    /* 0.9^200 = 7e-10: evaluation is training, but for n / (n − 1). */
    Matrix trained = matrix_random(c.backend, 40, c.y.rows, c.y.cols, 0);
    c.backend->batchnorm(c.backend, &c.norm, c.x, (Matrix){0}, trained);
    c.backend->batchnorm_eval(c.backend, &c.norm, c.x, (Matrix){0}, c.y);
    for (int64_t j = 0; j < c.y.cols; j++) {
        double bias = matrix_at(c.norm.bias, 0, j), ratio = sqrt(49.0 / 50.0);
        for (int64_t i = 0; i < c.y.rows; i++) /* epsilon is not multiplied: 1e-5 / 50 */
            close_check_one("y", matrix_at(c.y, i, j) - bias,
                            ratio * (matrix_at(trained, i, j) - bias), 1e-5);
    }
    matrix_release(c.backend, 1, &trained);
    case_close(&c);
}

Test(backend_batchnorm, a_mean_far_from_zero_costs_no_accuracy)
{
    Case c = case_of(4096, 3, ACT_NONE);
    /* Floats near 4096 are 2^-11 apart: multiples of it are exact, and their variance is known. */
    for (int64_t i = 0; i < c.x.rows; i++)
        for (int64_t j = 0; j < c.x.cols; j++)
            matrix_row(c.x, i)[j] = (real)(4096.0 + (double)((i * 7 + j) % 16) / 2048.0);
    c.backend->fill(c.backend, c.norm.weight, 1);
    c.backend->fill(c.backend, c.norm.bias, 0);
    c.norm.epsilon = 0;
    c.backend->batchnorm(c.backend, &c.norm, c.x, (Matrix){0}, c.y);
    for (int64_t j = 0; j < c.x.cols; j++)
        /* The mean, 4096 + 7.5 / 2048, rounds to a float: a shift of 1/2 of a step of 1/2048. */
        close_check_one("variance", moments(c.y, j).variance, 1.0, 1e-5);
    case_close(&c);
}

Test(backend_batchnorm, one_row_is_its_own_mean)
{
    Case c = case_of(1, 20, ACT_NONE);
    c.backend->batchnorm(c.backend, &c.norm, c.x, (Matrix){0}, c.y);
    c.backend->batchnorm_backward(c.backend, &c.norm, c.x, c.y, c.dy, c.dx, false, c.dweight,
                                  c.dbias);
    for (int64_t j = 0; j < 20; j++) {
        cr_expect(matrix_at(c.y, 0, j) == matrix_at(c.norm.bias, 0, j));
        cr_expect(matrix_at(c.dx, 0, j) == 0.0);
        cr_expect(isfinite(matrix_at(c.norm.running_variance, 0, j)));
    }
    case_close(&c);
}

Test(backend_batchnorm, nan_stays_in_its_column)
{
    Case c = case_of(10, 4, ACT_RELU);
    matrix_row(c.x, 3)[2] = (real)NAN;
    c.backend->batchnorm(c.backend, &c.norm, c.x, (Matrix){0}, c.y);
    for (int64_t i = 0; i < 10; i++)
        for (int64_t j = 0; j < 4; j++) cr_expect(!isnan(matrix_at(c.y, i, j)) == (j != 2));
    case_close(&c);
}

/* The gradient by the definition, in double: dz through the activation, then
 * dx = scale (dz − mean(dz) − x̂ mean(dz x̂)). */
static void check_backward(const Case *c, const double *dy, const double *dx, bool adds,
                           const double *dweight, const double *dbias)
{
    double n = (double)c->x.rows;
    for (int64_t j = 0; j < c->x.cols; j++) {
        Moments of = moments(c->x, j);
        double unscale = 1.0 / sqrt(of.variance + (double)EPSILON), sum = 0, product = 0, size = 0;
        double scale = matrix_at(c->norm.weight, 0, j) * unscale;
        for (int64_t i = 0; i < c->x.rows; i++) {
            double dz = matrix_at(c->dy, i, j), given = dy[i * c->x.cols + j];
            bool through = c->norm.activation == ACT_NONE || matrix_at(c->y, i, j) > 0.0;
            cr_assert(dz == (through ? given : 0.0), "the gradient of skip");
            sum += dz;
            product += dz * (matrix_at(c->x, i, j) - of.mean) * unscale;
            size += fabs(dz) * (1.0 + fabs(matrix_at(c->x, i, j) - of.mean) * unscale);
        }
        /* x̂ has three roundings, and the sums are in double. */
        double u = 4.0 * REAL_EPSILON;
        close_check_one("dbias", matrix_at(c->dbias, 0, j), dbias[j] + sum,
                        u * (size + fabs(dbias[j])));
        close_check_one("dweight", matrix_at(c->dweight, 0, j), dweight[j] + product,
                        u * (size + fabs(dweight[j])));
        for (int64_t i = 0; i < c->x.rows; i++) {
            double normal = (matrix_at(c->x, i, j) - of.mean) * unscale;
            double start = adds ? dx[i * c->x.cols + j] : 0.0;
            double dz = matrix_at(c->dy, i, j);
            double want = start + scale * (dz - sum / n - normal * product / n);
            double bound = fabs(start) + fabs(scale) * (fabs(dz) + (1.0 + fabs(normal)) * size / n);
            close_check_one("dx", matrix_at(c->dx, i, j), want, 2.0 * u * bound);
        }
    }
}

static double *copied(Matrix A)
{
    double *copy = alloc_zeroed((size_t)matrix_count(A), sizeof *copy);
    for (int64_t k = 0; k < matrix_count(A); k++) copy[k] = matrix_at(A, k / A.cols, k % A.cols);
    return copy;
}

Test(backend_batchnorm, the_gradient_goes_through_the_statistics)
{
    for (int k = 0; k < SIZES; k++)
        for (int variant = 0; variant < 4; variant++) {
            Case c = case_of(sizes[k][0], sizes[k][1], variant & 1 ? ACT_RELU : ACT_NONE);
            bool adds = variant & 2;
            double *dy = copied(c.dy), *dx = copied(c.dx);
            double *dweight = copied(c.dweight), *dbias = copied(c.dbias);
            c.backend->batchnorm(c.backend, &c.norm, c.x, c.skip, c.y);
            c.backend->batchnorm_backward(c.backend, &c.norm, c.x, c.y, c.dy, c.dx, adds, c.dweight,
                                          c.dbias);
            check_backward(&c, dy, dx, adds, dweight, dbias);
            cr_expect(matrix_gaps_whole(c.dx) && matrix_gaps_whole(c.dy));
            free(dy), free(dx), free(dweight), free(dbias);
            case_close(&c);
        }
}

Test(backend_batchnorm, dx_may_lie_in_the_memory_of_dy_or_be_absent)
{
    Case c = case_of(300, 17, ACT_RELU), in_place = case_of(300, 17, ACT_RELU);
    Case absent = case_of(300, 17, ACT_RELU), *each[] = {&c, &in_place, &absent};
    in_place.dx.data = (c.backend->release(c.backend, in_place.dx.data), NULL);
    for (int k = 0; k < 3; k++) {
        Case *of = each[k];
        Matrix dx = k == 0 ? of->dx : k == 1 ? of->dy : (Matrix){0};
        of->backend->batchnorm(of->backend, &of->norm, of->x, of->skip, of->y);
        of->backend->batchnorm_backward(of->backend, &of->norm, of->x, of->y, of->dy, dx, false,
                                        of->dweight, of->dbias);
        close_check_bytes("dweight", 17 * sizeof(real), of->dweight.data, c.dweight.data);
    }
    for (int64_t i = 0; i < 300; i++)
        close_check_bytes("dx", 17 * sizeof(real), matrix_row(in_place.dy, i), matrix_row(c.dx, i));
    for (int k = 0; k < 3; k++) case_close(each[k]);
}

Test(backend_batchnorm, the_number_of_threads_changes_no_byte)
{
    Case c = case_of(5000, 16, ACT_RELU);
    Case alone = case_of(5000, 16, ACT_RELU);
    for (int threads = 1; threads <= 8; threads *= 2) {
        Case *of = threads == 1 ? &alone : &c;
        omp_set_num_threads(threads);
        close_fill(3, 5000 * c.dy.stride, 1.0, of->dy.data);
        of->backend->fill(of->backend, of->dweight, 0);
        of->backend->fill(of->backend, of->norm.running_variance, 1);
        of->backend->batchnorm(of->backend, &of->norm, of->x, of->skip, of->y);
        of->backend->batchnorm_backward(of->backend, &of->norm, of->x, of->y, of->dy, of->dx, false,
                                        of->dweight, of->dbias);
        size_t bytes = (size_t)(5000 * c.dx.stride - (c.dx.stride - 16)) * sizeof(real);
        close_check_bytes("dx", bytes, of->dx.data, alone.dx.data);
        close_check_bytes("dweight", 16 * sizeof(real), of->dweight.data, alone.dweight.data);
        close_check_bytes("variance", 16 * sizeof(real), of->norm.running_variance.data,
                          alone.norm.running_variance.data);
    }
    case_close(&c);
    case_close(&alone);
}
