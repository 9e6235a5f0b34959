/* Networks for tests: parameters by a formula that Python knows too, their loss, signed
 * derivatives, and golden values.
 *
 * Memory of the CPU backend is the host's, so tests read and write it directly. */
#ifndef TESTS_NETWORK_H
#define TESTS_NETWORK_H

#include "base/die.h"
#include "close.h"
#include "io/csv.h"
#include "model/model.h"

#include <stdlib.h>

typedef struct {
    Backend *backend;
    Model *model;
    int64_t rows; /* labels */
    int32_t *tokens, *labels;
    double sums[HEAD_SUMS];
    Pass pass;
} Network;

/* FNV-1a: a number for a name. */
static inline uint32_t network_seed(const char *name)
{
    uint32_t seed = 2166136261u;
    for (; *name; name++) seed = (seed ^ (uint8_t)*name) * 16777619u;
    return seed;
}

/* Number `index` of a name's: 32 well mixed bits. tests/golden/network.py has the same. */
static inline uint32_t network_bits(uint32_t seed, int64_t index)
{
    uint32_t bits = seed + (uint32_t)index * 2654435761u;
    bits = (bits ^ bits >> 16) * 73244475u;
    bits = (bits ^ bits >> 16) * 73244475u;
    return bits ^ bits >> 16;
}

/* In [−1/2, 1/2). */
static inline double network_number(uint32_t seed, int64_t index)
{
    return network_bits(seed, index) / 4294967296.0 - 0.5;
}

/* Weights of products and tables of width 1 / sqrt(cols), vectors of 1/2 around 0, or around 1
 * for a norm's weight; running statistics of 1. Rounded to float, so that float, double and Python
 * have the same. */
static inline void network_fill_parameter(const Parameter *parameter)
{
    Matrix value = parameter->value;
    for (int64_t i = 0; i < matrix_count(value); i++) matrix_reals(value)[i] = 1;
    if (parameter->group == GROUP_STATE) return;
    bool around_one = parameter->group == GROUP_VECTOR && strstr(parameter->name, ".weight");
    double scale = parameter->group == GROUP_VECTOR ? 0.5 : 3.0 / sqrt((double)value.cols);
    uint32_t seed = network_seed(parameter->name);
    for (int64_t i = 0; i < matrix_count(value); i++)
        matrix_reals(value)[i] = (real)(float)(around_one + scale * network_number(seed, i));
}

/* Takes over a finished model and a backend; `rows` tokens and labels, of `classes` kinds, every
 * fifth label −1. */
static inline Network network_of(Backend *backend, Model *model, int64_t rows, int64_t classes)
{
    Network network = {.backend = backend, .model = model, .rows = rows};
    network.tokens = alloc_zeroed((size_t)rows, sizeof(int32_t));
    network.labels = alloc_zeroed((size_t)rows, sizeof(int32_t));
    for (int64_t i = 0; i < rows; i++) {
        network.tokens[i] = (int32_t)(network_bits(network_seed("tokens"), i) % classes);
        network.labels[i] =
            i % 5 == 4 ? -1 : (int32_t)(network_bits(network_seed("labels"), i) % classes);
    }
    Matrix input = model_input(model);
    for (int64_t i = 0; i < matrix_count(input); i++)
        matrix_reals(input)[i] = (real)(float)(2.0 * network_number(network_seed("input"), i));
    const ParameterTable *table = model_parameters(model);
    for (int k = 0; k < table->count; k++) network_fill_parameter(&table->item[k]);
    network.pass = (Pass){.backend = backend,
                          .training = true,
                          .tokens = network.tokens,
                          .labels = network.labels,
                          .noise = rng_stream(1, 0, RNG_NOISE)};
    return network;
}

static inline void network_close(Network *network)
{
    model_free(network->model);
    network->backend->close(network->backend);
    free(network->tokens);
    free(network->labels);
}

static inline void network_forward(Network *network)
{
    memset(network->sums, 0, sizeof network->sums);
    network->pass.sums = network->sums;
    model_forward(network->model, &network->pass);
}

/* Forward pass; the mean loss. 0 where no row counts. */
static inline double network_loss(Network *network)
{
    network_forward(network);
    double rows = network->sums[HEAD_ROWS];
    return rows > 0.0 ? network->sums[HEAD_LOSS] / rows : 0.0;
}

/* Forward and backward, from gradients of 0; the mean loss. */
static inline double network_gradient(Network *network)
{
    model_zero_gradients(network->model);
    double loss = network_loss(network);
    model_backward(network->model, &network->pass);
    return loss;
}

