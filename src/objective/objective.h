/* Something to minimise in double precision, full batch: a value, a gradient,
 * Hessian products.
 *
 * An objective knows no solver, no step and no file. It counts what it is asked
 * for, so that solvers can be compared by evaluations. Shapes: w, g, v: dimension. */
#ifndef OBJECTIVE_OBJECTIVE_H
#define OBJECTIVE_OBJECTIVE_H

#include <stdint.h>

typedef struct Objective Objective;

struct Objective {
    int64_t dimension;
    double strong; /* a lower bound of all curvatures (lambda); 0 when merely convex */
    double smooth; /* an upper bound of all curvatures (L) */
    int64_t batch; /* points whose gradients cost less together; at most 1: none */

    double (*value)(Objective *objective, const double *w);
    double (*gradient)(Objective *objective, const double *w,
                       double *g); /* returns the value too */
    /* The same at count points, bytes included: W, G: count x dimension. NULL: one by one. */
    void (*gradients_at)(Objective *objective, int64_t count, const double *W, double *G,
                         double *values);
    /* Fixes the point w, then gives products with the Hessian there. */
    void (*fix_curvature)(Objective *objective, const double *w);
    void (*curvature)(Objective *objective, const double *v, double *Hv);
    void (*hessian)(Objective *objective, double *H); /* at the fixed point; dimension² */
    void (*destroy)(Objective *objective);

    int64_t values, gradients, products; /* calls so far; a Hessian counts `dimension` products */
};

/* Largest curvature at the point w: Lanczos or dense, to 1e-12 relative. Counts its products. */
double objective_sharpness(Objective *objective, const double *w);

/* The minimiser, by Newton with Armijo steps to a decrement below 1e-30 (or until no
 * further progress in double precision); w holds the start and then the minimiser.
 * Returns the value there; NaN when it does not exist (not strictly convex, no convergence). */
double objective_minimise(Objective *objective, double *w);

/* The same until a Newton step promises less than that share of the value. */
double objective_approach(Objective *objective, double share, double *w);

#endif
