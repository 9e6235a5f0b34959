/* Sparse rows on the device, in numbers that can be told by hand; beside those of the host they
 * stand in test_cuda_rowpass.c. */
#include "compute/rowdevice.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>
#include <math.h>

/* Where no device answers a test is skipped. */
static void need_device(void)
{
    const char *missing = backend_missing("cuda");
    if (missing) cr_skip_test("%s", missing);
}

/* On the device, whatever its size. */
static Design *placed(Design *design)
{
    Backend *backend = backend_open("cuda");
    design->resident = backend->rows->place(backend, design);
    return design;
}

/* Entry e at places[e] = {row, column}, in order of the rows. */
static Design *sparse_at(int64_t rows, int64_t cols, int64_t stored, const int64_t places[][2])
{
    Design *design = design_create_sparse(rows, cols, stored);
    for (int64_t e = 0; e < stored; e++) {
        design->row_start[places[e][0] + 1] = e + 1;
        design->column[e] = (int32_t)places[e][1];
        ((double *)design->features)[e] = (double)(e + 1);
    }
    for (int64_t i = 0; i < rows; i++)
        if (design->row_start[i + 1] < design->row_start[i])
            design->row_start[i + 1] = design->row_start[i];
    return design;
}

/* By hand: Xᵀ c of c = 1, 10, 100, …, in whole numbers. */
Test(cuda_rowsparse, a_column_gets_the_values_of_its_rows_and_an_empty_one_zero)
{
    need_device();
    static const int64_t places[][2] = {{1, 4}, {1, 0}, {3, 4}, {3, 2}, {4, 4}};
    Design *design = placed(sparse_at(6, 7, 5, places));
    const double c[] = {1.0, 10.0, 100.0, 1e3, 1e4, 1e5}, want[] = {20, 0, 4e3, 0, 53010, 0, 0};
    const double w[] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0}, margins[] = {0, 7, 0, 27, 25, 0};
    double g[7], z[6];
    rowpass_combine(design, c, g);
    rowpass_margins(design, w, z);
    for (int j = 0; j < 7; j++) cr_expect(eq(dbl, g[j], want[j]), "column %d", j);
    for (int i = 0; i < 6; i++) cr_expect(eq(dbl, z[i], margins[i]), "row %d", i);
    design_free(design);
}

/* Every margin is 0: the loss is ln 2, from each of the rows, and no column has a slope. */
Test(cuda_rowsparse, a_design_without_a_stored_value_has_the_loss_of_zero_and_no_gradient)
{
    enum { ROWS = 37, COLS = 5, POINTS = 3 };
    need_device();
    Design *design = placed(sparse_at(ROWS, COLS, 0, NULL));
    double W[POINTS * COLS], G[POINTS * COLS], values[POINTS];
    for (int k = 0; k < POINTS * COLS; k++) W[k] = 0.3 * k - 1.0;
    rowpass_gradients(design, &rowloss_logistic, POINTS, W, G, values);
    for (int p = 0; p < POINTS; p++) /* ROWS + 2 roundings of a sum of equal terms */
        cr_expect(epsilon_eq(dbl, values[p], M_LN2, (ROWS + 2) * DBL_EPSILON));
    for (int k = 0; k < POINTS * COLS; k++) cr_expect(eq(dbl, G[k], 0.0));
    design_free(design);
}

/* Of whole numbers below 2^53, so that every order gives the same sum: one column in 64 pieces,
 * each of more than a piece's usual values, beside one of a single value. */
Test(cuda_rowsparse, a_column_as_long_as_the_design_is_summed_over_all_its_pieces)
{
    enum { ROWS = 16385 };
    need_device();
    Design *design = design_create_sparse(ROWS, 2, ROWS + 1);
    double c[ROWS], g[2], sum = 0.0;
    for (int64_t i = 0; i < ROWS; i++) {
        c[i] = (double)(i % 101);
        design->column[i] = 1;
        ((double *)design->features)[i] = (double)(i % 7 + 1);
        design->row_start[i + 1] = i + 1;
        sum += c[i] * (double)(i % 7 + 1);
    }
    design->column[ROWS] = 0; /* the last row has both */
    ((double *)design->features)[ROWS] = 3.0;
    design->row_start[ROWS] = ROWS + 1;
    placed(design);
    rowpass_combine(design, c, g);
    cr_expect(eq(dbl, g[1], sum));
    cr_expect(eq(dbl, g[0], 3.0 * c[ROWS - 1]));
    design_free(design);
}
