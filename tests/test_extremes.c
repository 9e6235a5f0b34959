#include "base/extremes.h"
#include "base/rng.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

Test(extremes, the_least_value_is_the_first_of_its_kind_and_finite)
{
    double y[] = {NAN, 3, -1, INFINITY, -1}, none[] = {NAN, INFINITY};
    cr_assert(extremes_least(5, y) == 2 && extremes_least(2, none) == -1);
    cr_assert(extremes_least(0, y) == -1);
}

Test(extremes, a_change_of_sign_is_found_on_a_line_in_ln_x)
{
    double x[] = {1, 10, 1000}, y[] = {-5, -1, 1}, same[] = {1, 2, 3};
    cr_assert(fabs(extremes_crossing(3, x, y) - 100.0) < 1e-11); /* half way in ln x */
    cr_assert(isnan(extremes_crossing(3, x, same)));
}

enum { POINTS = 101 };

Test(extremes, the_turn_of_a_parabola_is_its_vertex_though_no_point_lies_there)
{
    double x[POINTS], y[POINTS];
    for (int k = 0; k < POINTS; k++) x[k] = k, y[k] = 7.0 + 3.0 * (k - 41.3) * (k - 41.3);
    /* rounding of squares of order 1e4 over a bend of order 1e2 */
    cr_assert(fabs(extremes_turn(POINTS, x, y, 6.0) - 41.3) < 1e-9);
    for (int k = 0; k < POINTS; k++) y[k] = -y[k];
    cr_assert(isnan(extremes_turn(POINTS, x, y, 6.0)), "a maximum is no minimum");
}

Test(extremes, the_turn_is_not_the_lowest_point_of_the_noise)
{
    double x[POINTS], y[POINTS], sum = 0.0;
    for (uint32_t trial = 0; trial < 100; trial++) {
        Rng rng = rng_stream(1001, trial, RNG_DATA);
        for (int k = 0; k < POINTS; k++)
            x[k] = k, y[k] = 1e-3 * (k - 60.0) * (k - 60.0) + 0.05 * rng_normal(&rng);
        sum += extremes_turn(POINTS, x, y, 15.0) / 100.0;
    }
    /* the bend's error moves a vertex by about 1; the mean of 100 by a tenth of that */
    cr_assert(fabs(sum - 60.0) < 0.5, "mean %g", sum);
}
