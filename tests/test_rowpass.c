#include "compute/rowpass.h"

#include "base/die.h"
#include "designs.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>
#include <math.h>
#include <omp.h>

/* Large enough for several blocks of rows, and no multiple of any lane or group. */
enum { ROWS = 1237, COLS = 211 };

static void fill(int64_t n, double scale, double *x)
{
    Rng rng = rng_stream(1000, 1, RNG_INIT);
    rng_fill_normal(&rng, n, scale, x);
}

Test(rowpass, the_logistic_loss_obeys_its_identities_and_never_overflows)
{
    const RowLoss *loss = &rowloss_logistic;
    cr_expect(eq(dbl, loss->loss(0.0), log(2.0)));
    cr_expect(eq(dbl, loss->slope(0.0), -0.5));
    cr_expect(eq(dbl, loss->curvature(0.0), 0.25));
    cr_expect(eq(dbl, loss->loss(1000.0), 0.0));
    cr_expect(eq(dbl, loss->loss(-1000.0), 1000.0));
    cr_expect(eq(dbl, loss->slope(-1000.0), -1.0));
    for (double z = -40.0; z < 40.0; z += 0.37) {
        /* l(-z) = l(z) + z and s(z) + s(-z) = -1; each side rounds a few times. */
        cr_expect(epsilon_eq(dbl, loss->loss(-z), loss->loss(z) + z, 4e-16 * (1.0 + fabs(z))));
        cr_expect(epsilon_eq(dbl, loss->slope(z) + loss->slope(-z), -1.0, 4e-16));
        cr_expect(
            epsilon_eq(dbl, loss->curvature(z), -loss->slope(z) * (1.0 + loss->slope(z)), 4e-16));
    }
}

Test(rowpass, slope_and_curvature_are_the_derivatives_of_the_loss)
{
    /* Central differences, h = 1e-5: truncation h²/6 < 2e-11, rounding 2e-16 |l| / h < 4e-10
     * for losses below 20; errors keep their sign. */
    const RowLoss *loss = &rowloss_logistic;
    double h = 1e-5;
    for (double z = -12.0; z < 12.0; z += 0.41) {
        double slope = (loss->loss(z + h) - loss->loss(z - h)) / (2.0 * h);
        double bend = (loss->slope(z + h) - loss->slope(z - h)) / (2.0 * h);
        cr_expect(epsilon_eq(dbl, loss->slope(z), slope, 5e-10));
        cr_expect(epsilon_eq(dbl, loss->curvature(z), bend, 5e-11));
    }
}

Test(rowpass, many_margins_at_once_give_the_bits_of_one_at_a_time)
{
    const RowLoss *losses[] = {&rowloss_logistic, &rowloss_perceptron};
    double z[100], loss[100], slope[100];
    fill(100, 20.0, z);
    z[0] = 0.0, z[1] = -0.0, z[2] = 1e308, z[3] = -1e308;
    for (int k = 0; k < 2; k++) {
        losses[k]->evaluate(100, z, loss, slope);
        for (int i = 0; i < 100; i++) {
            cr_expect(eq(dbl, loss[i], losses[k]->loss(z[i])));
            cr_expect(eq(dbl, slope[i], losses[k]->slope(z[i])));
        }
    }
}

/* The definition, in long double; bound: the sum of all absolute terms. */
static long double define_gradient(const Design *design, const double *w, double *g, double *bound)
{
    double *row = alloc_zeroed((size_t)design->cols, sizeof *row);
    long double value = 0.0L;
    long double *sum = alloc_zeroed((size_t)design->cols, sizeof *sum);
    for (int64_t j = 0; j < design->cols; j++) bound[j] = 0.0;
    for (int64_t i = 0; i < design->rows; i++) {
        long double z = 0.0L, weight = design->weight ? design->weight[i] : 1.0;
        design_get_row(design, i, row);
        for (int64_t j = 0; j < design->cols; j++) z += (long double)row[j] * w[j];
        value += weight * log1pl(expl(-z));
        long double slope = -1.0L / (1.0L + expl(z));
        for (int64_t j = 0; j < design->cols; j++) {
            sum[j] += weight * slope * row[j];
            bound[j] += (double)(weight * fabsl(row[j]) / design->total);
        }
    }
    for (int64_t j = 0; j < design->cols; j++) g[j] = (double)(sum[j] / design->total);
    free(row);
    free(sum);
    return value / design->total;
}

