#include "compute/rules.h"

#include "io/csv.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>

static float from_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* ---- e^x */

/* In units of the last place of the true value's float. */
static double ulps(float got, double want)
{
    float near = (float)want;
    double unit = (double)nextafterf(near, INFINITY) - (double)near;
    return fabs((double)got - want) / unit;
}

Test(exponential, is_within_2_units_in_the_last_place_over_its_whole_range)
{
    double worst = 0.0;
    float at = 0.0f;
    for (uint32_t bits = 0; bits < 0x42b0bd70u; bits += 499) /* 0 … 88.37, and −87.33 … 0 */
        for (int sign = 0; sign < 2; sign++) {
            float x = from_bits(bits | (uint32_t)sign << 31);
            if (x < -87.336f) continue;
            double error = ulps(rule_exp(x), exp((double)x));
            if (error > worst) worst = error, at = x;
        }
    cr_expect(le(dbl, worst, 2.0), "%g ulp at %.9g", worst, (double)at);
}

Test(exponential, of_0_is_1_and_of_nan_and_infinities_what_it_has_to_be)
{
    cr_expect(eq(flt, rule_exp(0.0f), 1.0f));
    cr_expect(eq(flt, rule_exp(-0.0f), 1.0f));
    cr_expect(eq(flt, rule_exp(-INFINITY), 0.0f));
    cr_expect(eq(flt, rule_exp(INFINITY), INFINITY));
    cr_expect(eq(flt, rule_exp(FLT_MAX), INFINITY));
    cr_expect(eq(flt, rule_exp(-FLT_MAX), 0.0f));
    cr_expect(eq(flt, rule_exp(-87.34f), 0.0f));
    cr_expect(gt(flt, rule_exp(-87.33f), 0.0f));
    cr_expect(lt(flt, rule_exp(88.3f), INFINITY));
    cr_expect(isnan(rule_exp(NAN)));
}

/* 1e-5 further on e^x is 80 units larger: no error of 2 turns that round. */
Test(exponential, grows)
{
    for (double x = -87.3; x < 88.3; x += 1e-5 * (1.0 + fabs(x)))
        cr_assert(gt(flt, rule_exp((float)(x + 1e-5 * (1.0 + fabs(x)))), rule_exp((float)x)));
}

/* ---- activations */

Test(activations, obey_their_identities)
{
    for (float x = -12.0f; x < 12.0f; x += 0.037f) {
        double size = fabs((double)x), unit = (double)FLT_EPSILON;
        /* sigmoid(x) + sigmoid(−x) = 1, so f(x) − f(−x) = x and f'(x) + f'(−x) = 1 for both. The
         * exponent's rounding is in the sigmoid |u| s (1 − s) <= 0.3 times its own. */
        cr_expect(epsilon_eq(dbl, (double)(rule_sigmoid(x) + rule_sigmoid(-x)), 1.0, 4 * unit));
        cr_expect(
            epsilon_eq(dbl, (double)(rule_silu(x) - rule_silu(-x)), (double)x, 4 * unit * size));
        cr_expect(
            epsilon_eq(dbl, (double)(rule_gelu(x) - rule_gelu(-x)), (double)x, 4 * unit * size));
        cr_expect(epsilon_eq(dbl, (double)(rule_silu_slope(x) + rule_silu_slope(-x)), 1.0,
                             8 * unit * (1.0 + size)));
        cr_expect(epsilon_eq(dbl, (double)(rule_gelu_slope(x) + rule_gelu_slope(-x)), 1.0,
                             8 * unit * (1.0 + size)));
        cr_expect(eq(flt, rule_relu(x) - rule_relu(-x), x));
        cr_expect(eq(flt, rule_relu2(x), rule_relu(x) * x));
    }
}

Test(activations, at_huge_numbers_are_0_or_the_number_itself)
{
    static const float huge[] = {21.0f, 1e3f, 1e10f, 1e20f, 3e38f};
    for (int k = 0; k < 5; k++) {
        float x = huge[k];
        cr_expect(eq(flt, rule_gelu(x), x));
        cr_expect(eq(flt, rule_gelu_slope(x), 1.0f));
        cr_expect(eq(flt, rule_gelu(-x), 0.0f));
        cr_expect(eq(flt, rule_gelu_slope(-x), 0.0f));
        cr_expect(epsilon_eq(flt, rule_silu(x), x, 2e-9f * x)); /* e^−21 = 8e-10 */
        cr_expect(epsilon_eq(flt, rule_silu(-x), 0.0f, 2e-8f));
        cr_expect(epsilon_eq(flt, rule_silu_slope(-x), 0.0f, 2e-8f));
    }
}

