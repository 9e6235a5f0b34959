/* Passes over designs on the device, against those of the host on the same designs. */
#include "base/die.h"
#include "compute/rowdevice.h"
#include "designs.h"
#include "objective/logistic.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

/* Shapes that reach every way through the kernel; none is a multiple of what threads share. */
typedef struct {
    int64_t rows, cols;
} Shape;

static const Shape shapes[] = {
    {1, 1},     /* one row */
    {700, 3},   /* many threads for a column's sum, one or two for a row's margin */
    {333, 101}, /* a few threads for a column */
    {150, 784}, /* more than a block's threads have columns, in bytes */
    {70, 1100}, /* sums of eight points do not fit shared memory */
    {21, 8111}, /* neither do rows, nor in float64 and float32 the sums of one point */
};
enum { SHAPES = sizeof shapes / sizeof *shapes };
static const DesignStorage storages[] = {DESIGN_FLOAT64, DESIGN_FLOAT32, DESIGN_BYTES,
                                         DESIGN_SPARSE};
enum { STORAGES = 4 };

static double *fill(int64_t count, double scale, uint32_t trial)
{
    Rng rng = rng_stream(1000, trial, RNG_INIT);
    double *x = alloc_zeroed((size_t)count, sizeof *x);
    rng_fill_normal(&rng, count, scale, x);
    return x;
}

/* Where no device answers a test is skipped. */
static void need_device(void)
{
    const char *missing = backend_missing("cuda");
    if (missing) cr_skip_test("%s", missing);
}

/* On the host, of a third of their numbers in some rows, of all in others: a full first column, an
 * empty last one, and the row before the last empty, where there are so many. */
static Design *make_sparse(Shape shape)
{
    Design *full = design_of(shape.rows, shape.cols, DESIGN_FLOAT64);
    for (int64_t i = 0; i < shape.rows; i++)
        for (int64_t j = 1; j < shape.cols; j++)
            if ((i % 4 && (i + j) % 3) || j == shape.cols - 1) design_row(full, i)[j] = 0.0;
    if (shape.rows > 2)
        memset(design_row(full, shape.rows - 2), 0, (size_t)shape.cols * sizeof(double));
    Design *design = design_sparse(full);
    design_free(full);
    return design;
}

/* On the host; in the storage asked for, some rows counted several times. */
static Design *make(Shape shape, DesignStorage storage)
{
    bool sparse = storage == DESIGN_SPARSE;
    Design *design = sparse ? make_sparse(shape) : design_of(shape.rows, shape.cols, storage);
    design_narrow(design);
    cr_assert(eq(int, design->storage, storage));
    design_set_weight(design, shape.rows / 2, 17.0);
    return design;
}

/* On the device, whatever its size. */
static Design *placed(Design *design)
{
    Backend *backend = backend_open("cuda");
    design->resident = backend->rows->place(backend, design);
    return design;
}

static Design *place(Shape shape, DesignStorage storage)
{
    need_device();
    return placed(make(shape, storage));
}

/* How far host and device may be apart, u = 2^-53: each sums a margin's products with an error of
 * (cols + 2) u Σ|a w|, which changes a slope by at most a quarter of that and a loss by that;
 * exp and what follows has a few u of its own, and the sum over the rows another (rows + 2) u of
 * its terms. Gradients' bounds in g (cols), the value's as result. */
static double bound_gradient(const Design *design, const double *w, double *g)
{
    const double u = DBL_EPSILON / 2.0, rows = (double)design->rows, cols = (double)design->cols;
    double *row = alloc_zeroed((size_t)design->cols, sizeof *row), value = 0.0;
    memset(g, 0, (size_t)design->cols * sizeof *g);
    for (int64_t i = 0; i < design->rows; i++) {
        double products = 0.0, weight = design->weight[i] / design->total;
        design_get_row(design, i, row);
        for (int64_t j = 0; j < design->cols; j++) products += fabs(row[j] * w[j]);
        double margin = 2.0 * (cols + 2.0) * u * products;
        value += weight * (margin + 2.0 * (rows + 8.0) * u * (M_LN2 + products));
        for (int64_t j = 0; j < design->cols; j++)
            g[j] += weight * fabs(row[j]) * (0.25 * margin + 2.0 * (rows + 8.0) * u);
    }
    free(row);
    return value;
}