Test(rowpass, value_and_gradient_are_their_definition_in_every_storage)
{
    double w[COLS], g[COLS], expected[COLS], bound[COLS];
    fill(COLS, 3.0, w);
    for (DesignStorage storage = DESIGN_FLOAT64; storage <= DESIGN_BYTES; storage++) {
        Design *design = design_of(ROWS, COLS, storage);
        design_set_weight(design, 5, 17.0);
        design_narrow(design);
        long double value = define_gradient(design, w, expected, bound);
        double got = rowpass_gradient(design, &rowloss_logistic, w, g);
        /* A margin of COLS terms and a sum of at most ROWS: (COLS + ROWS) u of the absolute
         * terms is 3e-13; margins up to 20 multiply their own part. */
        cr_expect(epsilon_eq(dbl, got, (double)value, 1e-12 * (double)value));
        for (int j = 0; j < COLS; j++)
            cr_expect(epsilon_eq(dbl, g[j], expected[j], 1e-12 * bound[j]));
        design_free(design);
    }
}

Test(rowpass, value_alone_has_the_bits_of_value_with_gradient)
{
    double w[COLS], g[COLS];
    fill(COLS, 3.0, w);
    Design *design = design_of(ROWS, COLS, DESIGN_FLOAT64);
    double value = rowpass_value(design, &rowloss_logistic, w);
    cr_expect(eq(dbl, value, rowpass_gradient(design, &rowloss_logistic, w, g)));
    design_free(design);
}

Test(rowpass, the_gradient_is_the_slope_of_the_value)
{
    enum { N = 30, D = 7 };
    double w[D], g[D], h = 1e-5;
    fill(D, 1.0, w);
    Design *design = design_of(N, D, DESIGN_FLOAT64);
    rowpass_gradient(design, &rowloss_logistic, w, g);
    for (int j = 0; j < D; j++) {
        double at = w[j];
        w[j] = at + h;
        double above = rowpass_value(design, &rowloss_logistic, w);
        w[j] = at - h;
        double below = rowpass_value(design, &rowloss_logistic, w);
        w[j] = at;
        /* Signed; rows of length 1, so as for the loss itself. */
        cr_expect(epsilon_eq(dbl, g[j], (above - below) / (2.0 * h), 1e-10));
    }
    design_free(design);
}

Test(rowpass, a_weight_is_that_many_equal_rows)
{
    enum { D = 5 };
    double w[D], g[D], g_repeated[D];
    fill(D, 2.0, w);
    Design *once = design_of(4, D, DESIGN_FLOAT64), *repeated = design_create(9, D);
    static const int repeats[] = {1, 3, 1, 4};
    for (int64_t i = 0, at = 0; i < 4; i++) {
        design_set_weight(once, i, repeats[i]);
        for (int k = 0; k < repeats[i]; k++, at++)
            design_get_row(once, i, design_row(repeated, at));
    }
    double value = rowpass_gradient(once, &rowloss_logistic, w, g);
    double same = rowpass_gradient(repeated, &rowloss_logistic, w, g_repeated);
    /* Nine terms of at most about 3 in either order. */
    cr_expect(epsilon_eq(dbl, value, same, 9.0 * DBL_EPSILON * value));
    for (int j = 0; j < D; j++) cr_expect(epsilon_eq(dbl, g[j], g_repeated[j], 9.0 * DBL_EPSILON));
    design_free(once);
    design_free(repeated);
}

Test(rowpass, the_same_numbers_in_less_memory_give_the_same_bits)
{
    double w[COLS], g_wide[COLS], g_narrow[COLS];
    double *z_wide = alloc_zeroed(ROWS, sizeof *z_wide), *z = alloc_zeroed(ROWS, sizeof *z);
    fill(COLS, 3.0, w);
    for (DesignStorage storage = DESIGN_FLOAT32; storage <= DESIGN_BYTES; storage++) {
        Design *wide = design_of(ROWS, COLS, storage), *narrow = design_copy(wide);
        design_narrow(narrow);
        rowpass_margins(wide, w, z_wide);
        rowpass_margins(narrow, w, z);
        cr_expect(eq(int, memcmp(z, z_wide, ROWS * sizeof *z), 0));
        double value = rowpass_gradient(wide, &rowloss_logistic, w, g_wide);
        cr_expect(eq(dbl, rowpass_gradient(narrow, &rowloss_logistic, w, g_narrow), value));
        cr_expect(eq(int, memcmp(g_wide, g_narrow, sizeof g_wide), 0));
        design_free(wide);
        design_free(narrow);
    }
    free(z_wide);
    free(z);
}

