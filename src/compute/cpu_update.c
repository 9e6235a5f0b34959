#include "compute/cpu.h"
#include "compute/rules_update.h"

enum { BLOCK = 1 << 13 }; /* numbers: five arrays of them fit a second-level cache */

typedef void Loop(StepConstants k, real decay, int64_t n, const real *restrict g, real *restrict x,
                  real *restrict m, real *restrict v);

/* One loop per rule over parameters in order. State that a rule has not is NULL and not touched. */
static void loop_sgd(StepConstants k, real decay, int64_t n, const real *restrict g,
                     real *restrict x, real *restrict m, real *restrict v)
{
    (void)m, (void)v;
    for (int64_t i = 0; i < n; i++) x[i] = rule_sgd(&k, decay, x[i], g[i]);
}

static void loop_momentum(StepConstants k, real decay, int64_t n, const real *restrict g,
                          real *restrict x, real *restrict m, real *restrict v)
{
    (void)v;
    for (int64_t i = 0; i < n; i++) x[i] = rule_momentum(&k, decay, x[i], g[i], &m[i]);
}

static void loop_momentum_half(StepConstants k, real decay, int64_t n, const real *restrict g,
                               real *restrict x, real *restrict m, real *restrict v)
{
    (void)v;
    for (int64_t i = 0; i < n; i++) x[i] = rule_momentum_half(&k, decay, x[i], g[i], &m[i]);
}

static void loop_nesterov(StepConstants k, real decay, int64_t n, const real *restrict g,
                          real *restrict x, real *restrict m, real *restrict v)
{
    (void)v;
    for (int64_t i = 0; i < n; i++) x[i] = rule_nesterov(&k, decay, x[i], g[i], &m[i]);
}

static void loop_sign(StepConstants k, real decay, int64_t n, const real *restrict g,
                      real *restrict x, real *restrict m, real *restrict v)
{
    (void)v;
    for (int64_t i = 0; i < n; i++) x[i] = rule_sign(&k, decay, x[i], g[i], &m[i]);
}

static void loop_rmsprop(StepConstants k, real decay, int64_t n, const real *restrict g,
                         real *restrict x, real *restrict m, real *restrict v)
{
    (void)v;
    for (int64_t i = 0; i < n; i++) x[i] = rule_rmsprop(&k, decay, x[i], g[i], &m[i]);
}

static void loop_rmsprop_momentum(StepConstants k, real decay, int64_t n, const real *restrict g,
                                  real *restrict x, real *restrict m, real *restrict v)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = rule_rmsprop_momentum(&k, decay, x[i], g[i], &m[i], &v[i]);
}

static void loop_adam(StepConstants k, real decay, int64_t n, const real *restrict g,
                      real *restrict x, real *restrict m, real *restrict v)
{
    for (int64_t i = 0; i < n; i++) x[i] = rule_adam(&k, decay, x[i], g[i], &m[i], &v[i]);
}

static void loop_adamw(StepConstants k, real decay, int64_t n, const real *restrict g,
                       real *restrict x, real *restrict m, real *restrict v)
{
    for (int64_t i = 0; i < n; i++) x[i] = rule_adamw(&k, decay, x[i], g[i], &m[i], &v[i]);
}

static void loop_rf_rmsprop(StepConstants k, real decay, int64_t n, const real *restrict g,
                            real *restrict x, real *restrict m, real *restrict v)
{
    for (int64_t i = 0; i < n; i++) x[i] = rule_rf_rmsprop(&k, decay, x[i], g[i], &m[i], &v[i]);
}

static void loop_rf_rmsprop_given(StepConstants k, real decay, int64_t n, const real *restrict g,
                                  real *restrict x, real *restrict m, real *restrict v)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = rule_rf_rmsprop_given(&k, decay, x[i], g[i], &m[i], &v[i]);
}

static void loop_rf_rmsprop_half(StepConstants k, real decay, int64_t n, const real *restrict g,
                                 real *restrict x, real *restrict m, real *restrict v)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = rule_rf_rmsprop_half(&k, decay, x[i], g[i], &m[i], &v[i]);
}

static void loop_rf_rmsprop_dithered(StepConstants k, real decay, int64_t n, const real *restrict g,
                                     real *restrict x, real *restrict m, real *restrict v)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = rule_rf_rmsprop_dithered(&k, decay, x[i], g[i], &m[i], &v[i]);
}

static void loop_rf_adamw(StepConstants k, real decay, int64_t n, const real *restrict g,
                          real *restrict x, real *restrict m, real *restrict v)
{
    for (int64_t i = 0; i < n; i++) x[i] = rule_rf_adamw(&k, decay, x[i], g[i], &m[i], &v[i]);
}

static void loop_adam_power(StepConstants k, real decay, int64_t n, const real *restrict g,
                            real *restrict x, real *restrict m, real *restrict v)
{
    for (int64_t i = 0; i < n; i++) x[i] = rule_adam_power(&k, decay, x[i], g[i], &m[i], &v[i]);
}

static void loop_schedule_free(StepConstants k, real decay, int64_t n, const real *restrict g,
                               real *restrict x, real *restrict m, real *restrict v)
{
    for (int64_t i = 0; i < n; i++) x[i] = rule_schedule_free(&k, decay, x[i], g[i], &m[i], &v[i]);
}

static Loop *const loops[UPDATE_KINDS] = {
    [UPDATE_SGD] = loop_sgd,
    [UPDATE_MOMENTUM] = loop_momentum,
    [UPDATE_MOMENTUM_HALF] = loop_momentum_half,
    [UPDATE_NESTEROV] = loop_nesterov,
    [UPDATE_SIGN] = loop_sign,
    [UPDATE_RMSPROP] = loop_rmsprop,
    [UPDATE_ADAM] = loop_adam,
    [UPDATE_ADAMW] = loop_adamw,
    [UPDATE_RF_RMSPROP] = loop_rf_rmsprop,
    [UPDATE_RF_RMSPROP_GIVEN] = loop_rf_rmsprop_given,
    [UPDATE_RF_RMSPROP_HALF] = loop_rf_rmsprop_half,
    [UPDATE_RF_RMSPROP_DITHERED] = loop_rf_rmsprop_dithered,
    [UPDATE_RF_ADAMW] = loop_rf_adamw,
    [UPDATE_ADAM_POWER] = loop_adam_power,
    [UPDATE_SCHEDULE_FREE] = loop_schedule_free,
};

/* No number depends on another: blocks only share the work. */
void cpu_update(Backend *backend, UpdateKind kind, const StepConstants *k, real decay, int64_t n,
                const real *g, real *x, real *slot[UPDATE_SLOTS])
{
    (void)backend;
    real *m = slot[0], *v = slot[1];
    Loop *loop = kind == UPDATE_RMSPROP && v ? loop_rmsprop_momentum : loops[kind];
    int64_t blocks = (n + BLOCK - 1) / BLOCK;
#pragma omp parallel for schedule(static) if (n >= CPU_FORK)
    for (int64_t b = 0; b < blocks; b++) {
        int64_t first = b * BLOCK, count = n - first < BLOCK ? n - first : BLOCK;
        loop(*k, decay, count, g + first, x + first, m ? m + first : NULL, v ? v + first : NULL);
    }
}
