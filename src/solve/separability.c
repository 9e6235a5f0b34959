#include "solve/separability.h"

#include "base/die.h"
#include "compute/blas.h"
#include "compute/rowpass.h"
#include "objective/logistic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* As in margin.c: shorter combinations are the origin up to rounding. */
static const double origin_share = 1e-9;
static const double tolerance = 1e-3, stage_ratio = 1e-3, smallest_lambda = 1e-16;

typedef struct {
    const Design *design;
    double longest; /* row */
    double *w, *combination;
    double *z; /* rows: margins, then the p_i */
    Margin margin;
} Path;

static double smallest(int64_t n, const double *x)
{
    double least = INFINITY;
    for (int64_t i = 0; i < n; i++) least = fmin(least, x[i]);
    return least;
}

/* Both bounds at w; a verdict as soon as one decides. */
static void certify(Path *path)
{
    const Design *design = path->design;
    rowpass_margins(design, path->w, path->z);
    path->margin.iterations++;
    double length = blas_norm(design->cols, path->w), total = 0.0;
    double low = length > 0.0 ? smallest(design->rows, path->z) / length : 0.0;
    if (low > path->margin.low) path->margin.low = low;
    for (int64_t i = 0; i < design->rows; i++) {
        double weight = design->weight ? design->weight[i] : 1.0;
        path->z[i] = -weight * rowloss_logistic.slope(path->z[i]);
        total += path->z[i];
    }
    rowpass_combine(design, path->z, path->combination);
    double high = blas_norm(design->cols, path->combination) / total;
    if (high < path->margin.high) path->margin.high = high;
    if (path->margin.low > 0.0)
        path->margin.verdict = MARGIN_SEPARABLE;
    else if (path->margin.high < origin_share * path->longest)
        path->margin.verdict = MARGIN_INSEPARABLE;
}

static void minimise_at(Path *path, double lambda)
{
    Objective *objective = logistic_create(path->design, lambda);
    objective_minimise(objective, path->w);
    objective->destroy(objective);
}

Margin separability_by_path(const Design *design, double lambda, const double *minimiser)
{
    size_t cols = (size_t)design->cols;
    double *memory = alloc_zeroed(2 * cols + (size_t)design->rows, sizeof *memory);
    Path path = {.design = design,
                 .w = memory,
                 .combination = memory + cols,
                 .z = memory + 2 * cols,
                 .margin = {.verdict = MARGIN_UNDECIDED, .high = INFINITY}};
    for (int64_t i = 0; i < design->rows; i++)
        path.longest = fmax(path.longest, design_row_norm(design, i));
    memcpy(path.w, minimiser, cols * sizeof *minimiser);
    certify(&path);
    path.margin.support = design->rows;
    for (double stage = stage_ratio * lambda;
         path.margin.verdict == MARGIN_UNDECIDED && stage > smallest_lambda; stage *= stage_ratio) {
        minimise_at(&path, stage);
        certify(&path);
    }
    free(memory);
    return path.margin;
}

Margin separability_find(const Design *design, double lambda, const double *minimiser,
                         int64_t passes)
{
    Margin path = separability_by_path(design, lambda, minimiser);
    if (path.verdict == MARGIN_INSEPARABLE) return path;
    Margin best = margin_find(design, tolerance, passes, NULL);
    if (best.verdict == MARGIN_UNDECIDED) best.verdict = path.verdict;
    best.low = fmax(best.low, path.low);
    best.high = fmin(best.high, path.high);
    best.iterations += path.iterations;
    return best;
}
