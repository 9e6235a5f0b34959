/* What constant steps do: where gradient descent converges, cycles or blows up, the largest
 * monotone step, the best step.
 *
 * Above the critical step gradient descent can pass within epsilon of the minimiser and
 * leave again, so convergence is judged at the end of many steps, by the distance to the
 * minimiser and by that distance not growing; never by a first hit. */
#ifndef SOLVE_PROBE_H
#define SOLVE_PROBE_H

#include "solve/solve.h"

enum { PROBE_STEPS = 20000, PROBE_LONGEST_PERIOD = 64 };

typedef struct {
    double rate;
    const double *start;     /* NULL: w = 0 */
    const double *minimiser; /* w* */
    int64_t steps;           /* 0: PROBE_STEPS */
    double tolerance;        /* converged within tolerance (1 + |w*|); 0: 1e-6 */
} ProbeTask;

/* Quarters are quarters of the run. "not growing" has a floor at 1e-10 (1 + |w*|): rounding. */
typedef struct {
    /* reached: near w* for the last quarter, and not growing since the third;
     * spent: not near, but still approaching (the largest distance fell by a tenth or more
     * from the third quarter to the last) or at rest elsewhere; cycling: neither;
     * diverged: |w - w*| above 1e30, or NaN. */
    Outcome outcome;
    int period; /* cycling: 2 … 64, the shortest p with |w_t - w_{t-p}| <= 1e-6 amplitude for
                   the last 64 steps; 0: none (chaos, or not yet settled) */
    double amplitude; /* largest |w_t - w_T| of the last 128 iterates */
    double distance;  /* largest |w_t - w*| of the last quarter */
    double closest;   /* smallest |w_t - w*| of all: a first hit, if it were one */
    int64_t steps;    /* made */
} ProbeResult;

ProbeResult probe_rate(Objective *objective, const ProbeTask *task);

/* The rate above which GD leaves the minimiser's neighbourhood, by bisection between `low`
 * and `high` to 1e-5 relative. Each trial starts at w* + perturbation (1 + |w*|) u, |u| <= 1
 * fixed, and runs PROBE_STEPS steps: it converges when |∇F| falls to a thousandth, does
 * not when |∇F| grows a thousandfold; in between the second half of the run decides.
 * The gradient stands in for the distance because it weighs each direction by its
 * curvature, so a slow direction does not hide the one that grows. perturbation: 1e-6 is
 * right, unless curvature · 1e-6 meets rounding. NaN when `low` does not converge or `high` does.
 */
double probe_local_threshold(Objective *objective, const double *minimiser, double low, double high,
                             double perturbation);

/* low, low ratio, low ratio², … up to high. */
typedef struct {
    double low, high, ratio;
} RateGrid;

/* The largest rate whose run never increases F until it settles (or the budget of the task
 * ends): the largest such rate of the grid, then by bisection towards the next one to 1e-4
 * relative. Monotone rates need not form an interval: nothing is said of smaller ones.
 * The task gives start, optimum, target and budget. NaN when no rate of the grid is monotone. */
double probe_largest_monotone(Objective *objective, const SolveTask *task, RateGrid grid);

/* The constant rate of the grid with which a kind (gd; nesterov, …) settles in the fewest
 * steps, the smaller one of equals, and its run; outcome spent where none settles. Runs are cut
 * off once they cannot win. Rates above the critical one can deceive any stopping rule: let
 * `high` stay below it. */
typedef struct {
    double rate;
    SolveResult run;
} ProbeBest;
ProbeBest probe_best_constant(const SolverKind *kind, Objective *objective, const SolveTask *task,
                              RateGrid grid);

#endif
