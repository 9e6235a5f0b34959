/* Points of a grid. */
#include "base/grid.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

/* Ends where low (high/low) and low + (high - low) round to something else. */
Test(grid, both_ends_are_exact)
{
    const double low[] = {0.07, 0.3, 3.1}, high[] = {1e-5, 0.9, 0.95};
    for (int k = 0; k < 3; k++)
        for (int64_t count = 2; count < 50; count++) {
            cr_expect(eq(dbl, grid_linear(low[k], high[k], 0, count), low[k]));
            cr_expect(eq(dbl, grid_linear(low[k], high[k], count - 1, count), high[k]));
            cr_expect(eq(dbl, grid_log(low[k], high[k], 0, count), low[k]));
            cr_expect(eq(dbl, grid_log(low[k], high[k], count - 1, count), high[k]));
        }
}

Test(grid, one_point_is_low)
{
    cr_expect(eq(dbl, grid_linear(3.0, 5.0, 0, 1), 3.0));
    cr_expect(eq(dbl, grid_log(3.0, 5.0, 0, 1), 3.0));
}

/* Two roundings in each point; pow() adds one more. */
Test(grid, steps_are_equal_differences_or_equal_ratios)
{
    for (int64_t i = 0; i < 7; i++) {
        cr_expect(epsilon_eq(dbl, grid_linear(-1.0, 2.0, i, 7), -1.0 + 0.5 * (double)i, 1e-15));
        cr_expect(
            epsilon_eq(dbl, grid_log(1e-3, 1e3, i, 7) / pow(10.0, (double)i - 3.0), 1.0, 1e-14));
    }
}

Test(grid, may_descend)
{
    for (int64_t i = 1; i < 9; i++) {
        cr_expect(lt(dbl, grid_log(1e-2, 1e-6, i, 9), grid_log(1e-2, 1e-6, i - 1, 9)));
        cr_expect(lt(dbl, grid_linear(1.0, 0.0, i, 9), grid_linear(1.0, 0.0, i - 1, 9)));
    }
}

Test(grid, thinning_keeps_all_at_first_and_32_of_every_octave)
{
    int64_t first = 0, octave[6] = {0};
    for (int64_t i = 0; i < 64; i++) first += grid_thinned(i);
    cr_expect(eq(i64, first, 64));
    for (int k = 0; k < 6; k++) {
        for (int64_t i = 64 << k; i < 128 << k; i++) octave[k] += grid_thinned(i);
        cr_expect(eq(i64, octave[k], 32));
    }
}
