#include "solve/probe.h"

#include <math.h>
#include <stddef.h>

static int64_t grid_last(RateGrid grid)
{
    return (int64_t)floor(log(grid.high / grid.low) / log(grid.ratio) * (1.0 + 1e-12));
}

static double grid_rate(RateGrid grid, int64_t index)
{
    return grid.low * pow(grid.ratio, (double)index);
}

static SolveResult run_at(const SolverKind *kind, Objective *objective, const SolveTask *task,
                          double rate)
{
    SolveTask at = *task;
    at.rate = rate;
    return solve_run(kind, objective, &at, NULL);
}

static bool is_monotone(Objective *objective, const SolveTask *task, double rate)
{
    SolveTask watched = *task;
    watched.stop_at_increase = true;
    SolveResult result = run_at(solver_kind("gd"), objective, &watched, rate);
    return result.increases == 0 && result.outcome != OUTCOME_DIVERGED;
}

/* From above: runs that are not monotone end early. */
double probe_largest_monotone(Objective *objective, const SolveTask *task, RateGrid grid)
{
    int64_t index = grid_last(grid);
    while (index >= 0 && !is_monotone(objective, task, grid_rate(grid, index))) index--;
    if (index < 0) return NAN;
    double low = grid_rate(grid, index), high = fmin(low * grid.ratio, grid.high);
    while (high - low > 1e-4 * low) {
        double middle = 0.5 * (low + high);
        if (is_monotone(objective, task, middle))
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The search for the best rate: rates from above, a group of them side by side. */
enum { GROUP = 8 };
typedef struct {
    const SolverKind *kind;
    Objective *objective;
    SolveTask cut; /* the task with the budget that the runs so far leave */
    ProbeBest best;
    int64_t count; /* of this group */
    SolveTask task[GROUP];
    SolveResult run[GROUP];
    int64_t made[GROUP]; /* steps */
} Race;

/* A run that settles in as few steps as this one has held its gap as long again after twice that
 * many steps: the longest it may take. */
static void cut_off(SolveTask *task, const SolveResult *run)
{
    if (2 * run->steps + 2 < task->max_steps) task->max_steps = 2 * run->steps + 2;
}

static void note_end(void *context, int64_t ended, const Solver *solver, const SolveResult *run)
{
    Race *race = context;
    race->made[ended] = solver->step;
    for (int64_t k = ended + 1; k < race->count && run->outcome == OUTCOME_REACHED; k++)
        cut_off(&race->task[k], run);
}

static void run_group(Race *race, RateGrid grid, int64_t index)
{
    for (int64_t k = 0; k < race->count; k++) {
        race->task[k] = race->cut;
        race->task[k].rate = grid_rate(grid, index - k);
    }
    if (race->count > 1)
        solve_rates(race->objective, race->count, race->task, (SolveEnd){race, note_end},
                    race->run);
}

/* The run within the budget that those before it leave. It was run in its group with that budget or
 * more: where it took more steps it is made again, and what was made before is not charged. */
static SolveResult run_within(Race *race, int64_t k)
{
    if (race->count > 1) {
        if (race->made[k] <= race->cut.max_steps) return race->run[k];
        race->objective->gradients -= race->made[k] + 1;
    }
    return run_at(race->kind, race->objective, &race->cut, race->task[k].rate);
}

static void consider(Race *race, double rate, SolveResult run)
{
    if (run.outcome != OUTCOME_REACHED) return;
    if (!isnan(race->best.rate) && run.steps > race->best.run.steps) return;
    race->best = (ProbeBest){rate, run};
    cut_off(&race->cut, &run);
}

/* From above, where runs are short. */
ProbeBest probe_best_constant(const SolverKind *kind, Objective *objective, const SolveTask *task,
                              RateGrid grid)
{
    Race race = {.kind = kind,
                 .objective = objective,
                 .cut = *task,
                 .best = {.rate = NAN, .run.outcome = OUTCOME_SPENT}};
    int64_t group = kind == solver_kind("gd") && objective->batch > 1 ? objective->batch : 1;
    if (group > GROUP) group = GROUP;
    for (int64_t index = grid_last(grid); index >= 0; index -= group) {
        race.count = index + 1 < group ? index + 1 : group;
        run_group(&race, grid, index);
        for (int64_t k = 0; k < race.count; k++)
            consider(&race, race.task[k].rate, run_within(&race, k));
    }
    return race.best;
}
