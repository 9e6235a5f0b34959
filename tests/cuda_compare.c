#include "cuda_compare.h"

#include "base/rng.h"
#include "compute/rules.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

Pair pair_open(void)
{
    const char *missing = backend_missing("cuda");
    if (missing) cr_skip_test("%s", missing);
    return (Pair){.side = {backend_cpu(), backend_open("cuda")}};
}

void pair_close(Pair *pair)
{
    for (int s = 0; s < SIDES; s++) {
        for (int k = 0; k < pair->count; k++)
            pair->side[s]->release(pair->side[s], pair->memory[s][k]);
        pair->side[s]->close(pair->side[s]);
    }
}

/* One side of the twin that is being made; pair->count counts it when both are. */
static Matrix place(Pair *pair, int side, Matrix shape, size_t bytes, const void *host)
{
    Backend *backend = pair->side[side];
    shape.data = backend->alloc(backend, bytes);
    backend->upload(backend, bytes, host, shape.data);
    pair->memory[side][pair->count] = shape.data;
    return shape;
}

/* Both sides get the same bytes. */
static Twin twin_new(Pair *pair, Dtype dtype, int64_t rows, int64_t cols, int64_t gap, size_t bytes,
                     const void *host)
{
    cr_assert(pair->count < TWINS, "a pair holds %d twins", TWINS);
    Twin twin;
    for (int s = 0; s < SIDES; s++)
        twin.on[s] = place(pair, s, (Matrix){NULL, rows, cols, cols + gap, dtype}, bytes, host);
    pair->count++;
    return twin;
}

/* From the first element to the last: no gap behind the last row, where an access out of bounds
 * would be seen. */
static size_t span(Matrix x)
{
    int64_t numbers = x.rows ? (x.rows - 1) * x.stride + x.cols : 0;
    return (size_t)numbers * dtype_size(x.dtype);
}

Twin twin_typed(Pair *pair, Dtype dtype, int64_t rows, int64_t cols, int64_t gap)
{
    size_t bytes = span((Matrix){NULL, rows, cols, cols + gap, dtype});
    void *host = malloc(bytes + 1);
    memset(host, 0xff, bytes);
    Twin twin = twin_new(pair, dtype, rows, cols, gap, bytes, host);
    free(host);
    return twin;
}

Twin twin_of(Pair *pair, const real *numbers, int64_t rows, int64_t cols, int64_t gap)
{
    size_t bytes = span((Matrix){NULL, rows, cols, cols + gap, (Dtype)DTYPE_REAL});
    real *host = malloc(bytes + 1);
    memset(host, 0xff, bytes);
    for (int64_t i = 0; i < rows && numbers; i++)
        memcpy(host + i * (cols + gap), numbers + i * cols, (size_t)cols * sizeof *host);
    Twin twin = twin_new(pair, (Dtype)DTYPE_REAL, rows, cols, gap, bytes, host);
    free(host);
    return twin;
}

Twin twin_poisoned(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    return twin_of(pair, NULL, rows, cols, gap);
}

static real *random_numbers(unsigned seed, int64_t count)
{
    real *numbers = malloc((size_t)count * sizeof *numbers + 1);
    Rng stream = rng_stream(seed, 0, RNG_DATA);
    for (int64_t k = 0; k < count; k++) numbers[k] = (real)rng_normal(&stream);
    return numbers;
}

Twin twin_random(Pair *pair, unsigned seed, int64_t rows, int64_t cols, int64_t gap)
{
    real *numbers = random_numbers(seed, rows * cols);
    Twin twin = twin_of(pair, numbers, rows, cols, gap);
    free(numbers);
    return twin;
}

Twin twin_filled(Pair *pair, double value, int64_t rows, int64_t cols, int64_t gap)
{
    real *numbers = malloc((size_t)(rows * cols) * sizeof *numbers + 1);
    for (int64_t k = 0; k < rows * cols; k++) numbers[k] = (real)value;
    Twin twin = twin_of(pair, numbers, rows, cols, gap);
    free(numbers);
    return twin;
}

Twin twin_half_of(Pair *pair, const real *numbers, int64_t rows, int64_t cols, int64_t gap)
{
    Matrix half = {NULL, rows, cols, cols + gap, DTYPE_BFLOAT16}, whole = half;
    whole.dtype = (Dtype)DTYPE_REAL;
    uint16_t *halves = malloc(span(half) + 1);
    real *reals = malloc(span(whole) + 1);
    memset(halves, 0xff, span(half)), memset(reals, 0xff, span(whole));
    for (int64_t k = 0; k < rows * cols && numbers; k++) {
        int64_t at = k / cols * half.stride + k % cols;
        halves[at] = rule_bfloat16_pack((float)numbers[k]);
        reals[at] = (real)rule_bfloat16_unpack(halves[at]);
    }
    cr_assert(pair->count < TWINS, "a pair holds %d twins", TWINS);
    Twin twin = {.on = {place(pair, SIDE_CPU, whole, span(whole), reals),
                        place(pair, SIDE_CUDA, half, span(half), halves)}};
    pair->count++;
    free(halves), free(reals);
    return twin;
}