Test(rowpass, the_number_of_threads_changes_no_byte)
{
    double w[COLS], g[COLS], alone[COLS];
    fill(COLS, 3.0, w);
    for (DesignStorage storage = DESIGN_FLOAT64; storage <= DESIGN_SPARSE; storage++) {
        Design *dense = design_of(ROWS, COLS, storage);
        Design *design = storage == DESIGN_SPARSE ? design_sparse(dense) : design_copy(dense);
        design_narrow(design);
        omp_set_num_threads(1);
        double value = rowpass_gradient(design, &rowloss_logistic, w, alone);
        for (int threads = 2; threads <= 4; threads++) {
            omp_set_num_threads(threads);
            cr_expect(eq(dbl, rowpass_gradient(design, &rowloss_logistic, w, g), value));
            cr_expect(eq(int, memcmp(g, alone, sizeof g), 0));
        }
        design_free(dense);
        design_free(design);
    }
}

/* Enough rows for a batch in every dense storage, and more points than one reading serves. */
Test(rowpass, many_points_at_once_give_the_bytes_of_one_at_a_time)
{
    enum { TALL = 4 * ROWS + 3, POINTS = 19 };
    double *W = alloc_zeroed((size_t)(3 * POINTS * COLS), sizeof *W);
    double *G = W + POINTS * COLS, *alone = G + POINTS * COLS, values[POINTS], only[POINTS];
    fill((int64_t)POINTS * COLS, 3.0, W);
    for (DesignStorage storage = DESIGN_FLOAT64; storage <= DESIGN_SPARSE; storage++) {
        Design *dense = design_of(TALL, COLS, storage);
        Design *design = storage == DESIGN_SPARSE ? design_sparse(dense) : design_copy(dense);
        if (storage != DESIGN_SPARSE) design_set_weight(design, 5, 17.0);
        design_narrow(design);
        cr_expect(eq(i64, rowpass_points(design), storage == DESIGN_SPARSE ? 1 : 8));
        for (int k = 0; k < POINTS; k++)
            values[k] = rowpass_gradient(design, &rowloss_logistic, W + k * COLS, alone + k * COLS);
        for (int count = 1; count <= POINTS; count += 6)
            for (int threads = 1; threads <= 2; threads++) {
                omp_set_num_threads(threads);
                rowpass_gradients(design, &rowloss_logistic, count, W, G, only);
                cr_expect(eq(int, memcmp(G, alone, count * COLS * sizeof *G), 0));
                cr_expect(eq(int, memcmp(only, values, count * sizeof *only), 0));
                rowpass_gradients(design, &rowloss_logistic, count, W, NULL, only);
                cr_expect(eq(int, memcmp(only, values, count * sizeof *only), 0));
            }
        design_free(dense);
        design_free(design);
    }
    free(W);
}

Test(rowpass, one_reading_serves_fewer_points_where_rows_are_wide_or_the_design_is_small)
{
    Design *small = design_create(100, 100), *wide = design_create(300, 4096);
    Design *wider = design_create(10, 40000);
    cr_expect(eq(i64, rowpass_points(small), 1));
    cr_expect(eq(i64, rowpass_points(wide), 4)); /* 4 x 2 x 4096 doubles are 256 KB */
    cr_expect(eq(i64, rowpass_points(wider), 1));
    design_free(small);
    design_free(wide);
    design_free(wider);
}

Test(rowpass, sparse_rows_give_the_numbers_of_dense_ones)
{
    double w[COLS], g[COLS], g_sparse[COLS];
    fill(COLS, 3.0, w);
    Design *dense = design_of(ROWS, COLS, DESIGN_FLOAT64);
    for (int64_t i = 0; i < ROWS; i++)
        for (int64_t j = 0; j < COLS; j++)
            if ((i * j) % 5) design_row(dense, i)[j] = 0.0;
    Design *sparse = design_sparse(dense);
    double value = rowpass_gradient(dense, &rowloss_logistic, w, g);
    /* Another order of at most ROWS terms of at most 1 / ROWS. */
    cr_expect(epsilon_eq(dbl, rowpass_gradient(sparse, &rowloss_logistic, w, g_sparse), value,
                         1e-12 * value));
    for (int j = 0; j < COLS; j++) cr_expect(epsilon_eq(dbl, g_sparse[j], g[j], 1e-12));
    design_free(dense);
    design_free(sparse);
}

