#include "optim/whitening.h"

#include "base/die.h"
#include "base/named.h"
#include "base/rng.h"
#include "optim/coordinates.h"
#include "optim/kronecker.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS = COORDINATE_ROWS, COLS = COORDINATE_COLS, COUNT = COORDINATE_COUNT };

/* Which pair of factors in the state has S⁻¹ = T Tᵀ. */
typedef struct {
    const char *name;
    int64_t pair;
} Place;

static const Place places[] = {{"if_shampoo", 0}, {"rf_shampoo", 1}};

static int64_t place_of(const char *text, const Optimizer *optimizer)
{
    Spec *spec = spec_parse(text);
    const Place *place = named_row("matrix method without root", spec_kind(spec),
                                   sizeof places / sizeof *places, sizeof *places, places);
    spec_free(spec);
    const Run *run = optimizer->run;
    return run->state + optimizer_rounded(run->count) +
           place->pair * kronecker_size(optimizer, run);
}

/* (T Tᵀ)⁻¹, T the n x n at the beginning of `T`; 1 beyond it. */
static Square curvature_of(Matrix T)
{
    Square S = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
    for (int64_t i = 0; i < T.rows; i++)
        for (int64_t j = 0; j < T.rows; j++) {
            double sum = 0.0;
            for (int64_t k = 0; k < T.rows; k++)
                sum += (double)matrix_row(T, i)[k] * (double)matrix_row(T, j)[k];
            S.at[i][j] = sum;
        }
    return square_inverse(&S);
}

/* The Kronecker product, COUNT x COUNT: added to `sum`. */
static void add_product(const Square *L, const Square *R, double scale, double *sum)
{
    for (int k = 0; k < COUNT * COUNT; k++) {
        int row = k / COUNT, col = k % COUNT;
        sum[k] += scale * L->at[row / COLS][col / COLS] * R->at[row % COLS][col % COLS];
    }
}

static void draw(int64_t step, double scale, real *g)
{
    Rng rng = rng_stream(9, (uint32_t)step, RNG_NOISE);
    double X[COUNT], G[COUNT];
    rng_fill_normal(&rng, COUNT, scale, X);
    coordinates_gradient(&coordinates_shear, X, G);
    for (int k = 0; k < COUNT; k++) g[k] = (real)G[k];
}

/* Adds S_L x S_R of each step that counts to `sum`. */
static void walk(const Whitening *whitening, Optimizer *optimizer, Backend *backend, double *sum)
{
    const Run *run = optimizer->run;
    int64_t numbers = 0, pair = kronecker_size(optimizer, run);
    const real *state = optimizer_state(optimizer, &numbers) + place_of(whitening->text, optimizer);
    real *host = alloc_zeroed((size_t)pair, sizeof *host), g[COUNT];
    for (int64_t step = 0; step < whitening->burn + whitening->steps; step++) {
        draw(step, 1.0 / sqrt(whitening->batch), g);
        backend->upload(backend, sizeof g, g, optimizer->table->gradients);
        optimizer_step(optimizer, 0.0);
        if (step < whitening->burn) continue;
        backend->download(backend, (size_t)pair * sizeof *host, state, host);
        Factors T = kronecker_at(optimizer, host, run);
        Square L = curvature_of(T.axes[0]), R = curvature_of(T.axes[1]);
        add_product(&L, &R, 1.0 / (double)whitening->steps, sum);
    }
    free(host);
}

double whitening_error(const Whitening *whitening, Backend *backend)
{
    int64_t size = optimizer_rounded(COUNT);
    real *x = backend->alloc(backend, 2 * (size_t)size * sizeof *x);
    Parameter item = {.name = "W",
                      .group = GROUP_MATRIX,
                      .value = matrix_of(x, ROWS, COLS),
                      .gradient = matrix_of(x + size, ROWS, COLS)};
    ParameterTable table = {1, &item, COUNT, 0, x, x + size};
    Optimizer *optimizer = optimizer_create(whitening->text, backend, &table);
    double mean[COUNT * COUNT] = {0.0}, truth[COUNT * COUNT] = {0.0};
    walk(whitening, optimizer, backend, mean);
    Square U = square_outer(&coordinates_shear.A), V = square_outer(&coordinates_shear.B);
    add_product(&U, &V, 1.0, truth);
    double difference = 0.0, norm = 0.0;
    for (int k = 0; k < COUNT * COUNT; k++) {
        difference += (mean[k] - truth[k]) * (mean[k] - truth[k]);
        norm += truth[k] * truth[k];
    }
    optimizer_free(optimizer);
    backend->release(backend, x);
    return sqrt(difference / norm);
}
