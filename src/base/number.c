#include "base/number.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool ends_here(const char *text, const char *end)
{
    return end != text && end[strspn(end, " \t\r")] == '\0';
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* The usual case at a fifth of strtod()'s cost: up to 18 digits m and a power of ten e. Where
 * m <= 2^53 and |e| <= 22 both are exact doubles, so one multiplication or division is the
 * correctly rounded value (Clinger 1990), the same that strtod() gives. Leaves the rest to it. */
static bool read_short(const char *text, double *value)
{
    static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    bool negative = *text == '-';
    int digits = 0, scale = 0, exponent = 0;
    int64_t mantissa = 0;
    const char *c = text + negative;
    for (; is_digit(*c) && digits < 18; c++, digits++) mantissa = 10 * mantissa + (*c - '0');
    if (*c == '.')
        for (c++; is_digit(*c) && digits < 18; c++, digits++, scale--)
            mantissa = 10 * mantissa + (*c - '0');
    if (*c == 'e' || *c == 'E') {
        bool down = c[1] == '-';
        const char *first = c += 1 + (down || c[1] == '+');
        for (; is_digit(*c) && exponent < 100; c++) exponent = 10 * exponent + (*c - '0');
        if (c == first) return false;
        scale += down ? -exponent : exponent;
    }
    if (*c || digits == 0 || mantissa > 1LL << 53 || abs(scale) > 22) return false;
    double size = scale < 0 ? (double)mantissa / power[-scale] : (double)mantissa * power[scale];
    *value = negative ? -size : size;
    return true;
}

bool number_real(const char *text, double *value)
{
    if (read_short(text, value)) return true;
    char *end;
    errno = 0;
    *value = strtod(text, &end);
    /* ERANGE on underflow is no fault: the nearest double is returned. */
    bool overflow = errno == ERANGE && isinf(*value);
    return ends_here(text, end) && !overflow;
}

bool number_int(const char *text, int64_t *value)
{
    char *end;
    errno = 0;
    *value = strtoll(text, &end, 10);
    if (ends_here(text, end)) return errno == 0;

    double real;
    if (!number_real(text, &real) || !(fabs(real) <= 0x1p53) || real != floor(real)) return false;
    *value = (int64_t)real;
    return true;
}
