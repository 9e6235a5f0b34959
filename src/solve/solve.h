/* Loops that choose their own step on an objective, all run by one driver.
 *
 * A solver is a row in a table: a name, how much state it keeps, a step. The
 * driver owns stopping, counting and watching, so that every solver is judged
 * by the same rule: it settles at the last step whose gap F - F* is above the
 * target, plus one, and is run on to a hundredth of the target to be sure
 * (a first hit is not convergence: above the critical step gradient descent
 * can pass within epsilon of the minimiser and leave again). Where a hundredth
 * is not seen before the budget ends, a gap that stayed below the target for at
 * least as many steps as it took to get there counts as settled too.
 *
 * Counted are the evaluations an algorithm needs: the value that comes with a
 * gradient is free, and so is what the driver alone wants to know, such as
 * F(w_t) of a method that takes its gradients elsewhere. The gradient at the
 * start is the first one counted. */
#ifndef SOLVE_SOLVE_H
#define SOLVE_SOLVE_H

#include "base/outcome.h"
#include "objective/objective.h"

#include <stdbool.h>
#include <stdint.h>

enum { SOLVE_MAX_SLOTS = 32 };

typedef struct SolverKind SolverKind;

/* What a solver sees and changes in one step. */
typedef struct {
    const SolverKind *kind;
    Objective *objective;
    int64_t n;      /* dimension */
    int64_t step;   /* steps done */
    double rate;    /* given for constant-rate kinds; the rate just used for the others */
    double optimum; /* F*, for Polyak's step only; NaN when unknown */
    double *w, *g;  /* the iterate, its gradient (current on entry; the step makes both current) */
    double value;   /* F(w), current like g */
    double *slot[SOLVE_MAX_SLOTS]; /* `slots` vectors of length n, zeroed */
    double *matrix;                /* n x n, for kinds with needs_matrix; else NULL */
    double scalar[8];              /* the kind's own numbers, zeroed; named in its file */
    bool failed; /* set by a step that cannot go on (line search, Cholesky): then w, g and
                    value are as they were */
} Solver;

struct SolverKind {
    const char *name;   /* as written in results, such as "gd", "nesterov", "bb1" */
    const char *title;  /* for figures and tables: "Barzilai–Borwein 1" */
    const char *source; /* paper, equation or algorithm */
    int slots;
    bool needs_rate, needs_optimum, needs_strong; /* solve_run() asserts that they are given */
    bool needs_matrix;
    void (*begin)(Solver *solver); /* NULL: nothing to prepare */
    void (*step)(Solver *solver);
};

/* Exit 2 with the list of names on an unknown one. */
const SolverKind *solver_kind(const char *name);
int solver_count(void);
const SolverKind *solver_at(int index);

/* Sees every iterate, step 0 included; may be NULL. Must not change the solver. */
typedef struct {
    void *context;
    void (*record)(void *context, const Solver *solver);
    /* True ends the run as reached, at once; NULL: never. Asked after record. */
    bool (*stop)(void *context, const Solver *solver);
} SolveObserver;

typedef struct {
    double rate;    /* for kinds with a constant rate; the first one of kinds that choose; 0: 1/L */
    double optimum; /* F*; NaN: the gap is unknown, run to max_steps or the gradient target */
    double target_gap;      /* settle below; 0: never */
    double target_gradient; /* stop at |g| <= this; 0: never */
    double target_value;    /* stop at F <= this, first hit; -inf: never */
    double give_up_value;   /* diverged above; 0 means 1e300 */
    int64_t max_steps;
    int64_t max_gradients; /* 0: no limit */
    bool stop_at_increase; /* end the run at the first step that increases F: spent */
    const double *start;   /* NULL: w = 0 */
    SolveObserver observer;
} SolveTask;

typedef struct {
    Outcome outcome;
    int64_t steps;                       /* to settle (reached), or made (otherwise) */
    int64_t gradients, values, products; /* charged up to the settling step */
    int64_t last_increase; /* tau: last step t with F(w_t) > F(w_{t-1}), relative slack 1e-13; 0:
                              monotone */
    int64_t increases;
    double value, gap; /* at the end of the run */
    double rate;       /* the last one used */
    double largest_value;
} SolveResult;

/* final (n, may be NULL) gets the last iterate. */
SolveResult solve_run(const SolverKind *kind, Objective *objective, const SolveTask *task,
                      double *final);

/* Told of the end of each run; may then lower max_steps in the tasks of those that go on. */
typedef struct {
    void *context;
    void (*ended)(void *context, int64_t run, const Solver *solver, const SolveResult *result);
} SolveEnd;

/* Gradient descent ("gd") at count rates side by side, so that an objective with a batch reads
 * its data once for many of them; tasks without observers. results: count, each to the byte as
 * from solve_run() alone. A solver's objective here only counts that run's gradients. */
void solve_rates(Objective *objective, int64_t count, SolveTask tasks[], SolveEnd end,
                 SolveResult results[]);

#endif
