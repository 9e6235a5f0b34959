/* Kernel regression with one sample a step, exactly: the expected loss, with the noise of the
 * labels in it, as the loss of a text holds its entropy. */
#include "studies.h"
#include "world.h"

#include "base/die.h"
#include "base/spec.h"

#include <stdlib.h>

static Outcome losses(const World *world, const char *schedule, int64_t steps, int64_t points,
                      const int64_t *step, double *loss)
{
    double *rate = world_rates(schedule, steps, world->rate);
    recursion_loss(&world->recursion, rate + 1, points, step, loss);
    free(rate);
    return OUTCOME_SPENT;
}

World world_recursion(const char *setting)
{
    Spec *spec = spec_parse(setting);
    World world = {.data = format_text("%s", setting),
                   .steps = config.recursion_steps,
                   .rate = config.recursion_rate,
                   .noise = config.recursion_noise,
                   .reach = 0.02,
                   .losses = losses};
    world.recursion = (Recursion){.dimension = spec_int(spec, "dimension", 128),
                                  .source = spec_real(spec, "source", 0.5),
                                  .capacity = spec_real(spec, "capacity", 1.5),
                                  .noise = spec_real(spec, "noise", 3.0)};
    spec_done(spec);
    spec_free(spec);
    return world;
}
