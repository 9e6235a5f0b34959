#include "solve/run.h"
#include "solve/step.h"

#include <float.h>

static const double rise_slack = 1e-13; /* relative: rounding of F is not an increase */

static Charges charges_of(const Objective *objective)
{
    return (Charges){objective->gradients, objective->values, objective->products};
}

Judge judge_begin(const SolveTask *task, const Objective *objective)
{
    return (Judge){.task = task,
                   .give_up_value = task->give_up_value > 0.0 ? task->give_up_value : 1e300,
                   .at_start = charges_of(objective),
                   .last_above = -1,
                   .result.largest_value = -DBL_MAX};
}

static void note_change(Judge *judge, const Solver *solver)
{
    double value = solver->value, scale = fmax(fabs(value), fabs(judge->previous));
    if (solver->step > 0 && value > judge->previous + rise_slack * scale) {
        judge->result.increases++;
        judge->result.last_increase = solver->step;
    }
    if (value > judge->result.largest_value) judge->result.largest_value = value;
    judge->previous = value;
}

/* True when the gap is below a hundredth of the target. An unknown gap (NaN) is above. */
static bool note_gap(Judge *judge, const Solver *solver)
{
    const SolveTask *task = judge->task;
    double gap = solver->value - task->optimum;
    if (!(gap <= task->target_gap))
        judge->last_above = solver->step;
    else if (judge->last_above == solver->step - 1)
        judge->at_settling = charges_of(solver->objective);
    return gap <= 0.01 * task->target_gap;
}

static bool meets_other_target(const SolveTask *task, const Solver *solver)
{
    if (solver->value <= task->target_value) return true;
    const SolveObserver *observer = &task->observer;
    if (observer->stop && observer->stop(observer->context, solver)) return true;
    return task->target_gradient > 0.0 &&
           vector_norm(solver->n, solver->g) <= task->target_gradient;
}

static bool is_spent(const Judge *judge, const Solver *solver)
{
    const SolveTask *task = judge->task;
    int64_t gradients = solver->objective->gradients - judge->at_start.gradients;
    return solver->step >= task->max_steps ||
           (task->stop_at_increase && judge->result.increases > 0) ||
           (task->max_gradients > 0 && gradients >= task->max_gradients);
}

/* The budget ended, or the solver cannot move: has the gap held below the target? */
static bool has_held(const Judge *judge, const Solver *solver)
{
    int64_t steps = judge->last_above + 1; /* to settle */
    if (!(judge->task->target_gap > 0.0) || steps > solver->step) return false;
    return solver->failed || solver->step >= 2 * steps;
}

bool judge_look(Judge *judge, const Solver *solver)
{
    const SolveTask *task = judge->task;
    if (!(solver->value <= judge->give_up_value) || isinf(solver->value)) {
        judge->result.outcome = OUTCOME_DIVERGED;
        return true;
    }
    note_change(judge, solver);
    judge->result.outcome = OUTCOME_REACHED;
    if (task->target_gap > 0.0 && note_gap(judge, solver)) return judge->stopped_by_gap = true;
    if (meets_other_target(task, solver)) return true;
    judge->result.outcome = OUTCOME_SPENT;
    if (!is_spent(judge, solver) && !solver->failed) return false;
    judge->stopped_by_gap = has_held(judge, solver);
    if (judge->stopped_by_gap) judge->result.outcome = OUTCOME_REACHED;
    return true;
}

SolveResult judge_finish(const Judge *judge, const Solver *solver)
{
    SolveResult result = judge->result;
    bool settled = judge->stopped_by_gap;
    Charges end = settled ? judge->at_settling : charges_of(solver->objective);
    result.steps = settled ? judge->last_above + 1 : solver->step;
    result.gradients = end.gradients - judge->at_start.gradients;
    result.values = end.values - judge->at_start.values;
    result.products = end.products - judge->at_start.products;
    result.value = solver->value;
    result.gap = solver->value - judge->task->optimum;
    result.rate = solver->rate;
    return result;
}
