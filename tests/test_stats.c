#include "base/stats.h"

#include "base/rng.h"
#include "io/csv.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <string.h>

enum { MOST = 40 };

/* The samples of tests/golden/stats.py. */
typedef struct {
    int64_t n;
    double x[MOST], y[MOST];
} Samples;

static Samples make_samples(double size)
{
    Samples s = {.n = (int64_t)size};
    for (int64_t i = 0; i < s.n; i++) {
        s.x[i] = (double)(37 * i % 101) / 7.0;
        s.y[i] = (double)((53 * i + 11) % 97) / 7.0 - (double)i / 20.0;
    }
    return s;
}

static double normal_quantile(const Samples *s, double a)
{
    return (void)s, stats_normal_quantile(a);
}
static double quantile(const Samples *s, double a) { return stats_quantile(s->n, s->x, a); }
static double mean(const Samples *s, double a) { return (void)a, stats_mean(s->n, s->x); }
static double deviation(const Samples *s, double a) { return (void)a, stats_deviation(s->n, s->x); }
static double t_low(const Samples *s, double a) { return stats_t_interval(s->n, s->x, a).low; }
static double t_high(const Samples *s, double a) { return stats_t_interval(s->n, s->x, a).high; }
static Line line(const Samples *s) { return stats_line(s->n, s->x, s->y, 0.99); }
static double intercept(const Samples *s, double a) { return (void)a, line(s).intercept; }
static double slope(const Samples *s, double a) { return (void)a, line(s).slope.estimate; }
static double slope_low(const Samples *s, double a) { return (void)a, line(s).slope.low; }
static double slope_high(const Samples *s, double a) { return (void)a, line(s).slope.high; }

static const struct {
    const char *name;
    double (*of_numbers)(double a, double b);         /* either this … */
    double (*of_samples)(const Samples *s, double a); /* … or that, b being the size */
} kinds[] = {
    {"t_tail", stats_t_tail, NULL},
    {"t_quantile", stats_t_quantile, NULL},
    {"normal_quantile", NULL, normal_quantile},
    {"quantile", NULL, quantile},
    {"mean", NULL, mean},
    {"deviation", NULL, deviation},
    {"t_low", NULL, t_low},
    {"t_high", NULL, t_high},
    {"intercept", NULL, intercept},
    {"slope", NULL, slope},
    {"slope_low", NULL, slope_low},
    {"slope_high", NULL, slope_high},
};

static double computed(const char *kind, double a, double b)
{
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        if (strcmp(kinds[k].name, kind) != 0) continue;
        if (kinds[k].of_numbers) return kinds[k].of_numbers(a, b);
        Samples samples = make_samples(b);
        return kinds[k].of_samples(&samples, a);
    }
    cr_fatal("no such kind: %s", kind);
    return NAN;
}

Test(stats, agrees_with_scipy)
{
    Csv *golden = csv_read("tests/golden/stats.csv");
    cr_assert(gt(i64, csv_rows(golden), 200));
    for (int64_t r = 0; r < csv_rows(golden); r++) {
        const char *kind = csv_text(golden, r, 0);
        double a = csv_real(golden, r, 1), b = csv_real(golden, r, 2);
        double expected = csv_real(golden, r, 3), actual = computed(kind, a, b);
        /* Both sides take exp of differences of lgamma(degrees/2), 2.6e3 at most, known to
         * 2.6e3 x 2^-52 = 6e-13. The ends of a line cancel: relative to 1. */
        double tolerance = 1e-11 * fmax(fabs(expected), strstr(kind, "slope") ? 1.0 : 1e-300);
        if (expected == actual) continue;
        cr_expect(le(dbl, fabs(actual - expected), tolerance),
                  "row %ld: %s(%g, %g) = %.17g, not %.17g", (long)r + 2, kind, a, b, actual,
                  expected);
    }
    csv_free(golden);
}

Test(stats, t_with_one_degree_is_cauchy_and_with_two_has_a_closed_form)
{
    for (double t = -30.0; t <= 30.0; t += 0.7) {
        /* A share below 1 has an absolute error of some 2^-53. */
        cr_expect(epsilon_eq(dbl, stats_t_tail(t, 1.0), 0.5 - atan(t) / M_PI, 1e-15));
        cr_expect(epsilon_eq(dbl, stats_t_tail(t, 2.0), 0.5 - 0.5 * t / sqrt(2.0 + t * t), 1e-15));
    }
}

