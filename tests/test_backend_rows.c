#include "compute/backend.h"

#include "io/csv.h"
#include "matrices.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

static const int64_t shapes[][2] = {{1, 2}, {5, 7}, {3, 33}, {17, 64}, {401, 129}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static double *doubles(int64_t count) { return calloc((size_t)count, sizeof(double)); }

/* ---- norms */

typedef struct {
    double mean, unscale;
} Stats;

static Stats stats_of(NormKind kind, Matrix x, int64_t i)
{
    double mean = 0.0, square = 0.0, n = (double)x.cols;
    for (int64_t j = 0; kind == NORM_LAYER && j < x.cols; j++) mean += matrix_at(x, i, j) / n;
    for (int64_t j = 0; j < x.cols; j++) square += pow(matrix_at(x, i, j) - mean, 2.0) / n;
    return (Stats){mean, 1.0 / sqrt(square + 1e-5)};
}

typedef struct {
    Matrix x, weight, bias, y, stats, dy, dx, dweight, dbias;
} Norm;

static Norm norm_new(Backend *backend, int64_t rows, int64_t cols, int64_t gap)
{
    return (Norm){
        matrix_random(backend, 1, rows, cols, gap), matrix_random(backend, 2, 1, cols, 0),
        matrix_random(backend, 3, 1, cols, 0),      matrix_random(backend, 4, rows, cols, gap),
        matrix_random(backend, 5, rows, 2, 0),      matrix_random(backend, 6, rows, cols, 2 * gap),
        matrix_random(backend, 7, rows, cols, gap), matrix_random(backend, 8, 1, cols, 0),
        matrix_random(backend, 9, 1, cols, 0)};
}

static void norm_free(Backend *backend, Norm *norm) { matrix_release(backend, 9, (Matrix *)norm); }

/* By definition, in double: y, dx, dweight, dbias one behind the other. */
static double *define(NormKind kind, const Norm *norm, bool adds)
{
    int64_t rows = norm->x.rows, cols = norm->x.cols, count = rows * cols;
    double *y = doubles(2 * count + 2 * cols), *dx = y + count, *dw = dx + count, *db = dw + cols;
    for (int64_t j = 0; j < cols; j++) {
        dw[j] = matrix_at(norm->dweight, 0, j);
        db[j] = matrix_at(norm->dbias, 0, j);
    }
    for (int64_t i = 0; i < rows; i++) {
        Stats s = stats_of(kind, norm->x, i);
        double sum = 0.0, along = 0.0, n = (double)cols;
        for (int64_t j = 0; j < cols; j++) {
            double normed = (matrix_at(norm->x, i, j) - s.mean) * s.unscale;
            double g = matrix_at(norm->dy, i, j), w = matrix_at(norm->weight, 0, j);
            y[i * cols + j] = normed * w + (kind == NORM_LAYER ? matrix_at(norm->bias, 0, j) : 0.0);
            dw[j] += g * normed;
            db[j] += g;
            sum += kind == NORM_LAYER ? g * w / n : 0.0;
            along += g * w * normed / n;
        }
        for (int64_t j = 0; j < cols; j++) {
            double normed = (matrix_at(norm->x, i, j) - s.mean) * s.unscale;
            double g = matrix_at(norm->dy, i, j) * matrix_at(norm->weight, 0, j);
            dx[i * cols + j] =
                s.unscale * (g - sum - normed * along) + (adds ? matrix_at(norm->dx, i, j) : 0.0);
        }
    }
    return y;
}

/* Numbers below about 30 in a row that is normed, 1 / deviation up to 30 where it has 2 columns;
 * a sum over n columns in a float's lanes loses at most n / 8 + 8 units. */
static void check_norm(Backend *backend, NormKind kind, int64_t rows, int64_t cols, bool adds)
{
    Norm norm = norm_new(backend, rows, cols, adds ? 3 : 0);
    Matrix bias = kind == NORM_LAYER ? norm.bias : (Matrix){0};
    double *want = define(kind, &norm, adds), *dx = want + rows * cols, *dw = dx + rows * cols;
    double unit = (16.0 + (double)cols / 8.0) * 30.0 * REAL_EPSILON;
    backend->norm(backend, kind, norm.x, norm.weight, bias, norm.y, norm.stats);
    matrix_check("y", norm.y, want, NULL, unit);
    for (int64_t i = 0; i < rows; i++) {
        Stats s = stats_of(kind, norm.x, i);
        close_check_one("mean", matrix_at(norm.stats, i, 0), s.mean, unit);
        close_check_one("unscale", matrix_at(norm.stats, i, 1) / s.unscale, 1.0, unit);
    }
    Matrix dbias = kind == NORM_LAYER ? norm.dbias : (Matrix){0};
    backend->norm_backward(backend, kind, norm.x, norm.weight, norm.stats, norm.dy, norm.dx, adds,
                           norm.dweight, dbias);
    matrix_check("dx", norm.dx, dx, NULL, 10.0 * unit);
    /* Sums of `rows` terms below 16 in blocks. */
    double sums = (double)(rows + 8) * 16.0 * REAL_EPSILON;
    matrix_check("dweight", norm.dweight, dw, NULL, sums);
    if (kind == NORM_LAYER) matrix_check("dbias", norm.dbias, dw + cols, NULL, sums);
    norm_free(backend, &norm);
    free(want);
}

Test(norms, and_their_gradients_are_their_definition)
{
    Backend *backend = backend_cpu();
    for (int s = 0; s < SHAPES; s++)
        for (int kind = NORM_LAYER; kind <= NORM_RMS; kind++)
            for (int adds = 0; adds < 2; adds++)
                check_norm(backend, (NormKind)kind, shapes[s][0], shapes[s][1], adds);
    backend->close(backend);
}

Test(norms, of_equal_numbers_are_the_bias)
{
    Backend *backend = backend_cpu();
    Norm norm = norm_new(backend, 4, 16, 0);
    backend->fill(backend, norm.x, (real)3);
    backend->norm(backend, NORM_LAYER, norm.x, norm.weight, norm.bias, norm.y, norm.stats);
    for (int64_t i = 0; i < 4; i++)
        close_check("y", 16, matrix_row(norm.y, i), matrix_reals(norm.bias), 0.0);
    norm_free(backend, &norm);
    backend->close(backend);
}

/* Numbers around 1000 with deviation 1: mean of squares minus square of the mean would lose
 * 1000² eps = 0.1 of the variance; two passes lose 1000 eps. */
Test(norms, keep_the_variance_of_numbers_far_from_0)
{
    Backend *backend = backend_cpu();
    Norm norm = norm_new(backend, 3, 512, 0);
    for (int64_t k = 0; k < 3 * 512; k++) matrix_reals(norm.x)[k] += (real)1000;
    backend->norm(backend, NORM_LAYER, norm.x, norm.weight, norm.bias, norm.y, norm.stats);
    for (int64_t i = 0; i < 3; i++)
        close_check_one("unscale", matrix_at(norm.stats, i, 1),
                        stats_of(NORM_LAYER, norm.x, i).unscale, 1000.0 * REAL_EPSILON);
    norm_free(backend, &norm);
    backend->close(backend);
}

/* ---- embedding */

Test(embedding, looks_rows_up_and_adds_gradients_of_repeated_tokens)
{
    enum { N = 700, V = 9, C = 67 };
    Backend *backend = backend_cpu();
    Matrix table = matrix_random(backend, 1, V, C, 2), y = matrix_random(backend, 2, N, C, 1);
    Matrix dtable = matrix_random(backend, 3, V, C, 3);
    int32_t ids[N];
    double *want = doubles(N * C + V * C), *sum = want + N * C;
    for (int k = 0; k < V * C; k++) sum[k] = matrix_at(dtable, k / C, k % C);
    for (int i = 0; i < N; i++) ids[i] = (i * i + i / 7) % (V - 1); /* the last is not used */
    for (int k = 0; k < N * C; k++) {
        want[k] = matrix_at(table, ids[k / C], k % C);
        sum[ids[k / C] * C + k % C] += want[k];
    }
    backend->embed(backend, ids, table, y);
    matrix_check("y", y, want, NULL, 0.0);
    backend->embed_backward(backend, ids, y, dtable);
    /* Up to N equal terms below 4, one after the other: N²/2 half units of 4 … as a walk, less. */
    matrix_check("dtable", dtable, sum, NULL, N * 4.0 * 100.0 * REAL_EPSILON);
    matrix_release(backend, 3, (Matrix[]){table, y, dtable});
    free(want);
    backend->close(backend);
}

/* ---- rotary positions */

static void check_rotate(Backend *backend, AttentionShape shape)
{
    int64_t rows = shape.batch * shape.context, size = shape.head_size, half = size / 2;
    int64_t heads = shape.heads + shape.key_heads, cols = (heads + shape.key_heads) * size;
    Matrix x = matrix_random(backend, 1, rows, cols, 2);
    double *before = doubles(2 * rows * cols), *want = before + rows * cols;
    for (int64_t k = 0; k < rows * cols; k++)
        want[k] = before[k] = matrix_at(x, k / cols, k % cols);
    for (int64_t r = 0; r < rows; r++)
        for (int64_t h = 0; h < heads; h++)
            for (int64_t j = 0; j < half; j++) {
                double angle = (double)(r % shape.context) / pow(1e4, (double)j / (double)half);
                double a = before[r * cols + h * size + j];
                double b = before[r * cols + h * size + half + j];
                want[r * cols + h * size + j] = a * cos(angle) - b * sin(angle);
                want[r * cols + h * size + half + j] = a * sin(angle) + b * cos(angle);
            }
    /* Two products of numbers below 5, cosine and sine rounded as well. */
    double unit = 6.0 * 5.0 * REAL_EPSILON;
    backend->rotate(backend, &shape, x, 1);
    matrix_check("turned", x, want, NULL, unit);
    backend->rotate(backend, &shape, x, -1);
    matrix_check("turned back", x, before, NULL, 2.0 * unit);
    backend->release(backend, x.data);
    free(before);
}

/* One backend for all: the table of angles is kept, and has to follow the shape. */
Test(rotation, turns_queries_and_keys_by_position_leaves_values_and_turns_back)
{
    Backend *backend = backend_cpu();
    static const AttentionShape rows[] = {{1, 1, 1, 1, 2, true},   {2, 5, 4, 2, 6, true},
                                          {3, 64, 2, 2, 32, true}, {3, 64, 4, 4, 16, true},
                                          {1, 32, 2, 1, 32, true}, {2, 128, 3, 1, 16, true}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) check_rotate(backend, rows[k]);
    backend->close(backend);
}

Test(rotation, makes_products_of_queries_and_keys_depend_on_their_distance_only)
{
    enum { T = 40, H = 16 };
    Backend *backend = backend_cpu();
    AttentionShape shape = {1, T, 1, 1, H, true};
    Matrix x = matrix_random(backend, 1, T, 3 * H, 0);
    for (int64_t t = 1; t < T; t++)
        memcpy(matrix_row(x, t), matrix_row(x, 0), 2 * H * sizeof(real));
    backend->rotate(backend, &shape, x, 1);
    for (int distance = 0; distance < 20; distance++) {
        double first = 0.0, later = 0.0, size = 0.0;
        for (int j = 0; j < H; j++) {
            first += matrix_at(x, distance, j) * matrix_at(x, 0, H + j);
            later += matrix_at(x, distance + 19, j) * matrix_at(x, 19, H + j);
            size += fabs(matrix_at(x, distance, j) * matrix_at(x, 0, H + j));
        }
        close_check_one("product", later, first, 16.0 * REAL_EPSILON * (size + 1.0));
    }
    backend->release(backend, x.data);
    backend->close(backend);
}
