/* How many steps until every row is on the right side? Methods that need no regularisation,
 * on separable data, from w = 0: each a row of a table. */
#ifndef SOLVE_SEPARATE_H
#define SOLVE_SEPARATE_H

#include "compute/design.h"
#include "solve/solve.h"

typedef struct {
    const char *name; /* as written in results */
    const char *title;
    const char *solver; /* a name of solver_kind() */
    Objective *(*create)(const Design *design);
    double rate;
} SeparateKind;

int separate_count(void);
const SeparateKind *separate_at(int index);

/* outcome reached: separated after result.steps; spent: not within max_steps. */
SolveResult separate_run(const SeparateKind *kind, const Design *design, int64_t max_steps);

#endif
