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

/* From above, where runs are short. A run that settles in as few steps as the best so far has
 * held its gap as long again after twice that many steps: the longest it may take. */
ProbeBest probe_best_constant(const SolverKind *kind, Objective *objective, const SolveTask *task,
                              RateGrid grid)
{
    ProbeBest best = {.rate = NAN, .run.outcome = OUTCOME_SPENT};
    SolveTask cut = *task;
    for (int64_t index = grid_last(grid); index >= 0; index--) {
        double rate = grid_rate(grid, index);
        SolveResult run = run_at(kind, objective, &cut, rate);
        if (run.outcome != OUTCOME_REACHED) continue;
        if (!isnan(best.rate) && run.steps > best.run.steps) continue;
        best = (ProbeBest){rate, run};
        if (2 * run.steps + 2 < cut.max_steps) cut.max_steps = 2 * run.steps + 2;
    }
    return best;
}
