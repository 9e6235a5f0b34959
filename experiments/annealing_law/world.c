#include "world.h"

#include "base/die.h"
#include "optim/schedule.h"

#include <math.h>
#include <stdlib.h>

double *world_rates(const char *text, int64_t steps, double peak)
{
    Schedule *schedule = schedule_create(text, (ScheduleDefaults){.total = steps, .peak = peak});
    double *rate = schedule_rates(schedule, steps);
    schedule_free(schedule);
    return rate;
}

Observed world_observe(const World *world, const char *schedule, int64_t steps, int64_t from,
                       int64_t every)
{
    Observed seen = {.schedule = format_text("%s", schedule),
                     .rate = world_rates(schedule, steps, world->rate)};
    int64_t room = (steps - from) / every + 2, points = 0;
    seen.step = alloc_zeroed((size_t)room, sizeof *seen.step);
    seen.loss = alloc_zeroed((size_t)room, sizeof *seen.loss);
    for (int64_t s = from; s < steps; s += every) seen.step[points++] = s;
    seen.step[points++] = steps;
    seen.outcome = world->losses(world, schedule, steps, points, seen.step, seen.loss);
    for (int64_t p = 0; p < points && seen.outcome == OUTCOME_SPENT; p++)
        if (!isfinite(seen.loss[p])) seen.outcome = OUTCOME_DIVERGED;
    seen.run = (LawRun){.name = seen.schedule,
                        .steps = steps + 1,
                        .rate = seen.rate,
                        .points = points,
                        .step = seen.step,
                        .loss = seen.loss};
    return seen;
}

void observed_free(Observed *observed)
{
    free(observed->schedule);
    free(observed->rate);
    free(observed->step);
    free(observed->loss);
}

void world_free(World *world) { free(world->data); }
