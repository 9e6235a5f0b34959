/* What the drivers solve_run() and solve_rates() share: a solver's memory, and the judge that
 * sees every iterate and says when a run is over. */
#ifndef SOLVE_RUN_H
#define SOLVE_RUN_H

#include "solve/solve.h"

/* Charged evaluations since some moment. */
typedef struct {
    int64_t gradients, values, products;
} Charges;

/* What the driver has seen of the run. */
typedef struct {
    const SolveTask *task;
    double give_up_value;
    Charges at_start, at_settling;
    double previous;    /* F one step ago */
    int64_t last_above; /* last step with a gap above the target; -1: none */
    bool stopped_by_gap;
    SolveResult result;
} Judge;

/* Counts from the objective's counters as they are now. */
Judge judge_begin(const SolveTask *task, const Objective *objective);

/* Looks at the current iterate; true when the run is over. */
bool judge_look(Judge *judge, const Solver *solver);

SolveResult judge_finish(const Judge *judge, const Solver *solver);

/* At the task's start, not evaluated yet. */
Solver solver_create(const SolverKind *kind, Objective *objective, const SolveTask *task);
void solver_free(Solver *solver);

#endif
