#include "fit/published.h"

#include "base/rng.h"

#include <math.h>

static const double LONGEST_MEMORY = 9e4; /* λ stays below its bound */

void published_draw(const PublishedDecay *decay, int64_t row, double *theta)
{
    Rng rng = rng_stream(decay->seed, (uint32_t)row, RNG_NOISE);
    double gain = row ? FORECAST_GAIN_SPREAD * rng_normal(&rng) : 0.0;
    double memory = row ? FORECAST_MEMORY_SPREAD * rng_normal(&rng) : 0.0;
    double share = FORECAST_GAIN * exp(gain);
    double steps = FORECAST_MEMORY * exp(memory) * decay->steps;
    steps = fmin(fmax(1.0, steps), LONGEST_MEMORY);
    theta[law_parameter(decay->law, "lambda")] = path_lambda(steps);
    theta[law_parameter(decay->law, "C")] = share * decay->loss / (decay->peak * steps);
}
