#include "law/memories.h"

#include "base/die.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static const double SPACING = MEMORY_LONGEST / (MEMORY_NODES - 1);

Memories *memories_create(const LawPath *path, int64_t points, const int64_t *step)
{
    Memories *memories = alloc_zeroed(1, sizeof *memories);
    size_t size = (size_t)(MEMORY_NODES * points) + 1;
    memories->points = points;
    memories->value = alloc_zeroed(size, sizeof *memories->value);
    memories->slope = alloc_zeroed(size, sizeof *memories->slope);
#pragma omp parallel for schedule(dynamic)
    for (int k = 0; k < MEMORY_NODES; k++) {
        double forgets = exp(-SPACING * k); /* 1 − λ = dλ/dz */
        double *value = memories->value + k * points, *slope = memories->slope + k * points;
        path_annealing(path, 1.0 - forgets, points, step, value, slope);
        for (int64_t p = 0; p < points; p++) slope[p] *= forgets;
    }
    return memories;
}

void memories_free(Memories *memories)
{
    if (!memories) return;
    free(memories->value);
    free(memories->slope);
    free(memories);
}

/* Hermite's cubic on [0, 1] and its derivative, times h for slopes. */
void memories_at(const Memories *memories, double lambda, double *s2, double *slope)
{
    double z = -log1p(-lambda) / SPACING;
    assert(z >= 0.0 && z <= MEMORY_NODES - 1);
    int k = z < MEMORY_NODES - 2 ? (int)z : MEMORY_NODES - 2;
    int64_t n = memories->points;
    double x = z - k, y = 1.0 - x;
    const double *value = memories->value + k * n, *next = value + n;
    const double *rise = memories->slope + k * n, *last = rise + n;
    double at_value = (1.0 + 2.0 * x) * y * y, at_next = x * x * (3.0 - 2.0 * x);
    double at_rise = SPACING * x * y * y, at_last = -SPACING * x * x * y;
    double by_z = 1.0 / (SPACING * (1.0 - lambda)), step = 6.0 * x * y;
    for (int64_t p = 0; p < n; p++) {
        s2[p] = at_value * value[p] + at_next * next[p] + at_rise * rise[p] + at_last * last[p];
        slope[p] = by_z * (step * (next[p] - value[p]) + SPACING * (y * (1.0 - 3.0 * x) * rise[p] -
                                                                    x * (2.0 - 3.0 * x) * last[p]));
    }
}
