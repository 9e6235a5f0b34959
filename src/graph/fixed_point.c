#include "graph/fixed_point.h"

#include <float.h>
#include <math.h>

__extension__ typedef unsigned __int128 Wide;

double fixed_exponent(double value)
{
    if (!isfinite(value)) return NAN;
    int exponent = DBL_MIN_EXP - DBL_MANT_DIG;
    if (value != 0.0) frexp(value, &exponent);
    return (double)exponent;
}

static int64_t length(Wide value)
{
    int64_t bits = 0;
    for (; value; value >>= 1) bits++;
    return bits;
}

/* n 2^(exponent + bits) <= 2^FIXED_SUM_BITS / 2; half of the range is left to rounding up. */
int64_t fixed_bits(int64_t n, double exponent)
{
    return FIXED_SUM_BITS - 1 - length((Wide)(n - 1)) - (int64_t)exponent;
}

int64_t fixed_encode(double value, int64_t bits) { return llrint(ldexp(value, (int)bits)); }

/* The quotient with 64 bits behind the point, cut to 55 bits of which the last also says whether
 * anything was cut off: then one rounding, that of the conversion, gives the nearest double. */
double fixed_mean(int64_t sum, int64_t n, int64_t bits)
{
    Wide size = sum < 0 ? (Wide)-sum : (Wide)sum;
    Wide quotient = (size << 64) / (Wide)n, rest = (size << 64) % (Wide)n;
    int64_t cut = length(quotient) - 55;
    if (cut < 0) cut = 0;
    uint64_t kept = (uint64_t)(quotient >> cut);
    if (rest || (quotient & (((Wide)1 << cut) - 1))) kept |= 1;
    double mean = ldexp((double)kept, (int)(cut - 64 - bits));
    return sum < 0 ? -mean : mean;
}
