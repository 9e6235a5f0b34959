#include "network/observe.h"

#include <stdbool.h>

typedef struct {
    const NetworkRun *run;
    Method *method;
    const MethodWorld *world;
    NetworkResult result;
} Course;

static void record(Course *course)
{
    const NetworkRun *run = course->run;
    NetworkResult *result = &course->result;
    result->last = network_observe(course->method, course->world);
    if (run->record) run->record(run->context, result->iterations, &result->traffic, &result->last);
}

static bool is_spent(const NetworkRun *run, const NetworkResult *result)
{
    return (run->iterations > 0 && result->iterations >= run->iterations) ||
           (run->rounds > 0 && result->traffic.rounds >= run->rounds);
}

/* True when the run is over. */
static bool judge(Course *course)
{
    NetworkResult *result = &course->result;
    double error = network_error(course->method, course->world);
    result->traffic = links_traffic(course->world->links);
    if (error <= course->run->target) {
        result->outcome = OUTCOME_REACHED;
        result->at_target = result->traffic;
        return true;
    }
    bool diverged = !(error <= course->run->give_up); /* NaN too */
    result->outcome = diverged ? OUTCOME_DIVERGED : OUTCOME_SPENT;
    return diverged || is_spent(course->run, result);
}

NetworkResult network_run(const NetworkRun *run, Method *method, const MethodWorld *world)
{
    Course course = {.run = run, .method = method, .world = world};
    NetworkResult *result = &course.result;
    while (!judge(&course)) {
        if (run->log_every > 0 && result->iterations % run->log_every == 0) record(&course);
        method_step(method);
        result->iterations++;
    }
    record(&course);
    return *result;
}
