#include "network/local_sum.h"

#include "base/die.h"
#include "compute/blas.h"
#include "objective/objective.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void add_gradient(const LocalProblem *problem, int64_t node, double weight, const double *x,
                         double *scratch, double *g)
{
    local_gradient(problem, node, x, scratch);
    for (int64_t j = 0; j < problem->dimension; j++) g[j] += weight * scratch[j];
}

static void sum_gradient(const LocalProblem *problem, const double *weights, const double *x,
                         double *scratch, double *g)
{
    memset(g, 0, (size_t)problem->dimension * sizeof *g);
    for (int64_t i = 0; i < problem->nodes; i++)
        if (weights[i] != 0.0) add_gradient(problem, i, weights[i], x, scratch, g);
}

static void sum_hessian(const LocalProblem *problem, const double *weights, const double *x,
                        double *H)
{
    int64_t d = problem->dimension;
    memset(H, 0, (size_t)(d * d) * sizeof *H);
    for (int64_t i = 0; i < problem->nodes; i++)
        if (weights[i] != 0.0) problem->form->add_hessian(problem->data, i, weights[i], x, H);
}

double local_sum_value(const LocalProblem *problem, const double *weights, const double *x)
{
    double sum = 0.0;
    for (int64_t i = 0; i < problem->nodes; i++) sum += weights[i] * local_value(problem, i, x);
    return sum;
}

/* ---- a quadratic: Newton's step, then steps of refinement with the same factor, of which each
 * takes the error down by about (condition number) x 1e-16. */

enum { REFINEMENTS = 3 };

static bool minimise_quadratic(const LocalProblem *problem, const double *weights, double *x)
{
    int64_t d = problem->dimension;
    double *H = alloc_zeroed((size_t)(d * d + 2 * d), sizeof *H), *g = H + d * d, *scratch = g + d;
    memset(x, 0, (size_t)d * sizeof *x);
    sum_hessian(problem, weights, x, H);
    sum_gradient(problem, weights, x, scratch, g);
    bool positive = blas_solve_positive(d, H, g);
    for (int64_t j = 0; j < d && positive; j++) x[j] = -g[j];
    for (int step = 0; step < REFINEMENTS && positive; step++) {
        sum_gradient(problem, weights, x, scratch, g);
        blas_solve_factored(d, H, g);
        for (int64_t j = 0; j < d; j++) x[j] -= g[j];
    }
    free(H);
    return positive;
}

/* ---- anything else: Newton with Armijo's rule, by objective_minimise() */

typedef struct {
    Objective base; /* first, so that an Objective * is a Sum * */
    const LocalProblem *problem;
    const double *weights;
    double *point, *scratch;
} Sum;

static double value(Objective *objective, const double *w)
{
    Sum *sum = (Sum *)objective;
    objective->values++;
    return local_sum_value(sum->problem, sum->weights, w);
}

static double gradient(Objective *objective, const double *w, double *g)
{
    Sum *sum = (Sum *)objective;
    objective->gradients++;
    sum_gradient(sum->problem, sum->weights, w, sum->scratch, g);
    return local_sum_value(sum->problem, sum->weights, w);
}

static void fix_curvature(Objective *objective, const double *w)
{
    Sum *sum = (Sum *)objective;
    memcpy(sum->point, w, (size_t)objective->dimension * sizeof *w);
}

static void hessian(Objective *objective, double *H)
{
    Sum *sum = (Sum *)objective;
    objective->products += objective->dimension;
    sum_hessian(sum->problem, sum->weights, sum->point, H);
}

static bool minimise_convex(const LocalProblem *problem, const double *weights, double *x)
{
    int64_t d = problem->dimension;
    double *memory = alloc_zeroed((size_t)(2 * d), sizeof *memory);
    Sum sum = {
        .base = {.dimension = d,
                 .value = value,
                 .gradient = gradient,
                 .fix_curvature = fix_curvature,
                 .hessian = hessian},
        .problem = problem,
        .weights = weights,
        .point = memory,
        .scratch = memory + d,
    };
    memset(x, 0, (size_t)d * sizeof *x);
    double least = objective_minimise(&sum.base, x);
    free(memory);
    return isfinite(least);
}

bool local_sum_minimise(const LocalProblem *problem, const double *weights, double *x)
{
    return problem->form->quadratic ? minimise_quadratic(problem, weights, x)
                                    : minimise_convex(problem, weights, x);
}

void local_sum_curvatures(const LocalProblem *problem, const double *weights, const double *x,
                          double *least, double *largest)
{
    int64_t d = problem->dimension;
    double *H = alloc_zeroed((size_t)(d * d + d), sizeof *H), *values = H + d * d;
    sum_hessian(problem, weights, x, H);
    blas_eigenvalues(d, H, values);
    *least = values[0];
    *largest = values[d - 1];
    free(H);
}
