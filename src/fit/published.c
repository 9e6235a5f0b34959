#include "fit/published.h"

#include "base/die.h"
#include "base/rng.h"

#include <math.h>
#include <stdlib.h>

static const double LONGEST_MEMORY = 9e4; /* λ stays below its bound */

PublishedDecay published_decay(const LawRun *run, uint64_t seed)
{
    PublishedDecay decay = {
        .seed = seed, .loss = forecast_ending(run), .steps = (double)(run->steps - 1)};
    for (int64_t s = 0; s < run->steps; s++) decay.peak = fmax(decay.peak, run->rate[s]);
    return decay;
}

void published_gain(const PublishedDecay *decay, int64_t row, const Memories *memories,
                    double *gain)
{
    Rng rng = rng_stream(decay->seed, (uint32_t)row, RNG_NOISE);
    double wealth = row ? FORECAST_GAIN_SPREAD * rng_normal(&rng) : 0.0;
    double length = row ? FORECAST_MEMORY_SPREAD * rng_normal(&rng) : 0.0;
    double share = FORECAST_GAIN * exp(wealth);
    double steps = FORECAST_MEMORY * exp(length) * decay->steps;
    steps = fmin(fmax(1.0, steps), LONGEST_MEMORY);
    double by_drop = share * decay->loss / (decay->peak * steps); /* C */
    double *slope = alloc_zeroed((size_t)memories->points + 1, sizeof *slope);
    memories_at(memories, path_lambda(steps), gain, slope);
    for (int64_t p = 0; p < memories->points; p++) gain[p] *= by_drop;
    free(slope);
}
