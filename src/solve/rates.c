#include "base/die.h"
#include "solve/run.h"
#include "solve/step.h"

#include <assert.h>
#include <stdlib.h>

typedef struct {
    Objective counts; /* of this run alone: no function of it is called */
    Judge judge;
    Solver solver;
} Lane;

typedef struct {
    Objective *objective;
    int64_t running;
    int64_t *which; /* the runs that go on, in their order */
    Lane *lanes;    /* of all runs */
    double *W, *G, *values;
} Lanes;

static void lane_begin(Lane *lane, const Objective *objective, const SolveTask *task)
{
    assert(!task->observer.record && !task->observer.stop);
    lane->counts = (Objective){.dimension = objective->dimension,
                               .strong = objective->strong,
                               .smooth = objective->smooth};
    lane->judge = judge_begin(task, &lane->counts);
    lane->solver = solver_create(solver_kind("gd"), &lane->counts, task);
}

/* solver_evaluate() of all that run. */
static void lanes_evaluate(Lanes *all)
{
    Objective *objective = all->objective;
    int64_t n = objective->dimension;
    for (int64_t k = 0; k < all->running; k++)
        vector_copy(n, all->lanes[all->which[k]].solver.w, all->W + k * n);
    if (objective->gradients_at)
        objective->gradients_at(objective, all->running, all->W, all->G, all->values);
    else
        for (int64_t k = 0; k < all->running; k++)
            all->values[k] = objective->gradient(objective, all->W + k * n, all->G + k * n);
    for (int64_t k = 0; k < all->running; k++) {
        Lane *lane = &all->lanes[all->which[k]];
        lane->counts.gradients++;
        lane->solver.value = all->values[k];
        vector_copy(n, all->G + k * n, lane->solver.g);
    }
}

/* Takes leave of the runs that are over. */
static void lanes_look(Lanes *all, SolveEnd end, SolveResult results[])
{
    int64_t left = 0;
    for (int64_t k = 0; k < all->running; k++) {
        int64_t run = all->which[k];
        Lane *lane = &all->lanes[run];
        all->which[left] = run;
        if (!judge_look(&lane->judge, &lane->solver)) {
            left++;
            continue;
        }
        results[run] = judge_finish(&lane->judge, &lane->solver);
        if (end.ended) end.ended(end.context, run, &lane->solver, &results[run]);
        solver_free(&lane->solver);
    }
    all->running = left;
}

static void lanes_step(Lanes *all)
{
    for (int64_t k = 0; k < all->running; k++) {
        Solver *solver = &all->lanes[all->which[k]].solver;
        solver_move(solver, solver->rate);
        solver->step++;
    }
    lanes_evaluate(all);
}

void solve_rates(Objective *objective, int64_t count, SolveTask tasks[], SolveEnd end,
                 SolveResult results[])
{
    int64_t n = objective->dimension;
    double *memory = alloc_zeroed((size_t)(count * (2 * n + 1)), sizeof *memory);
    Lanes all = {objective,
                 count,
                 alloc_zeroed((size_t)count, sizeof(int64_t)),
                 alloc_zeroed((size_t)count, sizeof(Lane)),
                 memory,
                 memory + count * n,
                 memory + count * 2 * n};
    for (int64_t k = 0; k < count; k++) {
        all.which[k] = k;
        lane_begin(&all.lanes[k], objective, &tasks[k]);
    }
    lanes_evaluate(&all);
    for (lanes_look(&all, end, results); all.running > 0; lanes_look(&all, end, results))
        lanes_step(&all);
    free(all.lanes);
    free(all.which);
    free(memory);
}
