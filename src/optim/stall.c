#include "optim/stall.h"

#include "base/die.h"
#include "base/rng.h"

#include <math.h>
#include <stdlib.h>

static void walk(const Stall *stall, Backend *backend, Optimizer *optimizer, real *slope)
{
    size_t n = (size_t)stall->numbers;
    double *normal = alloc_zeroed(n, sizeof *normal);
    real *g = alloc_zeroed(n, sizeof *g);
    for (int64_t step = 0; step < stall->steps; step++) {
        Rng rng = rng_stream(stall->seed, (uint32_t)step, RNG_NOISE);
        rng_fill_normal(&rng, stall->numbers, sqrt(stall->truth / stall->batch), normal);
        for (size_t k = 0; k < n; k++) g[k] = (real)normal[k];
        backend->upload(backend, n * sizeof *g, g, slope);
        optimizer_step(optimizer, 0.0);
    }
    free(g);
    free(normal);
}

ObservedCurvature stall_measure(const Stall *stall, Backend *backend)
{
    int64_t n = stall->numbers;
    real *x = backend->alloc(backend, 2 * (size_t)n * sizeof *x);
    Parameter item = {.name = "x",
                      .group = GROUP_VECTOR,
                      .value = matrix_of(x, 1, n),
                      .gradient = matrix_of(x + n, 1, n)};
    ParameterTable table = {1, &item, n, 0, x, x + n};
    char *text = format_text("rf_rmsprop:beta2=%.17g,batch=%.17g,momentum=0,state=%s",
                             1.0 - stall->forget, stall->batch, stall->state);
    Optimizer *optimizer = optimizer_create(text, backend, &table);
    walk(stall, backend, optimizer, table.gradients);
    ObservedCurvature seen = optimizer_observe(optimizer, NULL, NULL);
    optimizer_free(optimizer);
    backend->release(backend, x);
    free(text);
    return seen;
}

double stall_expected(const Stall *stall)
{
    double left = exp((double)stall->steps * log1p(-stall->forget));
    return left + (1.0 - left) * stall->truth;
}