Test(activations, let_nan_through)
{
    cr_expect(isnan(rule_relu(NAN)));
    cr_expect(isnan(rule_relu2(NAN)));
    cr_expect(isnan(rule_gelu(NAN)));
    cr_expect(isnan(rule_silu(NAN)));
}

Test(activations, and_their_slopes_are_those_of_pytorch)
{
    /* x, then value and slope of relu, relu2, gelu, silu in double. */
    Csv *golden = csv_read("tests/golden/activations.csv");
    cr_assert(gt(i64, csv_rows(golden), 40));
    for (int64_t r = 0; r < csv_rows(golden); r++) {
        float x = (float)csv_real(golden, r, 0);
        const double got[] = {rule_relu(x), rule_relu_slope(x), rule_relu2(x), rule_relu2_slope(x),
                              rule_gelu(x), rule_gelu_slope(x), rule_silu(x),  rule_silu_slope(x)};
        for (int k = 0; k < 8; k++) {
            double want = csv_real(golden, r, 1 + k), size = fabs((double)x);
            /* Roundings of x³ and of the exponent, in tails that fall like e^u; and below FLT_MIN
             * e^u is infinite and its reciprocal 0. */
            double exponent = size * (1.6 + 0.0714 * size * size);
            double bound = FLT_EPSILON * (8.0 + 4.0 * exponent) * (fabs(want) + 0.01 * FLT_MIN) +
                           100.0 * (double)FLT_MIN;
            bound += 4e-16 * (1.0 + size); /* PyTorch's 1 + tanh cancels in the tail */
            if (k == 5 || k == 7) bound += FLT_EPSILON * 4.0; /* s and x s (1 − s) u' cancel */
            cr_expect(le(dbl, fabs(got[k] - want), bound), "column %d at %g: %.9g, not %.9g", k,
                      (double)x, got[k], want);
        }
    }
    csv_free(golden);
}

/* ---- bfloat16 */

Test(bfloat16, numbers_that_fit_come_back_as_they_were)
{
    for (uint32_t half = 0; half < 0x10000u; half++) {
        float x = rule_bfloat16_unpack((uint16_t)half);
        if (isnan(x))
            cr_assert(isnan(rule_bfloat16_unpack(rule_bfloat16_pack(x))));
        else
            cr_assert(eq(u32, rule_bfloat16_pack(x), half));
    }
}

/* Between neighbours: the middle goes to the even one, what is beside it to the nearer one. */
Test(bfloat16, rounds_to_nearest_and_ties_to_even)
{
    for (uint32_t half = 0; half < 0x7f80u; half++)
        for (uint32_t sign = 0; sign <= 0x8000u; sign += 0x8000u) {
            uint32_t low = half | sign, middle = low << 16 | 0x8000u, even = low + (low & 1u);
            cr_assert(eq(u32, rule_bfloat16_pack(from_bits(middle)), even));
            cr_assert(eq(u32, rule_bfloat16_pack(from_bits(middle - 1)), low));
            cr_assert(eq(u32, rule_bfloat16_pack(from_bits(middle + 1)), low + 1));
        }
}

/* The same bits, whether they are moved down and up again or cut off where they are: the ends of
 * every bfloat16's range, their neighbours and its middle, NaN among them. */
Test(bfloat16, a_number_rounded_in_place_is_the_one_that_is_packed_and_unpacked)
{
    static const uint32_t lower[] = {0, 1, 0x7fffu, 0x8000u, 0x8001u, 0xffffu};
    for (uint32_t half = 0; half < 0x10000u; half++)
        for (size_t k = 0; k < sizeof lower / sizeof *lower; k++) {
            float x = from_bits(half << 16 | lower[k]), in_place = rule_bfloat16(x);
            float moved = rule_bfloat16_unpack(rule_bfloat16_pack(x));
            cr_assert(memcmp(&in_place, &moved, sizeof moved) == 0, "%08x", half << 16 | lower[k]);
        }
}

Test(bfloat16, what_is_too_large_becomes_infinite_and_nan_stays_nan)
{
    cr_expect(eq(u32, rule_bfloat16_pack(FLT_MAX), 0x7f80u));
    cr_expect(eq(u32, rule_bfloat16_pack(-FLT_MAX), 0xff80u));
    cr_expect(eq(u32, rule_bfloat16_pack(INFINITY), 0x7f80u));
    for (uint32_t bits = 0x7f800001u; bits < 0x7fffffffu; bits += 0xffffu) {
        cr_expect(isnan(rule_bfloat16_unpack(rule_bfloat16_pack(from_bits(bits)))));
        cr_expect(isnan(rule_bfloat16_unpack(rule_bfloat16_pack(from_bits(bits | 1u << 31)))));
    }
    cr_expect(isnan(rule_bfloat16_unpack(rule_bfloat16_pack(from_bits(0x7fffffffu)))));
}
