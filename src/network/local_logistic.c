/* Logistic regression at every node:
 *
 *     f_i(x) = (1/m_i) Σ ln(1 + exp(−y_k a_k·x)) + lambda/2 |x|²
 */
#include "base/die.h"
#include "network/keys.h"
#include "network/local_rows.h"
#include "network/local_squares.h"
#include "objective/logistic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int64_t nodes;
    Design **design;
    Objective **objective;
} Logistics;

/* Each node's objective counts its own calls: nodes do not disturb each other. */
static void gradient(const void *data, int64_t node, const double *x, double *g)
{
    Objective *f = ((const Logistics *)data)->objective[node];
    f->gradient(f, x, g);
}

static double value(const void *data, int64_t node, const double *x)
{
    Objective *f = ((const Logistics *)data)->objective[node];
    return f->value(f, x);
}

static void add_hessian(const void *data, int64_t node, double weight, const double *x, double *H)
{
    Objective *f = ((const Logistics *)data)->objective[node];
    int64_t size = f->dimension * f->dimension;
    double *own = alloc_zeroed((size_t)size, sizeof *own);
    f->fix_curvature(f, x);
    f->hessian(f, own);
    for (int64_t k = 0; k < size; k++) H[k] += weight * own[k];
    free(own);
}

static void destroy(void *data)
{
    Logistics *all = data;
    for (int64_t i = 0; i < all->nodes; i++) {
        all->objective[i]->destroy(all->objective[i]);
        design_free(all->design[i]);
    }
    free(all->objective);
    free(all->design);
    free(all);
}

static const LocalForm local_logistic = {
    .gradient = gradient,
    .value = value,
    .add_hessian = add_hessian,
    .destroy = destroy,
};

static Design *design_of_node(const Rows *rows, int64_t node)
{
    int64_t first = rows->first[node], count = rows->first[node + 1] - first;
    Design *design = design_create(count, rows->cols);
    for (int64_t k = 0; k < count; k++) {
        memcpy(design_row(design, k), rows->x + (first + k) * rows->cols,
               (size_t)rows->cols * sizeof *rows->x);
        design->factor[k] = rows->label[first + k];
    }
    return design;
}

void local_make_logistic_of(LocalProblem *problem, const Rows *rows, double lambda)
{
    Logistics *all = alloc_zeroed(1, sizeof *all);
    all->nodes = problem->nodes;
    all->design = alloc_zeroed((size_t)all->nodes, sizeof(Design *));
    all->objective = alloc_zeroed((size_t)all->nodes, sizeof(Objective *));
    for (int64_t i = 0; i < all->nodes; i++) {
        all->design[i] = design_of_node(rows, i);
        all->objective[i] = logistic_create(all->design[i], lambda);
        problem->smooth[i] = all->objective[i]->smooth;
    }
    problem->dimension = rows->cols;
    problem->form = &local_logistic;
    problem->data = all;
}

void local_make_squares_of(LocalProblem *problem, const Rows *rows, double lambda)
{
    Squares *squares = squares_create(problem->nodes, rows->cols, lambda);
    for (int64_t i = 0; i < problem->nodes; i++) {
        int64_t first = rows->first[i];
        problem->smooth[i] = squares_give(squares, i, rows->first[i + 1] - first,
                                          rows->x + first * rows->cols, rows->label + first, NAN);
    }
    problem->dimension = rows->cols;
    problem->form = &local_squares;
    problem->data = squares;
}

void local_make_logistic(LocalProblem *problem, const Spec *spec, const char *data_folder,
                         uint64_t seed)
{
    char *set = key_spec(spec, "data", "digits");
    double lambda = key_real(spec, "lambda", 1e-3, 0.0, 1e12);
    Rows rows = rows_of_set(set, data_folder, problem->nodes, spec, seed);
    spec_done(spec);
    local_make_logistic_of(problem, &rows, lambda);
    rows_free(&rows);
    free(set);
}

static const char *const losses[] = {"squares", "logistic"};

void local_make_file(LocalProblem *problem, const Spec *spec, const char *data_folder,
                     uint64_t seed)
{
    (void)data_folder;
    const char *path = spec_text(spec, "path", "");
    if (!*path) die_usage("file: no path given, expected file:path=FILE or file:path=FOLDER");
    bool logistic = key_choice(spec, "loss", 2, losses) == 1;
    double lambda = key_real(spec, "lambda", logistic ? 1e-3 : 0.0, 0.0, 1e12);
    bool bias = key_bool(spec, "bias", true), scaled = key_bool(spec, "standardise", true);
    Rows rows = rows_of_path(path, problem->nodes, spec, seed);
    /* Of a folder nothing is split, but the keys are known. */
    spec_text(spec, "split", ""), spec_text(spec, "mixing", "");
    spec_done(spec);
    if (scaled) rows_standardise(&rows);
    if (bias) rows_add_bias(&rows);
    if (logistic) rows_make_classes(&rows, path);
    (logistic ? local_make_logistic_of : local_make_squares_of)(problem, &rows, lambda);
    rows_free(&rows);
}
