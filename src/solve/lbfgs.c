#include "solve/wolfe.h"

/* Pairs s = Δw, y = Δg are kept divided by √(sᵀy), so that sᵀy = 1 and the two-loop
 * recursion needs no list of numbers beside them. */
enum { PAIR_S = 0, PAIR_Y = LBFGS_PAIRS, DIRECTION = 2 * LBFGS_PAIRS, TRIAL_POINT, TRIAL_GRADIENT };
enum { PAIRS_SEEN };

/* direction = -H g, where H is γ I updated by the last pairs, γ = sᵀy / yᵀy of the newest:
 * Nocedal and Wright 2006, algorithm 7.4. */
static void two_loop(Solver *solver, int64_t seen)
{
    int64_t n = solver->n, oldest = seen > LBFGS_PAIRS ? seen - LBFGS_PAIRS : 0;
    double weight[LBFGS_PAIRS] = {0}, *q = solver->slot[DIRECTION];
    for (int64_t i = 0; i < n; i++) q[i] = -solver->g[i];
    for (int64_t pair = seen - 1; pair >= oldest; pair--) {
        int64_t at = pair % LBFGS_PAIRS;
        weight[at] = vector_dot(n, solver->slot[PAIR_S + at], q);
        vector_add(n, -weight[at], solver->slot[PAIR_Y + at], q);
    }
    if (seen > 0) {
        const double *newest = solver->slot[PAIR_Y + (seen - 1) % LBFGS_PAIRS];
        double scale = 1.0 / vector_dot(n, newest, newest);
        for (int64_t i = 0; i < n; i++) q[i] *= scale;
    }
    for (int64_t pair = oldest; pair < seen; pair++) {
        int64_t at = pair % LBFGS_PAIRS;
        double back = vector_dot(n, solver->slot[PAIR_Y + at], q);
        vector_add(n, weight[at] - back, solver->slot[PAIR_S + at], q);
    }
}

/* Keeps the pair of the step from (w, g) to the trial, when it shows positive curvature;
 * else the oldest pair stays in its place. */
static bool keep_pair(Solver *solver, double *s, double *y)
{
    const double *trial = solver->slot[TRIAL_POINT], *gradient = solver->slot[TRIAL_GRADIENT];
    const double *w = solver->w, *g = solver->g;
    double sy = 0.0;
    for (int64_t i = 0; i < solver->n; i++) sy += (trial[i] - w[i]) * (gradient[i] - g[i]);
    if (!(sy > 0.0)) return false;
    double scale = 1.0 / sqrt(sy);
    for (int64_t i = 0; i < solver->n; i++) {
        s[i] = scale * (trial[i] - w[i]);
        y[i] = scale * (gradient[i] - g[i]);
    }
    return true;
}

/* The first step has no pair: it searches along -g from the rate given, 1/L. */
void lbfgs_step(Solver *solver)
{
    int64_t seen = (int64_t)solver->scalar[PAIRS_SEEN];
    two_loop(solver, seen);
    WolfeLine line = {solver->slot[DIRECTION], solver->slot[TRIAL_POINT],
                      solver->slot[TRIAL_GRADIENT]};
    WolfePoint point = wolfe_search(solver, &line, seen == 0 ? solver->rate : 1.0);
    solver->failed = !(point.rate > 0.0);
    if (solver->failed) return;
    int64_t at = seen % LBFGS_PAIRS;
    if (keep_pair(solver, solver->slot[PAIR_S + at], solver->slot[PAIR_Y + at]))
        solver->scalar[PAIRS_SEEN] += 1.0;
    vector_copy(solver->n, line.trial, solver->w);
    vector_copy(solver->n, line.gradient, solver->g);
    solver->value = point.value;
    solver->rate = point.rate;
}
