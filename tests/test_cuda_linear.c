#include "cuda_products.h"

#include <criterion/new/assert.h>

static const Matrix absent;

typedef enum { SKIP_ABSENT, SKIP_APART, SKIP_IS_Y, SKIPS } Skip;

typedef struct {
    Twin x, W, bias, pre, skip, y;
} Linear;

/* Rows of odd or of whole 16 bytes. */
static Linear linear_new(Pair *pair, int k, Skip skip, int64_t gap)
{
    int64_t rows = shapes[k][0], outputs = shapes[k][1], inputs = shapes[k][2];
    Linear l = {.x = twin_random(pair, 1, rows, inputs, gap),
                .W = twin_random(pair, 2, outputs, inputs, gap),
                .bias = twin_random(pair, 3, 1, outputs, 0),
                .pre = twin_poisoned(pair, rows, outputs, gap),
                .skip =
                    skip == SKIP_APART ? twin_random(pair, 4, rows, outputs, gap) : twin_absent(),
                .y = skip == SKIP_IS_Y ? twin_random(pair, 4, rows, outputs, gap)
                                       : twin_poisoned(pair, rows, outputs, gap)};
    if (skip == SKIP_IS_Y) l.skip = l.y;
    return l;
}

/* The product's bound; a slope of an activation is at most 1.13 (relu2: 2 |x|, and |x| is below
 * sizes); then a few units of the result, a NaN and an absent matrix where they were. */
static void check_linear(int k, Activation phi, bool has_bias, bool has_pre, Skip skip, int64_t gap)
{
    Pair pair = pair_open();
    Linear l = linear_new(&pair, k, skip, gap);
    double *bound = product_sizes(&pair, PLAIN, TRANSPOSED, l.x, l.W), u = 0.5 * FLT_EPSILON;
    int64_t count = shapes[k][0] * shapes[k][1];
    for (int s = 0; s < SIDES; s++)
        pair.side[s]->linear(pair.side[s], l.x.on[s], l.W.on[s], has_bias ? l.bias.on[s] : absent,
                             phi, has_pre ? l.pre.on[s] : absent, l.skip.on[s], l.y.on[s]);
    for (int64_t i = 0; i < count; i++) {
        double size = bound[i] + 4.0;
        bound[i] =
            2.0 * (double)(shapes[k][2] + 6) * u * size * (phi == ACT_RELU2 ? size : 1.0) * 2.0;
    }
    twin_check_bounds(&pair, "y", l.y, bound);
    if (has_pre) twin_check_bounds(&pair, "pre", l.pre, bound);
    free(bound);
    pair_close(&pair);
}

Test(cuda_linear, a_linear_layer_is_that_of_the_cpu_whatever_is_absent)
{
    for (int k = 1; k < SHAPES; k += 2)
        for (int phi = 0; phi < ACT_KINDS; phi++)
            for (int given = 0; given < 4; given++)
                for (int skip = 0; skip < SKIPS; skip++)
                    check_linear(k, (Activation)phi, given & 1, given & 2, (Skip)skip,
                                 (k / 2) % 2 ? 0 : 3);
}

/* A bias is normal, so below 4 or little more: the bound of a sum of one term more. */
Test(cuda_linear, a_bias_may_begin_at_any_number)
{
    enum { SHAPE = 5 };
    Pair pair = pair_open();
    Linear l = linear_new(&pair, SHAPE, SKIP_ABSENT, 0);
    int64_t rows = shapes[SHAPE][0], outputs = shapes[SHAPE][1], inputs = shapes[SHAPE][2];
    Twin biases = twin_random(&pair, 6, 1, outputs + 3, 0);
    double *bound = product_sizes(&pair, PLAIN, TRANSPOSED, l.x, l.W);
    for (int64_t i = 0; i < rows * outputs; i++) bound[i] += 4.0;
    bound_product(inputs + 1, 1.0, 0.0, NULL, rows * outputs, bound);
    for (int64_t first = 1; first <= 3; first++) {
        for (int s = 0; s < SIDES; s++)
            pair.side[s]->linear(pair.side[s], l.x.on[s], l.W.on[s],
                                 matrix_columns(biases.on[s], first, outputs), ACT_NONE, absent,
                                 absent, l.y.on[s]);
        twin_check_bounds(&pair, "y", l.y, bound);
    }
    free(bound);
    pair_close(&pair);
}

/* On the emulator, which does so where it is asked to. */
Test(cuda_linear, a_layer_for_which_cublaslt_has_nothing_in_the_end_is_that_of_the_cpu)
{
    static const char *const refused[] = {"state", "product"};
    for (int r = 0; r < 2; r++) {
        setenv("EMULATOR_LT", refused[r], 1);
        for (int skip = 0; skip < SKIPS; skip++)
            check_linear(5, ACT_NONE, true, false, (Skip)skip, 0);
    }
}

/* All but W and bias of bfloat16 on the device. bias is of such numbers, and W becomes one. */
static Linear linear_half(Pair *pair, int k, Skip skip, int64_t gap)
{
    Linear l = linear_new(pair, k, skip, gap);
    twin_half(pair, l.W);
    twin_half(pair, l.bias);
    twin_agree(pair, l.bias);
    l.x = twin_half(pair, l.x);
    l.pre = twin_half(pair, l.pre);
    l.y = twin_half(pair, l.y);
    if (skip == SKIP_APART) l.skip = twin_half(pair, l.skip);
    if (skip == SKIP_IS_Y) l.skip = l.y;
    return l;
}

