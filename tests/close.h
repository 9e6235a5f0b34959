/* Comparing arrays of reals with what they ought to be.
 *
 * A failure names the array, the element, both numbers and the bound, and counts the
 * others. NaN is never close; an infinity is close to itself. Bounds are absolute, and
 * each needs its reason where it is used. */
#ifndef TESTS_CLOSE_H
#define TESTS_CLOSE_H

#include "base/rng.h"
#include "compute/real.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static inline bool close_is(double got, double want, double bound)
{
    return got == want || fabs(got - want) <= bound;
}

/* n numbers, each within `bound` of what is wanted. */
static inline void close_check(const char *what, int64_t n, const real *got, const real *want,
                               double bound)
{
    int64_t wrong = 0, first = 0;
    for (int64_t i = n - 1; i >= 0; i--)
        if (!close_is((double)got[i], (double)want[i], bound)) wrong++, first = i;
    cr_expect(wrong == 0, "%s[%lld] is %.9g, not %.9g within %.2g (%lld of %lld wrong)", what,
              (long long)first, (double)got[first], (double)want[first], bound, (long long)wrong,
              (long long)n);
}

/* The same against doubles, each with its own bound: scale[i] times `unit`. scale NULL: 1. */
static inline void close_check_double(const char *what, int64_t n, const real *got,
                                      const double *want, const double *scale, double unit)
{
    int64_t wrong = 0, first = 0;
    for (int64_t i = n - 1; i >= 0; i--)
        if (!close_is((double)got[i], want[i], unit * (scale ? scale[i] : 1.0))) wrong++, first = i;
    cr_expect(wrong == 0, "%s[%lld] is %.9g, not %.9g within %.2g (%lld of %lld wrong)", what,
              (long long)first, (double)got[first], want[first],
              unit * (scale ? scale[first] : 1.0), (long long)wrong, (long long)n);
}

/* One number. */
static inline void close_check_one(const char *what, double got, double want, double bound)
{
    cr_expect(close_is(got, want, bound), "%s is %.17g, not %.17g within %.2g", what, got, want,
              bound);
}

/* The same bytes; says where they first differ. */
static inline void close_check_bytes(const char *what, size_t size, const void *got,
                                     const void *want)
{
    size_t at = 0;
    while (at < size && ((const char *)got)[at] == ((const char *)want)[at]) at++;
    cr_expect(at == size, "%s: byte %zu of %zu differs", what, at, size);
}

/* n normal numbers times `scale`, others for each `stream`. */
static inline void close_fill(uint32_t stream, int64_t n, double scale, real *x)
{
    Rng rng = rng_stream(1000, stream, RNG_DATA);
    for (int64_t i = 0; i < n; i++) x[i] = (real)(scale * rng_normal(&rng));
}

#endif
