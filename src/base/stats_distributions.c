/* Student's t and the normal distribution. */
#include "base/stats.h"

#include <assert.h>
#include <math.h>

/* Continued fraction of the incomplete beta function, by Lentz's method as modified
 * by Thompson and Barnett; converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1.0, d = 1.0 / fmax(1.0 - (a + b) * x / (a + 1.0), tiny), f = d;
    for (int m = 1; m <= 10000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        double before = f;
        d = 1.0 / (1.0 + even * d);
        c = 1.0 + even / c;
        f *= c * d;
        d = 1.0 / (1.0 + odd * d);
        c = 1.0 + odd / c;
        f *= c * d;
        if (fabs(f - before) <= 1e-16 * fabs(f)) break;
    }
    return f;
}

/* I_x(a, b) where y = 1 − x, both exact: the caller knows them without cancellation. */
static double beta_share(double a, double b, double x, double y)
{
    if (x <= 0.0) return 0.0;
    if (y <= 0.0) return 1.0;
    int sign;
    double log_beta = lgamma_r(a, &sign) + lgamma_r(b, &sign) - lgamma_r(a + b, &sign);
    double front = exp(a * log(x) + b * log(y) - log_beta);
    if (x < (a + 1.0) / (a + b + 2.0)) return front * beta_fraction(a, b, x) / a;
    return 1.0 - front * beta_fraction(b, a, y) / b;
}

double stats_t_tail(double t, double degrees)
{
    assert(degrees > 0.0);
    if (isnan(t)) return NAN;
    if (isinf(t)) return t > 0.0 ? 0.0 : 1.0;
    double x = degrees / (degrees + t * t), y = t * t / (degrees + t * t);
    double half = 0.5 * beta_share(0.5 * degrees, 0.5, x, y);
    return t >= 0.0 ? half : 1.0 - half;
}

static double normal_tail(double z, double unused)
{
    (void)unused;
    return 0.5 * erfc(z / M_SQRT2);
}

/* The t >= 0 with tail(t) = share, 0 < share <= 1/2: doubled until beyond, then halved down to
 * neighbouring doubles. Slower than Newton, and safe in the far tail. */
static double invert_tail(double (*tail)(double, double), double parameter, double share)
{
    double low = 0.0, high = 1.0;
    while (tail(high, parameter) > share && high < 1e300) {
        low = high;
        high *= 2.0;
    }
    for (int i = 0; i < 1100; i++) {
        double middle = 0.5 * (low + high);
        if (middle <= low || middle >= high) break;
        if (tail(middle, parameter) > share)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

static double quantile(double (*tail)(double, double), double parameter, double p)
{
    if (!(p >= 0.0 && p <= 1.0)) return NAN;
    if (p == 0.5) return 0.0;
    if (p == 0.0 || p == 1.0) return p == 0.0 ? -INFINITY : INFINITY;
    return p < 0.5 ? -invert_tail(tail, parameter, p) : invert_tail(tail, parameter, 1.0 - p);
}

double stats_t_quantile(double p, double degrees) { return quantile(stats_t_tail, degrees, p); }

double stats_normal_quantile(double p) { return quantile(normal_tail, 0.0, p); }

/* P(X >= k) for X binomial(n, p), 1 <= k <= n. */
static double binomial_tail(int64_t k, int64_t n, double p)
{
    return beta_share((double)k, (double)(n - k + 1), p, 1.0 - p);
}

/* The p with P(X >= k) = share: the tail grows with p. */
static double invert_binomial(int64_t k, int64_t n, double share)
{
    double low = 0.0, high = 1.0;
    for (int i = 0; i < 200; i++) {
        double middle = 0.5 * (low + high);
        if (binomial_tail(k, n, middle) < share)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

Interval stats_share_interval(int64_t n, const double *x, double level)
{
    int64_t ones = 0;
    for (int64_t i = 0; i < n; i++) {
        if (x[i] != 0.0 && x[i] != 1.0) return (Interval){NAN, NAN, NAN};
        ones += x[i] == 1.0;
    }
    if (n == 0) return (Interval){NAN, NAN, NAN};
    double half = 0.5 * (1.0 - level);
    return (Interval){
        .estimate = (double)ones / (double)n,
        .low = ones == 0 ? 0.0 : invert_binomial(ones, n, half),
        .high = ones == n ? 1.0 : invert_binomial(ones + 1, n, 1.0 - half),
    };
}