Twin twin_half_random(Pair *pair, unsigned seed, int64_t rows, int64_t cols, int64_t gap)
{
    real *numbers = random_numbers(seed, rows * cols);
    Twin twin = twin_half_of(pair, numbers, rows, cols, gap);
    free(numbers);
    return twin;
}

Twin twin_bytes(Pair *pair, size_t bytes, const void *host)
{
    return twin_new(pair, (Dtype)DTYPE_REAL, 1, (int64_t)bytes, 0, bytes, host);
}

Twin twin_half(Pair *pair, Twin x)
{
    Matrix shape = x.on[SIDE_CPU];
    Twin half = twin_typed(pair, DTYPE_BFLOAT16, shape.rows, shape.cols, shape.stride - shape.cols);
    for (int s = 0; s < SIDES; s++) pair->side[s]->copy(pair->side[s], x.on[s], half.on[s]);
    pair->side[SIDE_CPU]->copy(pair->side[SIDE_CPU], half.on[SIDE_CPU], shape);
    half.on[SIDE_CPU] = shape;
    return half;
}

Twin twin_absent(void) { return (Twin){.on = {{.data = NULL}, {.data = NULL}}}; }

/* ---- comparing */

static char *downloaded(const Pair *pair, Twin x, int side, size_t bytes)
{
    char *host = malloc(bytes + 1);
    Backend *backend = pair->side[side];
    backend->download(backend, bytes, x.on[side].data, host);
    return host;
}

static double element(const char *host, Matrix x, int64_t row, int64_t col)
{
    int64_t k = row * x.stride + col;
    if (x.dtype == DTYPE_FLOAT64) return ((const double *)host)[k];
    if (x.dtype == DTYPE_FLOAT32) return (double)((const float *)host)[k];
    uint32_t bits = (uint32_t)((const uint16_t *)host)[k] << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

double twin_at(const Pair *pair, Twin x, int side, int64_t row, int64_t col)
{
    char *host = downloaded(pair, x, side, span(x.on[side]));
    double value = element(host, x.on[side], row, col);
    free(host);
    return value;
}

static void check_gaps(const char *what, const char *host, Matrix x)
{
    size_t size = dtype_size(x.dtype), row = (size_t)x.stride * size, used = (size_t)x.cols * size;
    for (int64_t i = 0; i + 1 < x.rows; i++)
        for (size_t k = used; k < row; k++)
            cr_assert(host[(size_t)i * row + k] == (char)0xff, "%s: written behind row %lld", what,
                      (long long)i);
}

static void check(const Pair *pair, const char *what, Twin x, double relative, double absolute,
                  const double *bound)
{
    Matrix shape = x.on[SIDE_CPU], other = x.on[SIDE_CUDA]; /* of another dtype, it may be */
    char *want = downloaded(pair, x, SIDE_CPU, span(shape));
    char *have = downloaded(pair, x, SIDE_CUDA, span(other));
    for (int64_t i = 0; i < shape.rows; i++)
        for (int64_t j = 0; j < shape.cols; j++) {
            double a = element(want, shape, i, j), b = element(have, other, i, j);
            double most = bound ? bound[i * shape.cols + j] : relative * fabs(a) + absolute;
            bool same = a == b || (isnan(a) && isnan(b));
            cr_assert(same || fabs(a - b) <= most,
                      "%s: row %lld, column %lld: cpu %.9g, cuda %.9g, %.3g apart, bound %.3g",
                      what, (long long)i, (long long)j, a, b, fabs(a - b), most);
        }
    check_gaps(what, have, other);
    free(want);
    free(have);
}

void twin_check(const Pair *pair, const char *what, Twin x, double relative, double absolute)
{
    check(pair, what, x, relative, absolute, NULL);
}

void twin_check_bounds(const Pair *pair, const char *what, Twin x, const double *bound)
{
    check(pair, what, x, 0.0, 0.0, bound);
}

void twin_check_bytes(const Pair *pair, const char *what, size_t bytes, Twin x)
{
    char *want = downloaded(pair, x, SIDE_CPU, bytes),
         *have = downloaded(pair, x, SIDE_CUDA, bytes);
    for (size_t k = 0; k < bytes; k++)
        cr_assert(want[k] == have[k], "%s: byte %zu: cpu %02x, cuda %02x", what, k,
                  (unsigned char)want[k], (unsigned char)have[k]);
    free(want);
    free(have);
}
