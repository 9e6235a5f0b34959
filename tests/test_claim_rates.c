/* 2,000 simulated claims of every kind with known truth: how often does the rule err?
 *
 * A claim is a sample of 5 to 30 normal numbers with deviation 1 and a known mean, its
 * 99 % t interval and the region of its kind. With the mean on the border of the region
 * the interval lies wholly on one given side of it in 0.5 % of the cases; over 2,000
 * claims the standard error of that rate is 0.16 %. The limits below are four standard
 * errors away: a right rule would pass 30,000 such tests in a row, and with these
 * streams it passes always. */
#include "base/rng.h"
#include "trial/claim_file.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

enum { CLAIMS = 2000, MOST = 30 };
static const double side_rate = 0.005 + 4 * 0.0016;

typedef struct {
    double rate[VERDICT_PREMISE_ABSENT + 1];
} Rates;

static Interval draw(uint32_t index, double mean)
{
    double x[MOST];
    Rng rng = rng_stream(2000, index, RNG_NOISE);
    int64_t n = 5 + rng_below(&rng, MOST - 4);
    for (int64_t i = 0; i < n; i++) x[i] = mean + rng_normal(&rng);
    return stats_t_interval(n, x, 0.99);
}

static Rates simulate(const Claim *claim, double mean)
{
    Rates rates = {{0}};
    ClaimRegion region = claim_region(claim);
    for (uint32_t k = 0; k < CLAIMS; k++)
        rates.rate[claim_judge(claim->kind, draw(k, mean), region)] += 1.0 / CLAIMS;
    return rates;
}

/* True on the border, a little outside, and well inside the region. Wrong are: reproduced
 * outside or on the border, rejected inside or on the border. */
static void expect_rates(const Claim *claim, double border, double outside, double inside)
{
    Rates on = simulate(claim, border);
    cr_expect(le(dbl, on.rate[VERDICT_REPRODUCED], side_rate));
    cr_expect(le(dbl, on.rate[VERDICT_PARTLY] + on.rate[VERDICT_NOT], side_rate));
    cr_expect(gt(dbl, on.rate[VERDICT_UNDECIDED], 0.97));

    Rates off = simulate(claim, outside);
    cr_expect(le(dbl, off.rate[VERDICT_REPRODUCED], 0.0005)); /* at most one in 2,000 */

    /* Six deviations inside: five values leave a half width of 2.1 estimated deviations. */
    Rates in = simulate(claim, inside);
    cr_expect(gt(dbl, in.rate[VERDICT_REPRODUCED], 0.97));
    cr_expect(eq(dbl, in.rate[VERDICT_PARTLY] + in.rate[VERDICT_NOT], 0.0));
}

static Claim blank(ClaimKind kind)
{
    return (Claim){.kind = kind,
                   .quantity = "value",
                   .expect = NAN,
                   .tolerance = NAN,
                   .low = NAN,
                   .high = NAN,
                   .effect = NAN,
                   .margin = NAN,
                   .null = NAN};
}

Test(rates, of_order)
{
    Claim claim = blank(CLAIM_ORDER);
    claim.quantity = "difference";
    claim.direction = "less";
    claim.effect = 1.0;
    expect_rates(&claim, -1.0, 0.0, -7.0);
    claim.direction = "greater";
    expect_rates(&claim, 1.0, 0.0, 7.0);
}

Test(rates, of_order_of_ratios)
{
    Claim claim = blank(CLAIM_ORDER);
    claim.quantity = "ratio";
    claim.direction = "greater";
    claim.effect = 0.5;
    expect_rates(&claim, 1.5, 0.5, 7.5);
}

Test(rates, of_exponent)
{
    Claim claim = blank(CLAIM_EXPONENT);
    claim.expect = 20.0;
    claim.tolerance = 6.0;
    expect_rates(&claim, 14.0, 13.0, 20.0);
    expect_rates(&claim, 26.0, 27.0, 20.0);
}

Test(rates, of_number)
{
    Claim claim = blank(CLAIM_NUMBER);
    claim.expect = -3.0;
    claim.tolerance = 6.0;
    expect_rates(&claim, 3.0, 4.0, -3.0);
}

Test(rates, of_bound)
{
    Claim claim = blank(CLAIM_BOUND);
    claim.high = 2.0;
    expect_rates(&claim, 2.0, 3.0, -4.0);
    claim.high = NAN;
    claim.low = 2.0;
    expect_rates(&claim, 2.0, 1.0, 8.0);
}

Test(rates, of_edge)
{
    Claim claim = blank(CLAIM_EDGE);
    claim.tolerance = 6.0;
    expect_rates(&claim, 7.0, 8.0, 1.0);
}

Test(rates, of_equal)
{
    Claim claim = blank(CLAIM_EQUAL);
    claim.quantity = "difference";
    claim.margin = 6.0;
    expect_rates(&claim, 6.0, 7.0, 0.0);
    expect_rates(&claim, -6.0, -7.0, 0.0);
}

Test(rates, of_trend)
{
    Claim claim = blank(CLAIM_TREND);
    claim.quantity = "slope";
    claim.direction = "greater";
    claim.effect = 0.0;
    expect_rates(&claim, 0.0, -1.0, 6.0);
}

/* A true mean between border and null value: the direction is right, the size is not. */
Test(rates, of_partly_found_claims)
{
    Claim claim = blank(CLAIM_ORDER);
    claim.quantity = "difference";
    claim.direction = "less";
    claim.effect = 12.0;
    Rates half = simulate(&claim, -6.0);
    cr_expect(gt(dbl, half.rate[VERDICT_PARTLY], 0.97));
    Rates none = simulate(&claim, 6.0);
    cr_expect(gt(dbl, none.rate[VERDICT_NOT], 0.97));
    Rates null = simulate(&claim, 0.0);
    cr_expect(le(dbl, null.rate[VERDICT_PARTLY], side_rate));
}

/* Exact claims have no noise: the interval is inside or it is not. */
Test(rates, of_exact)
{
    ClaimRegion region = {-1.0, 1.0, NAN};
    for (int k = -20; k <= 20; k++) {
        double at = k / 10.0;
        Verdict verdict = claim_judge(CLAIM_EXACT, (Interval){at, at, at}, region);
        cr_expect(eq(int, verdict, fabs(at) <= 1.0 ? VERDICT_HOLDS : VERDICT_FAILS));
    }
}

Test(rates, too_few_repeats_decide_nothing)
{
    const double one[] = {100.0};
    Interval interval = stats_t_interval(1, one, 0.99);
    for (int kind = CLAIM_ORDER; kind <= CLAIM_TREND; kind++)
        cr_expect(eq(int, claim_judge((ClaimKind)kind, interval, (ClaimRegion){0, 1, NAN}),
                     VERDICT_UNDECIDED));
}
