#include "graph/kernel.h"

#include "base/die.h"
#include "compute/general.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static double term(const KernelData *data, int64_t channel, int64_t k)
{
    return data->heard[k * (data->channels + 1) + channel];
}

static double difference(const KernelData *data, int64_t channel, int64_t k)
{
    return term(data, channel, k + 1) - term(data, channel, k);
}

void kernel_apply(const KernelData *data, int64_t order, const double *b, int64_t shift,
                  double *sums)
{
    int64_t width = data->channels + 1;
    for (int64_t c = 0; c < width; c++) sums[c] = 0.0;
    for (int64_t i = 0; i < order; i++)
        for (int64_t c = 0; c < width; c++) sums[c] += b[i] * data->heard[(shift + i) * width + c];
}

static void fill_square(const KernelData *data, int64_t order, double *H)
{
    for (int64_t r = 0; r < order; r++)
        for (int64_t c = 0; c < order; c++) H[r * order + c] = difference(data, 0, r + c);
}

int64_t kernel_square(const KernelData *data, int64_t most, double tolerance, double *b)
{
    assert(data->terms >= 2 * most);
    size_t room = (size_t)(most * most);
    double *H = alloc_zeroed(2 * room + (size_t)most, sizeof *H), *V = H + room, *values = V + room;
    int64_t order = 0;
    bool found = false;
    while (!found && order < most) {
        fill_square(data, ++order, H);
        general_singular(order, order, H, values, NULL);
        found = !(values[order - 1] > tolerance * values[0]); /* NaN ends it, too */
    }
    fill_square(data, order, H);
    general_singular(order, order, H, values, V);
    memcpy(b, V + (order - 1) * order, (size_t)order * sizeof *b);
    free(H);
    return order;
}

/* R of all channels' differences: columns 0 … most − 1; the leading block of R of size k belongs to
 * the first k columns. The caller frees. */
static double *triangle(const KernelData *data, int64_t most)
{
    int64_t rows = data->terms - most;
    double *H = alloc_zeroed((size_t)(data->channels * rows * most), sizeof *H);
    double *R = alloc_zeroed((size_t)(most * most), sizeof *R);
    for (int64_t channel = 0; channel < data->channels; channel++)
        for (int64_t r = 0; r < rows; r++)
            for (int64_t c = 0; c < most; c++)
                H[((channel * rows) + r) * most + c] = difference(data, channel, r + c);
    general_triangle(data->channels * rows, most, H, R);
    free(H);
    return R;
}

static void normalise(int64_t n, double *v)
{
    double square = 0.0;
    for (int64_t i = 0; i < n; i++) square += v[i] * v[i];
    for (int64_t i = 0; i < n; i++) v[i] /= sqrt(square);
}

/* The right singular vector of the smallest singular value of R's leading block, by inverse
 * iteration with RᵀR: one step divides the others by the square of the ratio, which is tiny where
 * there is a kernel. Diagonal elements below the rounding of R count as that. */
static void smallest_vector(int64_t stride, int64_t order, const double *R, double least, double *v)
{
    for (int64_t i = 0; i < order; i++) v[i] = 1.0;
    for (int step = 0; step < 3; step++) {
        normalise(order, v);
        for (int64_t i = 0; i < order; i++) {
            const double *row = R + i * stride;
            v[i] /= fabs(row[i]) > least ? row[i] : least;
            for (int64_t j = i + 1; j < order; j++) v[j] -= row[j] * v[i];
        }
        for (int64_t i = order - 1; i >= 0; i--) {
            const double *row = R + i * stride;
            for (int64_t j = i + 1; j < order; j++) v[i] -= row[j] * v[j];
            v[i] /= fabs(row[i]) > least ? row[i] : least;
        }
    }
    normalise(order, v);
}

/* The largest |y / x| of each channel. */
static void find_scales(const KernelData *data, double *scale)
{
    for (int64_t c = 0; c < data->channels; c++) {
        scale[c] = 0.0;
        for (int64_t k = 0; k < data->terms; k++)
            scale[c] = fmax(scale[c], fabs(term(data, c, k) / term(data, data->channels, k)));
    }
}

/* NaN in either makes it NaN: fmax() would hide it. */
static double worse(double a, double b) { return isnan(a) || a > b ? a : b; }

/* scratch: 2 (channels + 1). */
static double spread_of(const KernelData *data, int64_t order, const double *b, const double *scale,
                        double *scratch)
{
    int64_t ones = data->channels;
    double *first = scratch, *now = scratch + data->channels + 1, spread = 0.0;
    kernel_apply(data, order, b, 0, first);
    for (int64_t shift = 1; shift + order <= data->terms; shift++) {
        kernel_apply(data, order, b, shift, now);
        for (int64_t c = 0; c < data->channels; c++) {
            double moved = fabs(now[c] / now[ones] - first[c] / first[ones]);
            spread = worse(moved / scale[c], spread);
        }
    }
    return spread;
}

/* The least order that is about as good as the best: what mixes fast needs few rounds. */
static int64_t choose(int64_t most, const double *spread)
{
    const double about = 2.0, enough = 1e-13; /* small beside any tolerance of use */
    double best = INFINITY;
    for (int64_t k = 0; k < most; k++) best = fmin(best, spread[k]);
    double good = fmax(about * best, enough);
    for (int64_t k = 0; k < most; k++)
        if (spread[k] <= good) return k + 1;
    return most; /* all NaN */
}

int64_t kernel_checked(const KernelData *data, int64_t most, double *b, double *spread)
{
    double *R = triangle(data, most), least = 0.0;
    double *all = alloc_zeroed((size_t)(most + 3 * data->channels + 2), sizeof *all);
    double *scale = all + most, *scratch = scale + data->channels;
    for (int64_t k = 0; k < most * most; k++) least = fmax(least, DBL_EPSILON * fabs(R[k]));
    if (!(least > 0.0)) least = 1.0; /* no differences: every vector is in the kernel */
    find_scales(data, scale);
    for (int64_t k = 0; k < most; k++) {
        smallest_vector(most, k + 1, R, least, b);
        all[k] = spread_of(data, k + 1, b, scale, scratch);
    }
    int64_t order = choose(most, all);
    smallest_vector(most, order, R, least, b);
    *spread = all[order - 1];
    free(all);
    free(R);
    return order;
}
