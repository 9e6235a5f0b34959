/* Synthetic least squares: how far nodes differ in curvature and in what they want is a key each.
 */
#include "base/die.h"
#include "base/rng.h"
#include "network/keys.h"
#include "network/local_kinds.h"
#include "network/local_squares.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    int64_t dimension, rows;
    double ratio, condition, drift, noise, lambda;
    uint64_t seed;
    double *common; /* dimension: what the nodes' own solutions scatter around */
} Recipe;

static Recipe read_recipe(const Spec *spec, double lambda, uint64_t seed)
{
    Recipe recipe = {.seed = seed};
    recipe.dimension = key_int(spec, "dimension", 10, 1, 100000);
    recipe.rows = key_int(spec, "rows", 20, 1, 10000000);
    recipe.ratio = key_real(spec, "ratio", 1.0, 1.0, 1e12);
    recipe.condition = key_real(spec, "condition", 10.0, 1.0, 1e12);
    bool shared = key_bool(spec, "shared", false);
    recipe.drift = key_real(spec, "drift", shared ? 0.0 : 0.5, 0.0, 1e6);
    recipe.noise = key_real(spec, "noise", shared ? 0.0 : 0.1, 0.0, 1e6);
    recipe.lambda = key_real(spec, "lambda", lambda, 0.0, 1e12);
    spec_done(spec);
    recipe.common = alloc_zeroed((size_t)recipe.dimension, sizeof *recipe.common);
    Rng rng = rng_stream(seed, 0, RNG_INIT);
    rng_fill_normal(&rng, recipe.dimension, 1.0, recipe.common);
    return recipe;
}

/* The k-th of n numbers from 1 to ratio, geometrically. */
static double geometric(double ratio, int64_t k, int64_t n)
{
    return n > 1 ? pow(ratio, (double)k / (double)(n - 1)) : 1.0;
}

/* Normal rows; column j has the share condition^(−j/(d−1)) of the first one's variance. Then all
 * of A is scaled so that the largest eigenvalue of A'A/rows is `smooth`. */
static void draw_rows(const Recipe *recipe, Rng *rng, double smooth, double *A)
{
    int64_t d = recipe->dimension;
    rng_fill_normal(rng, recipe->rows * d, 1.0, A);
    for (int64_t j = 0; j < d; j++) {
        double factor = 1.0 / sqrt(geometric(recipe->condition, j, d));
        for (int64_t k = 0; k < recipe->rows; k++) A[k * d + j] *= factor;
    }
    double factor = sqrt(smooth / squares_curvature(recipe->rows, d, A));
    for (int64_t k = 0; k < recipe->rows * d; k++) A[k] *= factor;
}

/* b = A (x* + drift ξ) + noise ζ, ξ and ζ normal. */
static void draw_right(const Recipe *recipe, uint32_t node, const double *A, double *own, double *b)
{
    int64_t d = recipe->dimension;
    Rng rng = rng_stream(recipe->seed, node, RNG_NOISE);
    for (int64_t j = 0; j < d; j++) own[j] = recipe->common[j] + recipe->drift * rng_normal(&rng);
    for (int64_t k = 0; k < recipe->rows; k++) {
        b[k] = recipe->noise * rng_normal(&rng);
        for (int64_t j = 0; j < d; j++) b[k] += A[k * d + j] * own[j];
    }
}

static int64_t *shuffled(int64_t count, uint64_t seed)
{
    int64_t *order = alloc_zeroed((size_t)count, sizeof *order);
    for (int64_t i = 0; i < count; i++) order[i] = i;
    Rng rng = rng_stream(seed, 0, RNG_SPLIT);
    rng_shuffle(&rng, count, order);
    return order;
}

static void make(LocalProblem *problem, const Recipe *recipe)
{
    int64_t d = recipe->dimension, rows = recipe->rows;
    Squares *squares = squares_create(problem->nodes, d, recipe->lambda);
    problem->dimension = d;
    problem->form = &local_squares;
    problem->data = squares;
    int64_t *order = shuffled(problem->nodes, recipe->seed);
    double *A = alloc_zeroed((size_t)(rows * d + rows + d), sizeof *A);
    double *b = A + rows * d, *own = b + rows;
    for (int64_t i = 0; i < problem->nodes; i++) {
        double smooth = geometric(recipe->ratio, order[i], problem->nodes);
        Rng rng = rng_stream(recipe->seed, (uint32_t)i, RNG_DATA);
        draw_rows(recipe, &rng, smooth, A);
        draw_right(recipe, (uint32_t)i, A, own, b);
        problem->smooth[i] = squares_give(squares, i, rows, A, b, smooth);
    }
    free(A);
    free(order);
}

static void make_with(LocalProblem *problem, const Spec *spec, double lambda, uint64_t seed)
{
    Recipe recipe = read_recipe(spec, lambda, seed);
    make(problem, &recipe);
    free(recipe.common);
}

void local_make_regression(LocalProblem *problem, const Spec *spec, const char *data_folder,
                           uint64_t seed)
{
    (void)data_folder;
    make_with(problem, spec, 0.0, seed);
}

void local_make_ridge(LocalProblem *problem, const Spec *spec, const char *data_folder,
                      uint64_t seed)
{
    (void)data_folder;
    make_with(problem, spec, 0.1, seed);
}

/* f_i = ½ L_i (x − t_i)², L from 1 to ratio, t from 1 − distance/2 to 1 + distance/2. */
void local_make_scalar(LocalProblem *problem, const Spec *spec, const char *data_folder,
                       uint64_t seed)
{
    (void)data_folder, (void)seed;
    double ratio = key_real(spec, "ratio", 4.0, 1.0, 1e12);
    double distance = key_real(spec, "distance", 1.0, 0.0, 1e6);
    spec_done(spec);
    int64_t n = problem->nodes;
    Squares *squares = squares_create(n, 1, 0.0);
    problem->dimension = 1;
    problem->form = &local_squares;
    problem->data = squares;
    for (int64_t i = 0; i < n; i++) {
        double smooth = geometric(ratio, i, n), a = sqrt(smooth);
        double target = 1.0 + distance * (n > 1 ? (double)i / (double)(n - 1) - 0.5 : 0.0);
        problem->smooth[i] = squares_give(squares, i, 1, &a, &(double){a * target}, smooth);
    }
}
