/* The equation that the paper fitted to its own curves (figure 2, printed to three digits), asked
 * as if it were a world: what it says, not what happens. */
#include "studies.h"
#include "world.h"

#include "base/die.h"
#include "law/law.h"

#include <stdlib.h>
#include <string.h>

/* L0, A, alpha, C, lambda; the peak and the steps that it was fitted to. */
static const double theta[5] = {2.628, .429, .550, .411, .999};
static const double peak = 2e-4;
enum { FITTED_STEPS = 20000 };

static Outcome losses(const World *world, const char *schedule, int64_t steps, int64_t points,
                      const int64_t *step, double *loss)
{
    double *rate = world_rates(schedule, steps, world->rate);
    LawRun run = {.steps = steps + 1, .rate = rate};
    law_predict_run(law_find("annealing"), world->theta, &run, points, step, loss);
    free(rate);
    return OUTCOME_SPENT;
}

World world_printed(void)
{
    World world = {.data = format_text("figure2"),
                   .steps = FITTED_STEPS,
                   .rate = peak,
                   .reach = 0.02,
                   .losses = losses};
    memcpy(world.theta, theta, sizeof theta);
    return world;
}