/* Half a unit of what stands between: the product, with skip or without, then with the bias; a
 * slope of an activation carries it on, relu2's 2 |pre| and a little. The CPU has pre in any
 * case; skip is NULL where it is absent. A hundredth is for what is of second order. */
static void bound_roundings(const Pair *pair, const Linear *l, Activation phi, const real *skip,
                            double *bound_pre, double *bound)
{
    int64_t count = matrix_count(l->y.on[0]), outputs = l->y.on[0].cols;
    real *pre = twin_numbers(pair, l->pre, SIDE_CPU), *y = twin_numbers(pair, l->y, SIDE_CPU);
    real *bias = twin_numbers(pair, l->bias, SIDE_CPU);
    for (int64_t i = 0; i < count; i++) {
        double size = fabs((double)pre[i]), slope = phi == ACT_RELU2 ? 2.0 * size + 0.1 : 1.13;
        double between = size + fabs((double)bias[i % outputs]);
        bound_pre[i] += 0x1p-8 * 1.01 * (size + between);
        if (skip) between += fabs((double)skip[i]);
        bound[i] += 0x1p-8 * 1.01 * (slope * (size + between) + fabs((double)y[i]));
    }
    free(pre), free(y), free(bias);
}

static void check_linear_half(int k, Activation phi, bool has_bias, bool has_pre, Skip skip,
                              int64_t gap)
{
    Pair pair = pair_open();
    Linear l = linear_half(&pair, k, skip, gap);
    int64_t count = shapes[k][0] * shapes[k][1];
    real *added = matrix_exists(l.skip.on[0]) ? twin_numbers(&pair, l.skip, SIDE_CPU) : NULL;
    double *bound_pre = product_sizes(&pair, PLAIN, TRANSPOSED, l.x, l.W);
    double *bound = alloc_zeroed((size_t)count, sizeof *bound);
    for (int s = 0; s < SIDES; s++)
        pair.side[s]->linear(pair.side[s], l.x.on[s], l.W.on[s], has_bias ? l.bias.on[s] : absent,
                             phi, has_pre || s == SIDE_CPU ? l.pre.on[s] : absent, l.skip.on[s],
                             l.y.on[s]);
    bound_product(shapes[k][2] + 3, 1.0, 0.0, NULL, count, bound_pre);
    for (int64_t i = 0; i < count; i++)
        bound[i] = 20.0 * bound_pre[i]; /* relu2's slope, and more */
    bound_roundings(&pair, &l, phi, added, bound_pre, bound);
    twin_check_bounds(&pair, "y", l.y, bound);
    if (has_pre) twin_check_bounds(&pair, "pre", l.pre, bound_pre);
    free(bound), free(bound_pre), free(added);
    pair_close(&pair);
}

Test(cuda_linear, a_linear_layer_of_bfloat16_is_that_of_the_cpu_but_for_its_roundings)
{
    for (int k = 1; k < SHAPES; k++)
        for (int phi = 0; phi < ACT_KINDS; phi++)
            for (int given = 0; given < 4; given++)
                for (int skip = 0; skip < SKIPS; skip++)
                    check_linear_half(k, (Activation)phi, given & 1, given & 2, (Skip)skip,
                                      (k / 2) % 2 ? 0 : 3);
}

/* Where cuBLASLt has an algorithm, which it has for these whole lines: the only rounding is the
 * result's. */
Test(cuda_linear, bias_and_skip_are_added_before_a_result_is_rounded)
{
    enum { SHAPE = 5 };
    for (int skip = 0; skip < SKIPS; skip++) {
        Pair pair = pair_open();
        Linear l = linear_half(&pair, SHAPE, (Skip)skip, 0);
        double *bound = product_sizes(&pair, PLAIN, TRANSPOSED, l.x, l.W);
        int64_t count = matrix_count(l.y.on[0]);
        for (int64_t i = 0; i < count; i++) bound[i] += 8.0; /* normal numbers: bias, skip */
        for (int s = 0; s < SIDES; s++)
            pair.side[s]->linear(pair.side[s], l.x.on[s], l.W.on[s], l.bias.on[s], ACT_NONE, absent,
                                 l.skip.on[s], l.y.on[s]);
        bound_product(shapes[SHAPE][2] + 2, 1.0, 0.0, NULL, count, bound);
        bound_half(&pair, l.y, bound);
        twin_check_bounds(&pair, "y", l.y, bound);
        free(bound);
        pair_close(&pair);
    }
}

Test(cuda_linear, a_nan_is_not_hidden)
{
    Pair pair = pair_open();
    Linear l = linear_new(&pair, 4, SKIP_ABSENT, 0);
    real *x = twin_numbers(&pair, l.x, SIDE_CPU);
    x[3 * shapes[4][2] + 1] = (real)NAN;
    twin_set(&pair, l.x, x);
    free(x);
    for (int s = 0; s < SIDES; s++)
        pair.side[s]->linear(pair.side[s], l.x.on[s], l.W.on[s], l.bias.on[s], ACT_RELU, absent,
                             absent, l.y.on[s]);
    for (int64_t j = 0; j < shapes[4][1]; j++) {
        cr_expect(isnan(twin_at(&pair, l.y, SIDE_CUDA, 3, j)));
        cr_expect(not(isnan(twin_at(&pair, l.y, SIDE_CUDA, 2, j))));
    }
    pair_close(&pair);
}