static void compare_gradients(Shape shape, DesignStorage storage, const RowLoss *loss)
{
    Design *host = make(shape, storage), *device = place(shape, storage);
    double *w = fill(shape.cols, 2.0, 1), *g = fill(3 * shape.cols, 1.0, 2);
    double *expected = g + shape.cols, *bound = g + 2 * shape.cols;
    double value_bound = bound_gradient(host, w, bound);
    double value = rowpass_gradient(host, loss, w, expected);
    cr_expect(epsilon_eq(dbl, rowpass_gradient(device, loss, w, g), value, value_bound));
    for (int64_t j = 0; j < shape.cols; j++)
        cr_expect(epsilon_eq(dbl, g[j], expected[j], bound[j]), "%ld x %ld: column %ld",
                  (long)shape.rows, (long)shape.cols, (long)j);
    design_free(host);
    design_free(device);
    free(w);
    free(g);
}

Test(cuda_rowpass, value_and_gradient_are_the_hosts_in_every_shape_and_storage)
{
    for (int s = 0; s < SHAPES; s++)
        for (int k = 0; k < STORAGES; k++)
            compare_gradients(shapes[s], storages[k], &rowloss_logistic);
}

Test(cuda_rowpass, the_perceptrons_gradient_is_the_hosts)
{
    compare_gradients(shapes[2], DESIGN_FLOAT64, &rowloss_perceptron);
    compare_gradients(shapes[3], DESIGN_BYTES, &rowloss_perceptron);
}

Test(cuda_rowpass, a_value_alone_has_the_bits_of_one_with_its_gradient)
{
    Design *design = place(shapes[2], DESIGN_FLOAT32);
    double *w = fill(2 * shapes[2].cols, 2.0, 1);
    double value = rowpass_value(design, &rowloss_logistic, w);
    cr_expect(value > 0.0);
    cr_expect(eq(dbl, value, rowpass_gradient(design, &rowloss_logistic, w, w + shapes[2].cols)));
    design_free(design);
    free(w);
}

/* Every number of points up to one more than a launch takes: in shapes that take eight at once and
 * in one that does not; in the third, eight of float32 leave room for groups of 15 rows, one for
 * 30, and two threads share a column. */
Test(cuda_rowpass, many_points_at_once_give_the_bytes_of_one_at_a_time)
{
    enum { MOST = 9 };
    static const Shape some[] = {{333, 101}, {150, 784}, {150, 470}, {70, 1100}};
    for (int s = 0; s < 4; s++)
        for (int k = 0; k < STORAGES; k++) {
            int64_t cols = some[s].cols;
            Design *design = place(some[s], storages[k]);
            double *W = fill(MOST * cols, 2.0, 3), *G = fill(2 * MOST * cols, 1.0, 4);
            double *alone = G + MOST * cols, values[MOST], value[MOST];
            for (int64_t p = 0; p < MOST; p++)
                value[p] =
                    rowpass_gradient(design, &rowloss_logistic, W + p * cols, alone + p * cols);
            for (int64_t count = 1; count <= MOST; count += count < 5 ? 1 : 4) {
                rowpass_gradients(design, &rowloss_logistic, count, W, G, values);
                cr_expect(eq(int, memcmp(values, value, (size_t)count * sizeof *values), 0));
                cr_expect(eq(int, memcmp(G, alone, (size_t)(count * cols) * sizeof *G), 0));
            }
            design_free(design);
            free(W);
            free(G);
        }
}

/* Also across two residents of the same design, whose memory held other numbers before. */
Test(cuda_rowpass, the_same_gradient_twice_has_the_same_bytes)
{
    for (int k = 0; k < STORAGES; k++) {
        Design *first = place(shapes[3], storages[k]), *second = place(shapes[3], storages[k]);
        int64_t cols = shapes[3].cols;
        size_t bytes = (size_t)cols * sizeof(double);
        double *w = fill(cols, 2.0, 1), *g = fill(3 * cols, 1.0, 2);
        double value = rowpass_gradient(first, &rowloss_logistic, w, g);
        rowpass_margins(second, w, fill(shapes[3].rows, 1.0, 5));
        cr_expect(eq(dbl, rowpass_gradient(first, &rowloss_logistic, w, g + cols), value));
        cr_expect(eq(dbl, rowpass_gradient(second, &rowloss_logistic, w, g + 2 * cols), value));
        cr_expect(eq(int, memcmp(g, g + cols, bytes), 0));
        cr_expect(eq(int, memcmp(g, g + 2 * cols, bytes), 0));
        design_free(first);
        design_free(second);
        free(w);
        free(g);
    }
}