Test(rowpass, a_curvature_product_is_margins_weighted_and_combined)
{
    double v[COLS], in_one[COLS], in_two[COLS];
    double *c = alloc_zeroed(2 * ROWS, sizeof *c), *z = c + ROWS;
    fill(COLS, 1.0, v);
    Design *design = design_of(ROWS, COLS, DESIGN_FLOAT32);
    for (int i = 0; i < ROWS; i++) c[i] = 1.0 / (i + 1.0);
    rowpass_curvature(design, c, v, in_one);
    rowpass_margins(design, v, z);
    for (int i = 0; i < ROWS; i++) z[i] *= c[i];
    rowpass_combine(design, z, in_two);
    /* The same sums over the same blocks of rows: the same bits. */
    cr_expect(eq(int, memcmp(in_one, in_two, sizeof in_one), 0));
    design_free(design);
    free(c);
}

Test(rowpass, the_gram_matrix_is_symmetric_and_agrees_with_its_products)
{
    double v[COLS], product[COLS];
    double *c = alloc_zeroed(ROWS, sizeof *c), *H = alloc_zeroed(COLS * COLS, sizeof *H);
    fill(COLS, 1.0, v);
    Design *design = design_of(ROWS, COLS, DESIGN_FLOAT64);
    for (int i = 0; i < ROWS; i++) c[i] = (double)(i % 7) / ROWS;
    rowpass_gram(design, c, H);
    rowpass_curvature(design, c, v, product);
    for (int i = 0; i < COLS; i++) {
        double sum = 0.0;
        for (int j = 0; j < COLS; j++) {
            sum += H[i * COLS + j] * v[j];
            cr_expect(eq(dbl, H[i * COLS + j], H[j * COLS + i]));
        }
        /* sum c <= 3, |a| <= 1, |v| < 20: absolute terms below 60, (ROWS + COLS) u = 3e-13. */
        cr_expect(epsilon_eq(dbl, sum, product[i], 1e-11));
    }
    design_free(design);
    free(c);
    free(H);
}

/* Large enough for two parts of the rows, in columns that fill no register. */
Test(rowpass, the_bytes_of_a_gram_matrix_do_not_depend_on_threads)
{
    enum { TALL = 1300, WIDE = 501 };
    size_t size = (size_t)WIDE * WIDE;
    double *H = alloc_zeroed(2 * size + TALL + 2 * WIDE, sizeof *H), *again = H + size;
    double *c = again + size, *v = c + TALL, *product = v + WIDE;
    Design *design = design_of(TALL, WIDE, DESIGN_BYTES);
    design_narrow(design);
    for (int i = 0; i < TALL; i++) c[i] = (double)(i % 7) / TALL;
    fill(WIDE, 1.0, v);
    omp_set_num_threads(1);
    rowpass_gram(design, c, H);
    for (int threads = 2; threads <= 4; threads++) {
        omp_set_num_threads(threads);
        rowpass_gram(design, c, again);
        cr_expect(eq(int, memcmp(again, H, size * sizeof *H), 0));
    }
    rowpass_curvature(design, c, v, product);
    for (int i = 0; i < WIDE; i++) {
        double sum = 0.0;
        for (int j = 0; j < WIDE; j++) sum += H[i * WIDE + j] * v[j];
        /* sum c <= 3, |a| <= 1, |v| < 40: absolute terms below 120, (TALL + WIDE) u = 4e-13. */
        cr_expect(epsilon_eq(dbl, sum, product[i], 5e-11));
    }
    design_free(design);
    free(H);
}

Test(rowpass, the_perceptron_counts_a_row_on_the_boundary_as_wrong)
{
    double w[2] = {0.0, 0.0}, g[2];
    Design *design = design_create(2, 2);
    design_row(design, 0)[0] = 1.0, design_row(design, 1)[1] = 3.0;
    cr_expect(eq(dbl, rowpass_gradient(design, &rowloss_perceptron, w, g), 0.0));
    cr_expect(eq(dbl, g[0], -0.5)); /* minus the mean row */
    cr_expect(eq(dbl, g[1], -1.5));
    w[0] = 2.0, w[1] = -1.0; /* the first is right, the second wrong by 3 */
    cr_expect(eq(dbl, rowpass_gradient(design, &rowloss_perceptron, w, g), 1.5));
    cr_expect(eq(dbl, g[0], 0.0));
    cr_expect(eq(dbl, g[1], -1.5));
    design_free(design);
}