/* One parameter along a direction of length 1: g · d against the loss at x ± h d and x ± 2h d,
 *   (8 (f(h) − f(−h)) − (f(2h) − f(−2h))) / 12h.
 * Truncation h⁴ f⁗′/30 = 3e-14 f⁗′ at h = 1e-3, and the fifth derivatives of these networks along
 * a unit direction stay below 1e3; rounding some 1e2 operations' 1e-16 / h = 1e-11. The sign
 * stays. */
static inline void network_check_parameter(Network *network, const Parameter *parameter)
{
    enum { MOST = 1 << 16 };
    static double direction[MOST], start[MOST];
    const double h = 1e-3, at[4] = {h, -h, 2 * h, -2 * h}, weight[4] = {8, -8, -1, 1};
    int64_t n = matrix_count(parameter->value);
    real *x = matrix_reals(parameter->value);
    double square = 0.0, slope = 0.0, numeric = 0.0;
    cr_assert(n <= MOST);
    for (int64_t i = 0; i < n; i++) {
        start[i] = x[i];
        direction[i] = network_number(network_seed("direction"), i);
        square += direction[i] * direction[i];
    }
    for (int64_t i = 0; i < n; i++) {
        direction[i] /= sqrt(square);
        slope += (double)matrix_reals(parameter->gradient)[i] * direction[i];
    }
    for (int k = 0; k < 4; k++) {
        for (int64_t i = 0; i < n; i++) x[i] = (real)(start[i] + at[k] * direction[i]);
        numeric += weight[k] * network_loss(network) / (12 * h);
    }
    for (int64_t i = 0; i < n; i++) x[i] = (real)start[i];
    double bound = 2e-10 * (1.0 + fabs(numeric));
    cr_expect(fabs(slope - numeric) <= bound, "%s: gradient %.12g, differences %.12g",
              parameter->name, slope, numeric);
}

/* Every parameter of the network, one after another. In double only. (A head adds to gradients in
 * its forward pass, so each check begins anew.) */
static inline void network_check_gradients(Network *network)
{
    const ParameterTable *table = model_parameters(network->model);
    for (int k = 0; k < table->count; k++) {
        if (table->item[k].group == GROUP_STATE) continue;
        network_gradient(network);
        network_check_parameter(network, &table->item[k]);
    }
}

/* A row of a golden file is "case,name,index,value": the loss; of the gradient called `name` its
 * largest magnitude (index −2), its sum weighted by the numbers of "weights" (−1), and some
 * elements. What is not trained has no gradient: its values, after the pass. Each within `unit` of
 * the largest magnitude (the sum: times sqrt(n)); returns how many were compared. Every parameter
 * has to be there. */
static inline int network_check_golden(Network *network, const Csv *golden, const char *name,
                                       double unit)
{
    double loss = network_gradient(network), largest = 0.0;
    int compared = 0, parameters = 0;
    for (int64_t row = 0; row < csv_rows(golden); row++) {
        if (strcmp(csv_text(golden, row, 0), name) != 0) continue;
        const char *what = csv_text(golden, row, 1);
        int64_t index = csv_int(golden, row, 2);
        double want = csv_real(golden, row, 3);
        compared++;
        if (strcmp(what, "loss") == 0) {
            cr_expect(close_is(loss, want, unit * (1.0 + fabs(want))),
                      "%s: loss %.17g, PyTorch %.17g", name, loss, want);
            continue;
        }
        const Parameter *parameter = parameters_find(model_parameters(network->model), what);
        cr_assert(parameter, "%s has no %s", name, what);
        bool is_state = parameter->group == GROUP_STATE;
        const real *g = matrix_reals(is_state ? parameter->value : parameter->gradient);
        int64_t n = matrix_count(parameter->value);
        double got = 0.0, bound = unit * (largest + 1e-3);
        if (index >= 0) got = g[index];
        if (index == -1) bound *= sqrt((double)n);
        for (int64_t i = 0; i < n && index < 0; i++)
            got = index == -1 ? got + (double)g[i] * network_number(network_seed("weights"), i)
                              : fmax(got, fabs((double)g[i]));
        if (index == -2) bound = unit * ((largest = want) + 1e-3), parameters++;
        cr_expect(close_is(got, want, bound), "%s %s[%d]: %.17g, PyTorch %.17g (bound %.2g)", name,
                  what, (int)index, got, want, bound);
    }
    cr_expect(parameters == model_parameters(network->model)->count, "%s: all parameters", name);
    return compared;
}

#endif
