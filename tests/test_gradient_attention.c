#include "attention.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static const AttentionShape shapes[] = {
    {1, 1, 1, 1, 3, true},
    {2, 5, 4, 2, 3, true},
    {1, 67, 2, 1, 2, true},
    {1, 66, 2, 2, 3, false},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* Σ dy y: the function whose gradient the backward pass gives. */
static double objective(Backend *backend, Case *c)
{
    double sum = 0.0;
    case_forward(backend, c);
    for (int64_t i = 0; i < c->rows * c->width; i++) sum += c->dy[i] * c->y[i];
    return sum;
}

Test(gradient_attention, every_slope_is_the_signed_central_difference)
{
    /* h = 1e-5: the third derivative, of order 10 for inputs of order 1, errs by h² 10 / 6 < 2e-10;
     * sums of up to 400 terms of order 1 round to 400 * 1e-16 * 10 / h < 4e-8 at the very worst
     * and to 1e-9 as a random walk. */
    const double h = 1e-5;
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++) {
        Case c = case_create(shapes[k], 1.0);
        case_forward(backend, &c);
        case_backward(backend, &c);
        int64_t n = c.rows * c.packed, stride = n < 300 ? 1 : 7;
        for (int64_t i = 0; i < n; i += stride) {
            double x = c.qkv[i];
            c.qkv[i] = x + h;
            double above = objective(backend, &c);
            c.qkv[i] = x - h;
            double slope = (above - objective(backend, &c)) / (2.0 * h);
            c.qkv[i] = x;
            cr_assert(epsilon_eq(dbl, c.dqkv[i], slope, 3e-9), "shape %d, number %ld", k, (long)i);
        }
        case_free(&c);
    }
    backend->close(backend);
}
