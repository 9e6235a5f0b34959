#include "network/local.h"

#include "base/die.h"
#include "base/named.h"
#include "network/local_kinds.h"
#include "network/local_sum.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const LocalKind kinds[] = {
    {"regression",
     "dimension=10,rows=20 (of each node),ratio=1 (largest L_i over the least),condition=10 (of a "
     "node's curvatures, before sampling),drift=0.5 (of the nodes' own solutions),noise=0.1, "
     "shared=0 (1: no drift, no noise: every f_i has the same minimiser)",
     local_make_regression},
    {"ridge", "the same with lambda=0.1", local_make_ridge},
    {"scalar",
     "ratio=4 (of the curvatures, from 1, rising with the node's number),distance=1 (of the "
     "outermost nodes' minimisers): one-dimensional quadratics",
     local_make_scalar},
    {"logistic",
     "data=digits (and its keys, semicolons for commas),split=even|label,mixing=0 (share of the "
     "rows that a split by label shuffles),lambda=1e-3",
     local_make_logistic},
    {"file",
     "path=FILE (rows are split) or FOLDER (a file per node, in order of their names),"
     "loss=squares|logistic,lambda=0 (logistic: 1e-3),bias=1,standardise=1,split=even|label,"
     "mixing=0",
     local_make_file},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

int local_kind_count(void) { return KINDS; }
const char *local_kind_name(int kind) { return kinds[kind].name; }
const char *local_kind_help(int kind) { return kinds[kind].help; }

static double *equal_weights(const LocalProblem *problem)
{
    double *weights = alloc_zeroed((size_t)problem->nodes, sizeof *weights);
    for (int64_t i = 0; i < problem->nodes; i++) weights[i] = 1.0 / (double)problem->nodes;
    return weights;
}

static void solve(LocalProblem *problem, const char *text)
{
    double *weights = equal_weights(problem);
    problem->minimiser = alloc_zeroed((size_t)problem->dimension, sizeof *problem->minimiser);
    if (!local_sum_minimise(problem, weights, problem->minimiser))
        die_usage("'%s': the sum of the local functions has no single minimiser (columns that "
                  "depend on each other, or fewer rows than columns): add a penalty, "
                  "--problem '%s%clambda=0.001'",
                  text, text, strchr(text, ':') ? ',' : ':');
    problem->least = local_sum_value(problem, weights, problem->minimiser);
    local_sum_curvatures(problem, weights, problem->minimiser, &problem->strong_mean,
                         &problem->smooth_mean);
    free(weights);
}

LocalProblem *local_create(const char *text, int64_t nodes, const char *data_folder, uint64_t seed)
{
    assert(nodes >= 1);
    Spec *spec = spec_parse(text);
    const LocalKind *kind =
        named_row("local problem", spec_kind(spec), KINDS, sizeof *kinds, kinds);
    LocalProblem *problem = alloc_zeroed(1, sizeof *problem);
    problem->nodes = nodes;
    problem->smooth = alloc_zeroed((size_t)nodes, sizeof *problem->smooth);
    kind->make(problem, spec, data_folder, seed);
    solve(problem, text);
    spec_free(spec);
    return problem;
}

void local_free(LocalProblem *problem)
{
    if (!problem) return;
    problem->form->destroy(problem->data);
    free(problem->minimiser);
    free(problem->smooth);
    free(problem);
}

int64_t local_dimension(const LocalProblem *problem) { return problem->dimension; }
int64_t local_nodes(const LocalProblem *problem) { return problem->nodes; }

void local_gradient(const LocalProblem *problem, int64_t node, const double *x, double *g)
{
    problem->form->gradient(problem->data, node, x, g);
}

double local_value(const LocalProblem *problem, int64_t node, const double *x)
{
    return problem->form->value(problem->data, node, x);
}

double local_smooth(const LocalProblem *problem, int64_t node) { return problem->smooth[node]; }

const double *local_minimiser(const LocalProblem *problem) { return problem->minimiser; }
double local_least(const LocalProblem *problem) { return problem->least; }
double local_smooth_mean(const LocalProblem *problem) { return problem->smooth_mean; }
double local_strong_mean(const LocalProblem *problem) { return problem->strong_mean; }

void local_weighted_minimiser(const LocalProblem *problem, const double *weights, double *out)
{
    if (!local_sum_minimise(problem, weights, out))
        die("the weighted sum of the local functions has no single minimiser");
}
