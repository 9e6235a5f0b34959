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

bool number_real(const char *text, double *value)
{
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
