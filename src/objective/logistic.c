#include "objective/logistic.h"

#include "base/die.h"
#include "compute/blas.h"
#include "compute/rowpass.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    Objective base; /* first, so that an Objective * is a Logistic * */
    const Design *design;
    double lambda;
    double *curvature; /* rows: weight_i / total times the loss's curvature at the fixed point */
} Logistic;

static double value(Objective *objective, const double *w)
{
    Logistic *f = (Logistic *)objective;
    objective->values++;
    double penalty = 0.5 * f->lambda * blas_dot(objective->dimension, w, w);
    return rowpass_value(f->design, &rowloss_logistic, w) + penalty;
}

/* To the loss at w and its gradient g. */
static double add_penalty(const Logistic *f, const double *w, double loss, double *g)
{
    int64_t n = f->base.dimension;
    for (int64_t j = 0; j < n; j++) g[j] += f->lambda * w[j];
    return loss + 0.5 * f->lambda * blas_dot(n, w, w);
}

static double gradient(Objective *objective, const double *w, double *g)
{
    Logistic *f = (Logistic *)objective;
    objective->gradients++;
    return add_penalty(f, w, rowpass_gradient(f->design, &rowloss_logistic, w, g), g);
}

static void gradients_at(Objective *objective, int64_t count, const double *W, double *G,
                         double *values)
{
    Logistic *f = (Logistic *)objective;
    int64_t n = objective->dimension;
    objective->gradients += count;
    rowpass_gradients(f->design, &rowloss_logistic, count, W, G, values);
    for (int64_t k = 0; k < count; k++) values[k] = add_penalty(f, W + k * n, values[k], G + k * n);
}

static void fix_curvature(Objective *objective, const double *w)
{
    Logistic *f = (Logistic *)objective;
    const Design *design = f->design;
    rowpass_margins(design, w, f->curvature);
    for (int64_t i = 0; i < design->rows; i++) {
        double weight = design->weight ? design->weight[i] : 1.0;
        f->curvature[i] = weight / design->total * rowloss_logistic.curvature(f->curvature[i]);
    }
}

static void curvature(Objective *objective, const double *v, double *Hv)
{
    Logistic *f = (Logistic *)objective;
    objective->products++;
    rowpass_curvature(f->design, f->curvature, v, Hv);
    for (int64_t j = 0; j < objective->dimension; j++) Hv[j] += f->lambda * v[j];
}

static void hessian(Objective *objective, double *H)
{
    Logistic *f = (Logistic *)objective;
    int64_t n = objective->dimension;
    objective->products += n;
    rowpass_gram(f->design, f->curvature, H);
    for (int64_t j = 0; j < n; j++) H[j * n + j] += f->lambda;
}

static void destroy(Objective *objective)
{
    free(((Logistic *)objective)->curvature);
    free(objective);
}

/* Without `smooth`, which costs an eigenvalue. */
static Objective *create(const Design *design, double lambda)
{
    assert(lambda >= 0.0);
    Logistic *f = alloc_zeroed(1, sizeof *f);
    f->base = (Objective){
        .dimension = design->cols,
        .strong = lambda,
        .batch = rowpass_points(design),
        .value = value,
        .gradient = gradient,
        .gradients_at = gradients_at,
        .fix_curvature = fix_curvature,
        .curvature = curvature,
        .hessian = hessian,
        .destroy = destroy,
    };
    f->design = design;
    f->lambda = lambda;
    f->curvature = alloc_zeroed((size_t)design->rows, sizeof *f->curvature);
    return &f->base;
}

/* The loss's curvature is largest, exactly 1/4, where every margin is 0. */
Objective *logistic_create(const Design *design, double lambda)
{
    Objective *objective = create(design, lambda);
    double *origin = alloc_zeroed((size_t)design->cols, sizeof *origin);
    objective->smooth = objective_sharpness(objective, origin);
    objective->products = 0;
    free(origin);
    return objective;
}

const Design *logistic_design(const Objective *objective)
{
    assert(objective->value == value);
    return ((const Logistic *)objective)->design;
}

/* Each stage starts where the one before ended: Newton then needs a few steps
 * per stage, however small lambda is. */
double logistic_minimise(const Design *design, double lambda, double *w)
{
    memset(w, 0, (size_t)design->cols * sizeof *w);
    Objective *objective = create(design, lambda);
    Logistic *f = (Logistic *)objective;
    for (double stage = 1.0; stage > lambda * 1.0001 && lambda > 0.0; stage /= sqrt(10.0)) {
        f->lambda = stage;
        objective_approach(objective, 1e-4, w);
    }
    f->lambda = lambda;
    double optimum = objective_minimise(objective, w);
    objective->destroy(objective);
    return optimum;
}

double logistic_critical_rate(const Design *design, double lambda, const double *minimiser)
{
    Objective *objective = create(design, lambda);
    double sharpness = objective_sharpness(objective, minimiser);
    objective->destroy(objective);
    return 2.0 / sharpness;
}