Test(stats, quantiles_undo_tails)
{
    for (double p = 0.01; p < 1.0; p += 0.07)
        for (double degrees = 1.0; degrees < 300.0; degrees *= 3.0) {
            double t = stats_t_quantile(p, degrees);
            cr_expect(epsilon_eq(dbl, 1.0 - stats_t_tail(t, degrees), p, 1e-13));
            cr_expect(
                epsilon_eq(dbl, stats_t_quantile(1.0 - p, degrees), -t, 1e-10 * (1 + fabs(t))));
        }
    cr_expect(eq(dbl, stats_normal_quantile(0.0), -INFINITY));
    cr_expect(eq(dbl, stats_t_quantile(1.0, 3.0), INFINITY));
}

Test(stats, a_diverged_value_is_worse_than_everything_in_a_quantile)
{
    double x[] = {3.0, NAN, 1.0, -INFINITY, 2.0};
    cr_expect(eq(dbl, stats_quantile(5, x, 0.5), 3.0));
    cr_expect(eq(dbl, stats_quantile(5, x, 0.25), 2.0));
    cr_expect(eq(dbl, stats_quantile(5, x, 0.6), INFINITY));
    cr_expect(eq(dbl, stats_quantile(5, x, 1.0), INFINITY));
    cr_expect(eq(dbl, x[0], 3.0), "the values are left as they are");
}

Test(stats, means_and_intervals_of_values_that_are_not_finite_are_nan)
{
    double x[] = {1.0, INFINITY, 2.0}, y[] = {1.0, 2.0, 3.0};
    cr_expect(isnan(stats_mean(3, x)));
    cr_expect(isnan(stats_deviation(3, x)));
    cr_expect(isnan(stats_range(3, x).low));
    cr_expect(isnan(stats_t_interval(3, x, 0.99).estimate));
    cr_expect(isnan(stats_line(3, y, x, 0.99).slope.estimate));
}

Test(stats, one_value_says_nothing_about_its_error)
{
    double x[] = {4.0}, two[] = {1.0, 2.0};
    Interval interval = stats_t_interval(1, x, 0.99);
    cr_expect(eq(dbl, interval.estimate, 4.0));
    cr_expect(eq(dbl, interval.low, -INFINITY));
    cr_expect(eq(dbl, interval.high, INFINITY));
    Line exact = stats_line(2, two, two, 0.99);
    cr_expect(eq(dbl, exact.slope.estimate, 1.0));
    cr_expect(eq(dbl, exact.slope.high, INFINITY));
    cr_expect(isnan(stats_mean(0, x)));
}

Test(stats, a_range_is_the_extremes_around_the_median)
{
    double x[] = {5.0, 1.0, 4.0, 2.0};
    Interval range = stats_range(4, x);
    cr_expect(eq(dbl, range.low, 1.0));
    cr_expect(eq(dbl, range.estimate, 3.0));
    cr_expect(eq(dbl, range.high, 5.0));
}

Test(stats, a_mean_of_close_large_values_keeps_their_digits)
{
    double x[] = {1e15 + 1.0, 1e15 + 2.0, 1e15 + 6.0};
    cr_expect(eq(dbl, stats_mean(3, x), 1e15 + 3.0));
    cr_expect(epsilon_eq(dbl, stats_deviation(3, x), sqrt(7.0), 1e-15 * 3));
}

Test(stats, t_intervals_cover_the_mean_as_often_as_they_say)
{
    enum { SAMPLES = 4000, SIZE = 5 };
    int64_t covered = 0;
    for (uint32_t s = 0; s < SAMPLES; s++) {
        double x[SIZE];
        Rng rng = rng_stream(1, s, RNG_NOISE);
        rng_fill_normal(&rng, SIZE, 1.0, x);
        Interval interval = stats_t_interval(SIZE, x, 0.9);
        covered += interval.low <= 0.0 && 0.0 <= interval.high;
    }
    /* Binomial: five sigma, once in two million seeds. */
    cr_expect(epsilon_eq(dbl, (double)covered / SAMPLES, 0.9, 5.0 * sqrt(0.09 / SAMPLES)));
}

