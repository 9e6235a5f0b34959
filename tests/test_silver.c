/* The silver step sizes: published lengths and guarantees. */
#include "quadratic.h"
#include "solve/silver.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

/* 1 + (1 + √2)^(v - 1) for v = 0, 1, 2, 3: √2, 2, 2 + √2, 4 + 2√2. */
Test(silver, convex_lengths_are_the_published_ones)
{
    const double root = sqrt(2.0);
    const double expected[] = {root, 2, root, 2 + root, root, 2, root, 4 + 2 * root, root};
    for (int64_t k = 1; k <= 9; k++)
        cr_expect(epsilon_eq(dbl, silver_convex_length(k), expected[k - 1], 1e-14), "k = %ld", k);
}

/* F - F* <= L |w_0 - w*|² / (1 + √(4 (1 + √2)^(2k) - 3)) after 2^k - 1 steps: 2309.16530,
 * theorem 1.1. */
Test(silver, convex_steps_keep_their_guarantee)
{
    for (double h = 1.0; h > 1e-6; h *= 0.7) {
        Quadratic q = quadratic(1, h, h);
        q.objective.smooth = 1.0;
        for (int k = 1; k <= 12; k++) {
            double w = quadratic_length("silver_convex", &q, 0.0, ((int64_t)1 << k) - 1);
            double root = sqrt(4.0 * pow(1.0 + sqrt(2.0), 2 * k) - 3.0);
            cr_expect(le(dbl, 0.5 * h * w * w, 1.0 / (1.0 + root)), "h = %g, k = %d", h, k);
        }
    }
}

Test(silver, without_levels_is_the_optimal_constant_step)
{
    cr_expect(eq(int, silver_levels(5.0), 0));
    cr_expect(epsilon_eq(dbl, silver_length(5.0, 1), 2 * 5.0 / 6.0, 1e-15));
    cr_expect(epsilon_eq(dbl, silver_block_factor(5.0), pow(4.0 / 6.0, 2), 1e-15));
}

/* Every quadratic between mu and L keeps the block's guarantee, and at h = L, where all
 * steps overshoot most, none can do much better: the bound is tight over functions, so
 * some curvature comes within a factor of ten of it. */
Test(silver, a_block_keeps_its_guarantee_for_every_curvature)
{
    const double condition = 200.0;
    int64_t block = (int64_t)1 << silver_levels(condition);
    double factor = silver_block_factor(condition), worst = 0.0;
    cr_assert(gt(i64, block, 8));
    for (int i = 0; i <= 1000; i++) {
        double h = pow(condition, -(double)i / 1000.0), w = 1.0; /* L = 1 */
        for (int64_t k = 1; k <= block; k++) w *= 1.0 - silver_length(condition, k) * h;
        worst = fmax(worst, w * w);
    }
    cr_expect(le(dbl, worst, factor * (1 + 1e-12)));
    cr_expect(ge(dbl, worst, 0.1 * factor));
}

Test(silver, blocks_repeat)
{
    int64_t block = (int64_t)1 << silver_levels(100.0);
    for (int64_t k = 1; k <= block; k++)
        cr_expect(eq(dbl, silver_length(100.0, k + block), silver_length(100.0, k)));
}
