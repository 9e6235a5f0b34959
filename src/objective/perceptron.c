#include "objective/logistic.h"

#include "base/die.h"
#include "compute/rowpass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Piecewise linear: curvature 0 between its kinks, unbounded (smooth = inf) at them. */
typedef struct {
    Objective base;
    const Design *design;
} Perceptron;

static double value(Objective *objective, const double *w)
{
    objective->values++;
    return rowpass_value(((Perceptron *)objective)->design, &rowloss_perceptron, w);
}

static double gradient(Objective *objective, const double *w, double *g)
{
    objective->gradients++;
    return rowpass_gradient(((Perceptron *)objective)->design, &rowloss_perceptron, w, g);
}

static void fix_curvature(Objective *objective, const double *w)
{
    (void)objective;
    (void)w;
}

static void curvature(Objective *objective, const double *v, double *Hv)
{
    (void)v;
    objective->products++;
    memset(Hv, 0, (size_t)objective->dimension * sizeof *Hv);
}

static void hessian(Objective *objective, double *H)
{
    int64_t n = objective->dimension;
    objective->products += n;
    memset(H, 0, (size_t)(n * n) * sizeof *H);
}

static void destroy(Objective *objective) { free(objective); }

Objective *perceptron_create(const Design *design)
{
    Perceptron *f = alloc_zeroed(1, sizeof *f);
    f->base = (Objective){
        .dimension = design->cols,
        .smooth = INFINITY,
        .value = value,
        .gradient = gradient,
        .fix_curvature = fix_curvature,
        .curvature = curvature,
        .hessian = hessian,
        .destroy = destroy,
    };
    f->design = design;
    return &f->base;
}
