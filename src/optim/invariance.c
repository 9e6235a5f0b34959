#include "optim/invariance.h"

#include "base/die.h"
#include "base/rng.h"
#include "optim/kronecker.h"

#include <math.h>
#include <stdlib.h>

enum { MOST = COORDINATE_MOST };

/* ---- one walk */

/* The optimizer's one parameter, with copies of what it is told and tells on the host. */
typedef struct {
    Backend *backend;
    Parameter item;
    ParameterTable table;
    Optimizer *optimizer;
    const Coordinates *of;
} Walker;

static int count_of(const Walker *walker) { return COORDINATE_COUNT * walker->of->depth; }

static void put(const Walker *walker, const double *numbers, real *memory)
{
    real host[MOST];
    int count = count_of(walker);
    for (int k = 0; k < count; k++) host[k] = (real)numbers[k];
    walker->backend->upload(walker->backend, (size_t)count * sizeof *host, host, memory);
}

static void transport(const Walker *walker, InvarianceTransport *change)
{
    Backend *backend = walker->backend;
    int64_t numbers;
    real *state = optimizer_state(walker->optimizer, &numbers);
    size_t bytes = (size_t)numbers * sizeof *state;
    real *host = alloc_zeroed((size_t)numbers, sizeof *host);
    backend->download(backend, bytes, state, host);
    change(walker->optimizer, walker->of, host);
    backend->upload(backend, bytes, host, state);
    free(host);
}

static void start(Walker *walker, const InvarianceWalk *walk, Backend *backend)
{
    walker->backend = backend;
    walker->of = walk->of ? walk->of : &coordinates_unit;
    int64_t count = count_of(walker), size = optimizer_rounded(count), depth = walker->of->depth;
    real *x = backend->alloc(backend, 2 * (size_t)size * sizeof *x), *slope = x + size;
    walker->item = (Parameter){
        .name = "W",
        .group = GROUP_MATRIX,
        .value = matrix_of(x, COORDINATE_ROWS, COORDINATE_COLS * depth),
        .gradient = matrix_of(slope, COORDINATE_ROWS, COORDINATE_COLS * depth),
        .axes = {{COORDINATE_ROWS, COORDINATE_COLS, depth}},
    };
    walker->table = (ParameterTable){1, &walker->item, count, 0, x, slope};
    walker->optimizer = optimizer_create(walk->text, backend, &walker->table);
    if (walk->transport) transport(walker, walk->transport);
    double W[MOST], V[MOST];
    for (int k = 0; k < count; k++) W[k] = 1.0 - 0.3 * k;
    coordinates_into(walker->of, W, V);
    put(walker, V, x);
}

static void stop(Walker *walker)
{
    optimizer_free(walker->optimizer);
    walker->backend->release(walker->backend, walker->table.values);
}

static void position(const Walker *walker, double *W)
{
    real host[MOST];
    double V[MOST];
    int count = count_of(walker);
    walker->backend->download(walker->backend, (size_t)count * sizeof *host, walker->table.values,
                              host);
    for (int k = 0; k < count; k++) V[k] = (double)host[k];
    coordinates_back(walker->of, V, W);
}

/* loss (H W + N_t): H has 1, 2 … (6 for a matrix) on the diagonal and 0.3 beside it. */
static void gradient(int64_t t, double loss, int count, const double *W, double *G)
{
    Rng noise = rng_stream(5, (uint32_t)t, RNG_NOISE);
    for (int k = 0; k < count; k++)
        G[k] = loss * ((1.0 + k) * W[k] + 0.3 * W[(k + 1) % count] + rng_normal(&noise));
}

/* W after each step: path[steps * MOST]. */
static void walk_path(const InvarianceWalk *walk, Backend *backend, int64_t steps, double *path)
{
    Walker walker;
    double W[MOST] = {0.0}, G[MOST], g[MOST];
    start(&walker, walk, backend);
    position(&walker, W);
    for (int64_t t = 0; t < steps; t++) {
        gradient(t, walk->loss, count_of(&walker), W, G);
        coordinates_gradient(walker.of, G, g);
        put(&walker, g, walker.table.gradients);
        optimizer_step(walker.optimizer, walk->rate);
        position(&walker, W);
        for (int k = 0; k < MOST; k++) path[t * MOST + k] = W[k];
    }
    stop(&walker);
}

/* ---- two */

static double apart(const double *W, const double *other)
{
    double difference = 0.0, size = 0.0;
    for (int k = 0; k < MOST; k++) {
        difference += (other[k] - W[k]) * (other[k] - W[k]);
        size += W[k] * W[k];
    }
    return sqrt(difference / size);
}

void invariance_differences(const InvarianceLaw *law, Backend *backend, int64_t steps,
                            double *difference)
{
    double *path = alloc_zeroed((size_t)(2 * steps * MOST), sizeof *path);
    double *other = path + steps * MOST;
    walk_path(&law->plain, backend, steps, path);
    walk_path(&law->changed, backend, steps, other);
    for (int64_t t = 0; t < steps; t++) difference[t] = apart(path + t * MOST, other + t * MOST);
    free(path);
}

/* ---- transports */

void transport_squares(const Optimizer *optimizer, const Coordinates *of, real *state)
{
    (void)optimizer;
    for (int k = 0; k < COORDINATE_COUNT; k++) {
        int row = k / COORDINATE_COLS, col = k % COORDINATE_COLS;
        double factor = of->A.at[row][row] * of->B.at[col][col];
        state[k] = (real)((double)state[k] * factor * factor);
    }
}

static void put_square(const Square *A, bool transposed, Matrix into)
{
    for (int64_t i = 0; i < into.rows; i++)
        for (int64_t j = 0; j < into.rows; j++)
            matrix_row(into, i)[j] = (real)(transposed ? A->at[j][i] : A->at[i][j]);
}

static void put_inverse_roots(const Coordinates *of, Factors roots)
{
    Square A = square_inverse(&of->A), B = square_inverse(&of->B), C = square_inverse(&of->C);
    put_square(&A, true, roots.axes[0]);
    put_square(&B, true, roots.axes[1]);
    if (matrix_exists(roots.axes[2])) put_square(&C, true, roots.axes[2]);
}

/* A pair behind the momentum and `pairs` other pairs, in both methods' state. */
static Factors factors_at(const Optimizer *optimizer, int64_t pairs, real *state)
{
    const Run *run = optimizer->run;
    int64_t pair = kronecker_size(optimizer, run);
    return kronecker_at(optimizer, state + optimizer_rounded(run->count) + pairs * pair, run);
}

void transport_factors(const Optimizer *optimizer, const Coordinates *of, real *state)
{
    put_inverse_roots(of, factors_at(optimizer, 0, state));
}

void transport_curvature(const Optimizer *optimizer, const Coordinates *of, real *state)
{
    Factors S = factors_at(optimizer, 0, state);
    Square left = square_outer(&of->A), right = square_outer(&of->B);
    put_square(&left, false, S.axes[0]);
    put_square(&right, false, S.axes[1]);
    put_inverse_roots(of, factors_at(optimizer, 1, state));
}
