/* The kernel of Hankel matrices: how the values that a node hears tell it their limit.
 *
 * y and x come from the same recursion, whose only eigenvalue on the unit circle is a simple 1.
 * Where Σ_i b[i] d[k + i] = 0 for the differences d[k] = y[k + 1] − y[k] and all k, the ratio
 * Σ b[i] y[m + i] / Σ b[i] x[m + i] is lim y / x, for every shift m.
 * Yuan, Stan, Shi, Barahona & Goncalves 2013 (Automatica 49). */
#ifndef GRAPH_KERNEL_H
#define GRAPH_KERNEL_H

#include <stdint.h>

/* What a node heard: terms x (channels + 1), x the last channel (mixing_probe()). */
typedef struct {
    int64_t channels, terms;
    const double *heard;
} KernelData;

/* The textbook: square matrices of the first channel, of growing order, until the smallest singular
 * value is at most tolerance times the largest. Returns the order (at most `most`; then the last
 * matrix's kernel is taken whatever its rank). b: most. Needs 2 most terms. */
int64_t kernel_square(const KernelData *data, int64_t most, double tolerance, double *b);

/* The differences of all channels, rectangular; of the orders 1 … most the least at which the
 * ratios of different shifts differ about as little as at the best one, over all channels. *spread:
 * by how much, relative to the largest |y / x| heard. Needs terms > most and channels (terms −
 * most) >= most. */
int64_t kernel_checked(const KernelData *data, int64_t most, double *b, double *spread);

/* sums (channels + 1) = Σ_i b[i] heard[m + i] of every channel. */
void kernel_apply(const KernelData *data, int64_t order, const double *b, int64_t shift,
                  double *sums);

#endif
