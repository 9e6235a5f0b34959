#include "optim/observe.h"

#include "base/die.h"
#include "base/stats.h"
#include "optim/optimizer_kinds.h"

#include <math.h>
#include <stdlib.h>

/* Which slot of an update is the mean square, counted from 1; 0: none is. */
static const int slots[UPDATE_KINDS] = {
    [UPDATE_RMSPROP] = 1,         [UPDATE_ADAM] = 2,
    [UPDATE_ADAMW] = 2,           [UPDATE_RF_RMSPROP] = 1,
    [UPDATE_RF_RMSPROP_HALF] = 1, [UPDATE_RF_RMSPROP_DITHERED] = 1,
    [UPDATE_RF_ADAMW] = 2,        [UPDATE_ADAM_POWER] = 2,
    [UPDATE_SCHEDULE_FREE] = 2,
};

bool optimizer_is_observable(const Optimizer *optimizer)
{
    return slots[optimizer->update] && !optimizer->kind->matrix_step;
}

typedef struct {
    int64_t count, moved;
    double *value; /* batch v */
} Sample;

static void add(const Optimizer *optimizer, int64_t n, const real *v, Sample *sample)
{
    double batch = optimizer->base.batch > 0 ? (double)optimizer->base.batch : 1.0;
    real start = (real)optimizer->start[slots[optimizer->update] - 1];
    for (int64_t i = 0; i < n; i++) {
        sample->value[sample->count++] = batch * (double)v[i];
        sample->moved += v[i] != start;
    }
}

/* Parameter by parameter, as optimizer_plan() found them; state: on the host. */
static void gather(const Optimizer *optimizer, const real *state, Sample *sample)
{
    const ParameterTable *table = optimizer->table;
    const Run *run = optimizer->run;
    int64_t end = 0, slot = slots[optimizer->update] - 1;
    for (int k = 0; k < table->count; k++) {
        Matrix value = table->item[k].value;
        int64_t first = matrix_reals(value) - table->values;
        if (table->item[k].group == GROUP_STATE || first < end) continue;
        end = first + matrix_count(value);
        while (end > run->first + run->count) run++;
        int64_t size = optimizer_rounded(run->count);
        add(optimizer, end - first, state + run->state + slot * size + first - run->first, sample);
    }
}

static void count_bins(const Sample *sample, const CurvatureBins *bins, double *share)
{
    double wide = (bins->high - bins->low) / (double)bins->count;
    double none = sample->count ? 0.0 : NAN, last = (double)(bins->count - 1);
    for (int64_t b = 0; b < bins->count; b++) share[b] = none;
    for (int64_t i = 0; i < sample->count; i++) {
        double place = floor((log10(sample->value[i]) - bins->low) / wide);
        if (!(place <= last)) place = last;
        share[(int64_t)fmax(place, 0.0)] += 1.0;
    }
    for (int64_t b = 0; b < bins->count; b++) share[b] /= (double)sample->count;
}

ObservedCurvature optimizer_observe(const Optimizer *optimizer, const CurvatureBins *bins,
                                    double *share)
{
    Sample sample = {0};
    if (optimizer_is_observable(optimizer)) {
        size_t numbers = (size_t)optimizer->state_size;
        real *state = alloc_zeroed(numbers, sizeof *state);
        Backend *backend = optimizer->backend;
        backend->download(backend, numbers * sizeof *state, optimizer->state, state);
        sample.value = alloc_zeroed(numbers, sizeof *sample.value);
        gather(optimizer, state, &sample);
        free(state);
    }
    if (bins) count_bins(&sample, bins, share);
    static const double share_below[] = {0.1, 0.5, 0.9};
    double decile[3];
    stats_quantiles(sample.count, sample.value, 3, share_below, decile);
    ObservedCurvature seen = {
        .count = sample.count,
        .low = decile[0],
        .median = decile[1],
        .high = decile[2],
        .moved = sample.count ? (double)sample.moved / (double)sample.count : NAN,
    };
    free(sample.value);
    return seen;
}
