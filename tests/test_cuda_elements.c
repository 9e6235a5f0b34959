#include "cuda_twins.h"

/* Single numbers, rows that four does not divide, long vectors, rows of whole 16 bytes. */
static const int64_t shapes[][2] = {{1, 1},    {1, 7},    {5, 3},  {17, 33},
                                    {1, 5001}, {70, 129}, {9, 64}, {3, 1100}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* Rows without gaps are one row; a gap of 4 leaves them at multiples of 16 bytes where four divides
 * them, a gap of 3 does not. */
static const int64_t gaps[] = {0, 3, 4};

static void for_shapes(void (*check)(Pair *pair, int64_t rows, int64_t cols, int64_t gap))
{
    Pair pair = pair_open();
    for (int k = 0; k < SHAPES; k++)
        for (int g = 0; g < 3; g++) {
            check(&pair, shapes[k][0], shapes[k][1], gaps[g]);
            pair_clear(&pair);
        }
    pair_close(&pair);
}

static void check_activation(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    for (int phi = 0; phi < ACT_KINDS; phi++) {
        Twin x = twin_random(pair, 1, rows, cols, gap), y = twin_random(pair, 2, rows, cols, gap);
        Twin dy = twin_random(pair, 3, rows, cols, gap);
        Twin dx = twin_random(pair, 4, rows, cols, gap);
        for (int s = 0; s < SIDES; s++) {
            Backend *backend = pair->side[s];
            backend->activate(backend, (Activation)phi, x.on[s], y.on[s]);
            backend->activate_backward(backend, (Activation)phi, x.on[s], dy.on[s], dx.on[s], true);
            backend->activate_backward(backend, (Activation)phi, x.on[s], dy.on[s], dy.on[s],
                                       false);
            backend->activate(backend, (Activation)phi, x.on[s], x.on[s]);
        }
        twin_check_same(pair, "phi", y);
        twin_check_same(pair, "dx added", dx);
        twin_check_same(pair, "dx in the place of dy", dy);
        twin_check_same(pair, "phi in place", x);
    }
}

Test(cuda_elements, every_activation_and_its_slope_have_the_bits_of_the_cpu)
{
    for_shapes(check_activation);
}

/* Where the rule changes its branch, and what no number is. */
Test(cuda_elements, activations_of_zeros_infinities_and_nan_are_those_of_the_cpu)
{
    static const real edges[] = {0,   -0.0f,    1e-45f,    -1e-45f, 20,  -20,  88.3f,
                                 -88, INFINITY, -INFINITY, NAN,     400, -400, 1e38f};
    enum { EDGES = sizeof edges / sizeof *edges };
    Pair pair = pair_open();
    for (int phi = 0; phi < ACT_KINDS; phi++) {
        Twin x = twin_random(&pair, 1, 1, EDGES, 0), dx = twin_random(&pair, 2, 1, EDGES, 0);
        twin_set(&pair, x, edges);
        for (int s = 0; s < SIDES; s++) {
            Backend *backend = pair.side[s];
            backend->activate_backward(backend, (Activation)phi, x.on[s], dx.on[s], dx.on[s],
                                       false);
            backend->activate(backend, (Activation)phi, x.on[s], x.on[s]);
        }
        twin_check_same(&pair, "phi", x);
        twin_check_same(&pair, "slope", dx);
    }
    pair_close(&pair);
}

/* A matrix that begins inside another need not begin at a multiple of 16 bytes. */
Test(cuda_elements, columns_of_a_matrix_are_worked_on_wherever_they_begin)
{
    Pair pair = pair_open();
    for (int64_t first = 0; first < 6; first++) {
        Twin x = twin_random(&pair, 1, 9, 72, 0), y = twin_random(&pair, 2, 9, 64, 0);
        for (int s = 0; s < SIDES; s++)
            pair.side[s]->activate(pair.side[s], ACT_SILU, matrix_columns(x.on[s], first, 64),
                                   y.on[s]);
        twin_check_same(&pair, "from inside", y);
        for (int s = 0; s < SIDES; s++)
            pair.side[s]->activate(pair.side[s], ACT_RELU2, y.on[s],
                                   matrix_columns(x.on[s], first, 64));
        twin_check_same(&pair, "to inside", x);
    }
    pair_close(&pair);
}

static void check_gate(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    Twin x = twin_random(pair, 1, rows, 2 * cols, gap), y = twin_random(pair, 2, rows, cols, gap);
    Twin dy = twin_random(pair, 3, rows, cols, 0), dx = twin_random(pair, 4, rows, 2 * cols, gap);
    for (int s = 0; s < SIDES; s++) {
        pair->side[s]->gate(pair->side[s], x.on[s], y.on[s]);
        pair->side[s]->gate_backward(pair->side[s], x.on[s], dy.on[s], dx.on[s]);
    }
    twin_check_same(pair, "gate", y);
    twin_check_same(pair, "gate's dx", dx);
}

Test(cuda_elements, the_gate_and_its_gradient_have_the_bits_of_the_cpu) { for_shapes(check_gate); }

static void check_scale_columns(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    Twin x = twin_random(pair, 1, rows, cols, gap), y = twin_random(pair, 2, rows, cols, gap);
    Twin w = twin_random(pair, 3, 1, cols, 0);
    for (int s = 0; s < SIDES; s++) {
        Backend *backend = pair->side[s];
        backend->scale_columns(backend, x.on[s], w.on[s], 1e-3f, -0.25f, y.on[s]);
        backend->scale_columns(backend, x.on[s], w.on[s], 0, 1, x.on[s]);
    }
    twin_check_same(pair, "columns", y);
    twin_check_same(pair, "columns in place", x);
}

Test(cuda_elements, columns_scaled_by_powers_have_the_bits_of_the_cpu)
{
    for_shapes(check_scale_columns);
}

static void check_dropout(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    for (uint64_t index = 0; index < 4; index++) {
        Twin x = twin_random(pair, 1, rows, cols, gap), y = twin_random(pair, 2, rows, cols, gap);
        Rng stream = rng_stream(0x123456789abcdef, 4, RNG_NOISE);
        const int64_t number = (INT64_C(1) << 32) + 7;
        Twin step = twin_bytes(pair, sizeof number, &number);
        /* Also where the block's number passes 32 bits. */
        stream.index = (index % 2 ? UINT64_C(4) << 32 : 1000) - 8 + index;
        for (int s = 0; s < SIDES; s++) {
            pair->side[s]->dropout(pair->side[s], stream, NULL, (real)0.3, x.on[s], y.on[s]);
            pair->side[s]->dropout(pair->side[s], stream, step.on[s].data, (real)0.7, x.on[s],
                                   x.on[s]);
        }
        twin_check_same(pair, "dropout", y);
        twin_check_same(pair, "dropout in place", x);
    }
}

Test(cuda_elements, dropout_draws_the_words_that_the_cpu_draws) { for_shapes(check_dropout); }

static void check_add_rows(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    int64_t period = (rows + 2) / 3;
    Twin x = twin_random(pair, 1, rows, cols, gap);
    Twin table = twin_random(pair, 2, period, cols, gap);
    Twin y = twin_random(pair, 3, rows, cols, gap);
    Twin dtable = twin_random(pair, 4, period, cols, gap);
    for (int s = 0; s < SIDES; s++) {
        Backend *backend = pair->side[s];
        backend->add_rows(backend, x.on[s], table.on[s], y.on[s]);
        backend->add_rows_backward(backend, x.on[s], dtable.on[s]);
        backend->add_rows(backend, x.on[s], table.on[s], x.on[s]);
    }
    twin_check_same(pair, "add_rows", y);
    twin_check_same(pair, "dtable", dtable);
    twin_check_same(pair, "add_rows in place", x);
}

Test(cuda_elements, a_table_of_rows_is_added_and_gets_its_sums_in_the_order_of_the_cpu)
{
    for_shapes(check_add_rows);
}
