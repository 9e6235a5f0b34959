#include "solve/solve.h"

#include "base/die.h"
#include "solve/run.h"
#include "solve/step.h"

#include <assert.h>
#include <stdlib.h>

Solver solver_create(const SolverKind *kind, Objective *objective, const SolveTask *task)
{
    assert(kind->slots <= SOLVE_MAX_SLOTS);
    assert(!kind->needs_rate || task->rate > 0.0);
    assert(!kind->needs_optimum || isfinite(task->optimum));
    assert(!kind->needs_strong || objective->strong > 0.0);
    int64_t n = objective->dimension, stride = (n + 7) / 8 * 8;
    double *vectors = alloc_zeroed((size_t)((2 + kind->slots) * stride), sizeof *vectors);
    Solver solver = {.kind = kind,
                     .objective = objective,
                     .n = n,
                     .rate = task->rate > 0.0 ? task->rate : 1.0 / objective->smooth,
                     .optimum = task->optimum,
                     .w = vectors,
                     .g = vectors + stride};
    for (int s = 0; s < kind->slots; s++) solver.slot[s] = vectors + (2 + s) * stride;
    if (kind->needs_matrix) solver.matrix = alloc_zeroed((size_t)(n * n), sizeof(double));
    if (task->start) vector_copy(n, task->start, solver.w);
    return solver;
}

void solver_free(Solver *solver)
{
    free(solver->matrix);
    free(solver->w);
}

static void show(const SolveTask *task, const Solver *solver)
{
    if (task->observer.record) task->observer.record(task->observer.context, solver);
}

SolveResult solve_run(const SolverKind *kind, Objective *objective, const SolveTask *task,
                      double *final)
{
    Judge judge = judge_begin(task, objective);
    Solver solver = solver_create(kind, objective, task);
    solver_evaluate(&solver);
    if (kind->begin) kind->begin(&solver);
    show(task, &solver);
    while (!judge_look(&judge, &solver)) {
        kind->step(&solver);
        if (solver.failed) continue; /* the same iterate again: the judge ends the run */
        solver.step++;
        show(task, &solver);
    }
    SolveResult result = judge_finish(&judge, &solver);
    if (final) vector_copy(solver.n, solver.w, final);
    solver_free(&solver);
    return result;
}