Test(stats, a_line_through_points_on_a_line_is_that_line)
{
    double x[] = {0.0, 1.0, 2.0, 5.0}, y[] = {1.5, 1.0, 0.5, -1.0};
    Line exact = stats_line(4, x, y, 0.99);
    cr_expect(eq(dbl, exact.slope.estimate, -0.5));
    cr_expect(eq(dbl, exact.intercept, 1.5));
    cr_expect(eq(dbl, exact.slope.low, exact.slope.high));
    double same[] = {2.0, 2.0, 2.0, 2.0};
    cr_expect(isnan(stats_line(4, same, y, 0.99).slope.estimate), "no spread in x");
}

/* Clopper and Pearson's ends have closed forms where no value, or every value, is one:
 * (1 - p)^n = half of 1 - level, and p^n likewise. */
Test(stats, a_share_without_ones_or_zeros_has_the_closed_interval)
{
    double zeros[10] = {0}, ones[10];
    for (int i = 0; i < 10; i++) ones[i] = 1.0;
    Interval none = stats_share_interval(10, zeros, 0.99),
             all = stats_share_interval(10, ones, 0.99);
    double edge = pow(0.005, 0.1); /* bisection to neighbouring doubles: a few ulps */
    cr_expect(eq(dbl, none.low, 0.0));
    cr_expect(epsilon_eq(dbl, none.high, 1.0 - edge, 1e-13));
    cr_expect(eq(dbl, all.high, 1.0));
    cr_expect(epsilon_eq(dbl, all.low, edge, 1e-13));
}

/* At the ends each tail, summed term by term, holds half of 1 - level. */
Test(stats, the_ends_of_a_share_leave_half_the_level_in_each_tail)
{
    double x[12] = {1, 1, 1};
    Interval share = stats_share_interval(12, x, 0.95);
    double below = 0.0, above = 0.0;
    for (int k = 0; k <= 12; k++) {
        double ways = exp(lgamma(13.0) - lgamma(k + 1.0) - lgamma(13.0 - k));
        if (k <= 3) below += ways * pow(share.high, k) * pow(1.0 - share.high, 12 - k);
        if (k >= 3) above += ways * pow(share.low, k) * pow(1.0 - share.low, 12 - k);
    }
    cr_expect(epsilon_eq(dbl, below, 0.025, 1e-12));
    cr_expect(epsilon_eq(dbl, above, 0.025, 1e-12));
    cr_expect(eq(dbl, share.estimate, 0.25));
}

Test(stats, a_share_of_other_values_is_refused)
{
    double x[2] = {1.0, 0.5};
    cr_expect(isnan(stats_share_interval(2, x, 0.99).estimate));
}

/* A quantile of the noncentral t is a little further out than the sum of two of Student's: a
 * pair or two where few are enough, nothing where many are needed. */
Test(stats, the_pairs_that_are_needed_are_those_of_the_noncentral_t)
{
    Csv *golden = csv_read("tests/golden/pairs_needed.csv");
    cr_assert(gt(i64, csv_rows(golden), 50));
    for (int64_t r = 0; r < csv_rows(golden); r++) {
        double ratio = csv_real(golden, r, 0), level = csv_real(golden, r, 1),
               power = csv_real(golden, r, 2), expected = csv_real(golden, r, 3),
               needed = stats_pairs_needed(-3.0 * ratio, 3.0, level, power);
        cr_expect(le(dbl, fabs(needed - expected), 2.0), "row %ld: %g, not %g", (long)r + 2, needed,
                  expected);
    }
    csv_free(golden);
}

Test(stats, no_number_of_pairs_finds_a_difference_that_is_not_there)
{
    cr_expect(isinf(stats_pairs_needed(0.0, 1.0, 0.95, 0.8)));
    cr_expect(isinf(stats_pairs_needed(0.0, 0.0, 0.95, 0.8)));
    cr_expect(eq(dbl, stats_pairs_needed(1.0, 0.0, 0.95, 0.8), 2.0));
    cr_expect(isnan(stats_pairs_needed(NAN, 1.0, 0.95, 0.8)));
    cr_expect(isnan(stats_pairs_needed(1.0, INFINITY, 0.95, 0.8)));
}
