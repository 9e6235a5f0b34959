#include "base/extremes.h"

#include <math.h>

int64_t extremes_least(int64_t n, const double *y)
{
    int64_t least = -1;
    for (int64_t k = 0; k < n; k++)
        if (isfinite(y[k]) && (least < 0 || y[k] < y[least])) least = k;
    return least;
}

double extremes_crossing(int64_t n, const double *x, const double *y)
{
    for (int64_t k = 1; k < n; k++) {
        if ((y[k - 1] < 0.0) == (y[k] < 0.0)) continue;
        double share = y[k - 1] / (y[k - 1] - y[k]);
        return x[k - 1] * pow(x[k] / x[k - 1], share);
    }
    return NAN;
}

typedef struct {
    double level, slope, bend; /* level + slope u + bend u² */
} Parabola;

/* Least squares in u = (x − middle) / reach, on the orthogonal basis 1, u − m, u² − a − b (u − m).
 */
static Parabola parabola(int64_t n, const double *x, const double *y, double middle, double reach)
{
    double m = 0.0, a = 0.0, mean = 0.0, uu = 0.0, uv = 0.0, uy = 0.0, qq = 0.0, qy = 0.0;
    for (int64_t k = 0; k < n; k++) {
        double u = (x[k] - middle) / reach;
        m += u / (double)n, a += u * u / (double)n, mean += y[k] / (double)n;
    }
    for (int64_t k = 0; k < n; k++) {
        double u = (x[k] - middle) / reach;
        uu += (u - m) * (u - m), uv += (u - m) * (u * u), uy += (u - m) * (y[k] - mean);
    }
    double b = uv / uu;
    for (int64_t k = 0; k < n; k++) {
        double u = (x[k] - middle) / reach, q = u * u - a - b * (u - m);
        qq += q * q, qy += q * (y[k] - mean);
    }
    double bend = qy / qq, slope = uy / uu;
    return (Parabola){mean - slope * m - bend * (a - b * m), slope - bend * b, bend};
}

double extremes_turn(int64_t n, const double *x, const double *y, double reach)
{
    double best = INFINITY, place = NAN;
    for (int64_t k = 0, from = 0, end = 0; k < n; k++) {
        while (x[from] < x[k] - reach) from++;
        while (end < n && x[end] <= x[k] + reach) end++;
        if (end - from < 3) continue;
        Parabola p = parabola(end - from, x + from, y + from, x[k], reach);
        double vertex = -0.5 * p.slope / p.bend, value = p.level + 0.5 * p.slope * vertex;
        if (!(p.bend > 0.0) || fabs(vertex) > 1.0 || !(value < best)) continue;
        best = value;
        place = x[k] + vertex * reach;
    }
    return place;
}
