#include "solve/step.h"

#include "base/die.h"
#include "compute/rowpass.h"
#include "objective/logistic.h"

#include <stdlib.h>

enum { NEXT_ROW };

/* The next row, in turn, that is not on the right side; -1 when none is left. */
static int64_t next_wrong(const Design *design, const double *w, int64_t from)
{
    double *z = alloc_zeroed((size_t)design->rows, sizeof *z);
    rowpass_margins(design, w, z);
    int64_t wrong = -1;
    for (int64_t k = 0; k < design->rows && wrong < 0; k++) {
        int64_t row = (from + k) % design->rows;
        if (z[row] <= 0.0) wrong = row;
    }
    free(z);
    return wrong;
}

/* w += rate a_i: one update is one step. A row of any weight is taken once a turn. */
void perceptron_step(Solver *solver)
{
    const Design *design = logistic_design(solver->objective);
    int64_t row = next_wrong(design, solver->w, (int64_t)solver->scalar[NEXT_ROW]);
    solver->failed = row < 0;
    if (solver->failed) return;
    design_get_row(design, row, solver->slot[0]);
    vector_add(solver->n, solver->rate, solver->slot[0], solver->w);
    solver->scalar[NEXT_ROW] = (double)(row + 1);
    solver_evaluate(solver);
}