/* Bounds as above: (cols + 2) u of a margin's products, (rows + 2) u of a column's, each twice. */
static void compare_products(Shape shape, DesignStorage storage)
{
    const double u = DBL_EPSILON / 2.0;
    int64_t rows = shape.rows, cols = shape.cols;
    Design *host = make(shape, storage), *device = place(shape, storage);
    double *v = fill(cols, 1.0, 6), *c = fill(rows, 1.0, 7), *row = fill(cols, 1.0, 8);
    double *z = fill(2 * rows, 1.0, 9), *z_host = z + rows;
    double *g = fill(6 * cols, 1.0, 10), *g_host = g + cols, *Hv = g + 2 * cols;
    double *Hv_host = g + 3 * cols, *sum = g + 4 * cols, *curved = g + 5 * cols;
    memset(sum, 0, (size_t)(2 * cols) * sizeof *sum);
    rowpass_margins(host, v, z_host);
    rowpass_margins(device, v, z);
    rowpass_combine(host, c, g_host);
    rowpass_combine(device, c, g);
    rowpass_curvature(host, c, v, Hv_host);
    rowpass_curvature(device, c, v, Hv);
    for (int64_t i = 0; i < rows; i++) {
        double products = 0.0;
        design_get_row(host, i, row);
        for (int64_t j = 0; j < cols; j++) products += fabs(row[j] * v[j]);
        cr_expect(epsilon_eq(dbl, z[i], z_host[i], 2.0 * (double)(cols + 2) * u * products));
        for (int64_t j = 0; j < cols; j++) {
            sum[j] += fabs(c[i] * row[j]);
            curved[j] += fabs(c[i] * row[j]) * products;
        }
    }
    for (int64_t j = 0; j < cols; j++) {
        cr_expect(epsilon_eq(dbl, g[j], g_host[j], 2.0 * (double)(rows + 2) * u * sum[j]));
        cr_expect(
            epsilon_eq(dbl, Hv[j], Hv_host[j], 2.0 * (double)(rows + cols + 4) * u * curved[j]));
    }
    design_free(host);
    design_free(device);
    free(v);
    free(c);
    free(row);
    free(z);
    free(g);
}

Test(cuda_rowpass, margins_combinations_and_curvature_products_are_the_hosts)
{
    for (int s = 0; s < SHAPES; s++)
        for (int k = 0; k < STORAGES; k++) compare_products(shapes[s], storages[k]);
}

/* A step of a length that doubles differences would show them: steps of 1/L contract, so 40 of
 * them add up 40 gradients' rounding, about 40 (rows + cols) u. */
Test(cuda_rowpass, gradient_descent_takes_the_same_way_on_both_devices)
{
    enum { STEPS = 40 };
    Shape shape = shapes[2];
    Design *host = make(shape, DESIGN_FLOAT64), *device = place(shape, DESIGN_FLOAT64);
    Objective *f = logistic_create(host, 1e-2), *g = logistic_create(device, 1e-2);
    cr_expect(epsilon_eq(dbl, f->smooth, g->smooth, 1e-9 * f->smooth)); /* Lanczos's own residual */
    double *w = alloc_zeroed((size_t)(4 * shape.cols), sizeof *w), *w_device = w + shape.cols;
    double *slope = w + 2 * shape.cols, *slope_device = w + 3 * shape.cols;
    double rate = 1.0 / f->smooth;
    for (int step = 0; step < STEPS; step++) {
        double value = f->gradient(f, w, slope), other = g->gradient(g, w_device, slope_device);
        double bound = STEPS * (double)(shape.rows + shape.cols) * DBL_EPSILON * rate;
        cr_expect(epsilon_eq(dbl, other, value, bound));
        for (int64_t j = 0; j < shape.cols; j++) {
            cr_expect(epsilon_eq(dbl, w_device[j], w[j], bound));
            w[j] -= rate * slope[j];
            w_device[j] -= rate * slope_device[j];
        }
    }
    f->destroy(f);
    g->destroy(g);
    design_free(host);
    design_free(device);
    free(w);
}

Test(cuda_rowpass, only_what_is_worth_it_is_placed)
{
    need_device();
    Design *large = design_of(400, 100, DESIGN_FLOAT64),
           *small = design_of(300, 100, DESIGN_FLOAT64);
    Design *sparse = design_sparse(large), *thin = design_create_sparse(300, 100, 5);
    Design *stays = design_copy(large);
    rowpass_place(large, "cuda");
    rowpass_place(small, "cuda");
    rowpass_place(sparse, "cuda");
    rowpass_place(thin, "cuda");
    rowpass_place(stays, "cpu");
    cr_expect(large->resident != NULL);
    cr_expect(small->resident == NULL);
    cr_expect(sparse->resident != NULL);
    cr_expect(thin->resident == NULL);
    cr_expect(stays->resident == NULL);
    design_free(large);
    design_free(small);
    design_free(sparse);
    design_free(thin);
    design_free(stays);
}
