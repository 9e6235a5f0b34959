#include "objective/logistic.h"

#include "base/die.h"
#include "compute/blas.h"
#include "compute/rowpass.h"

#include <math.h>
#include <stdlib.h>

/* phi(w) = ln (1/n) sum weight_i exp(-z_i) with z = A w. With the shares
 * p_i = weight_i exp(-z_i) / sum: grad phi = -sum p_i a_i =: -m, and the Hessian
 * sum p_i a_i a_i' - m m' is a covariance: at most the square of the longest row. */
typedef struct {
    Objective base;
    const Design *design;
    double *margin, *share; /* rows */
    double *mean;           /* m at the fixed point */
} LogExponential;

static double weight_of(const Design *design, int64_t i)
{
    return design->weight ? design->weight[i] : 1.0;
}

/* Fills margin and share; the smallest margin is taken out first, so nothing overflows. */
static double weigh(LogExponential *f, const double *w)
{
    const Design *design = f->design;
    rowpass_margins(design, w, f->margin);
    double least = INFINITY, sum = 0.0;
    for (int64_t i = 0; i < design->rows; i++)
        if (weight_of(design, i) > 0.0) least = fmin(least, f->margin[i]);
    for (int64_t i = 0; i < design->rows; i++) {
        f->share[i] = weight_of(design, i) * exp(least - f->margin[i]);
        sum += f->share[i];
    }
    for (int64_t i = 0; i < design->rows; i++) f->share[i] /= sum;
    return log(sum / design->total) - least;
}

static double value(Objective *objective, const double *w)
{
    objective->values++;
    return weigh((LogExponential *)objective, w);
}

static double gradient(Objective *objective, const double *w, double *g)
{
    LogExponential *f = (LogExponential *)objective;
    objective->gradients++;
    double result = weigh(f, w);
    rowpass_combine(f->design, f->share, g);
    for (int64_t j = 0; j < objective->dimension; j++) g[j] = -g[j];
    return result;
}

static void fix_curvature(Objective *objective, const double *w)
{
    LogExponential *f = (LogExponential *)objective;
    weigh(f, w);
    rowpass_combine(f->design, f->share, f->mean);
}

static void curvature(Objective *objective, const double *v, double *Hv)
{
    LogExponential *f = (LogExponential *)objective;
    objective->products++;
    rowpass_curvature(f->design, f->share, v, Hv);
    double along = blas_dot(objective->dimension, f->mean, v);
    for (int64_t j = 0; j < objective->dimension; j++) Hv[j] -= along * f->mean[j];
}

static void hessian(Objective *objective, double *H)
{
    LogExponential *f = (LogExponential *)objective;
    int64_t n = objective->dimension;
    objective->products += n;
    rowpass_gram(f->design, f->share, H);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) H[i * n + j] -= f->mean[i] * f->mean[j];
}

static void destroy(Objective *objective)
{
    LogExponential *f = (LogExponential *)objective;
    free(f->margin);
    free(f->share);
    free(f->mean);
    free(f);
}

Objective *log_exponential_create(const Design *design)
{
    LogExponential *f = alloc_zeroed(1, sizeof *f);
    f->base = (Objective){
        .dimension = design->cols,
        .value = value,
        .gradient = gradient,
        .fix_curvature = fix_curvature,
        .curvature = curvature,
        .hessian = hessian,
        .destroy = destroy,
    };
    double longest = design_longest_row(design);
    f->base.smooth = longest * longest;
    f->design = design;
    f->margin = alloc_zeroed((size_t)design->rows, sizeof *f->margin);
    f->share = alloc_zeroed((size_t)design->rows, sizeof *f->share);
    f->mean = alloc_zeroed((size_t)design->cols, sizeof *f->mean);
    return &f->base;
}
