#include "head.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static double mean_loss(Backend *backend, Case *c)
{
    Case only = *c;
    only.head.dx = (Matrix){0};
    for (int k = 0; k < HEAD_SUMS; k++) only.sums[k] = 0.0;
    case_run(backend, &only);
    return only.sums[HEAD_LOSS] / only.sums[HEAD_ROWS];
}

/* h = 1e-5, inputs and logits of order 1: the error of truncation is below h² = 1e-10, that of
 * rounding about 1e-15 * loss / h < 1e-9. */
static void expect_slopes(Backend *backend, Case *c, int64_t n, int64_t stride, real *x,
                          const real *found, const char *what)
{
    const double h = 1e-5;
    for (int64_t i = 0; i < n; i += stride) {
        double middle = x[i];
        x[i] = middle + h;
        double above = mean_loss(backend, c);
        x[i] = middle - h;
        double slope = (above - mean_loss(backend, c)) / (2.0 * h);
        x[i] = middle;
        cr_assert(epsilon_eq(dbl, found[i], slope, 2e-9), "%s %ld", what, (long)i);
    }
}

static void expect_gradients(int64_t rows, int64_t width, int64_t classes, double smoothing)
{
    Backend *backend = backend_cpu();
    Case c = case_create(backend, rows, width, classes, 1.0);
    int64_t stride = classes < 100 ? 1 : 97;
    c.head.smoothing = smoothing;
    case_run(backend, &c);
    expect_slopes(backend, &c, rows * width, stride < 5 ? 1 : 5, c.x, c.dx, "dx");
    expect_slopes(backend, &c, classes * width, stride, c.weight, c.dweight, "dweight");
    expect_slopes(backend, &c, classes, stride, c.bias, c.dbias, "dbias");
    case_free(&c);
    backend->close(backend);
}

Test(gradient_head, every_slope_is_the_signed_central_difference)
{
    expect_gradients(1, 1, 1, 0.0);
    expect_gradients(1, 3, 2, 0.0);
    expect_gradients(7, 3, 10, 0.0);
    expect_gradients(66, 2, 1025, 0.0);
}

Test(gradient_head, with_smoothing_too)
{
    expect_gradients(7, 3, 10, 0.1);
    expect_gradients(66, 2, 4600, 0.3);
}
