#include "solve/advice.h"

#include "base/clock.h"
#include "base/die.h"
#include "objective/logistic.h"
#include "solve/method.h"
#include "solve/separability.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    LARGEST_HESSIAN = 2000,
    FEWEST = 300,
    MOST = 50000,
    FEWEST_PASSES = 50,
    MOST_PASSES = 20000
};

static const char recommended_method[] = "gd_recommended";

/* Multiplications of one run, and of the search for the margin: seconds on one core. */
static const double run_work = 5e8, margin_work = 5e9;

static double elements(const Design *design)
{
    bool sparse = design->storage == DESIGN_SPARSE;
    return (double)(sparse ? design->row_start[design->rows] : design->rows * design->cols);
}

static int64_t limited(double count, int64_t fewest, int64_t most)
{
    return (int64_t)fmin(fmax(count, (double)fewest), (double)most);
}

/* A pass also solves in its corral, which holds up to cols + 1 rows. */
static int64_t margin_passes(const Design *design)
{
    double cols = (double)design->cols, corral = fmin(cols, (double)design->rows);
    return limited(margin_work / (elements(design) + 2.0 * corral * (corral + cols)), FEWEST_PASSES,
                   MOST_PASSES);
}

static void find_margin(Instance *instance)
{
    instance->margin = separability_find(instance->design, instance->facts.lambda,
                                         instance->minimiser, margin_passes(instance->design));
    bool separable = instance->margin.verdict == MARGIN_SEPARABLE;
    instance->facts.gamma = separable ? instance->margin.low : NAN;
}

static bool is_possible(const Method *method, const Instance *instance)
{
    if (solver_kind(method->solver)->needs_matrix && instance->design->cols > LARGEST_HESSIAN)
        return false;
    return !method->rule || method_rate(method, instance) > 0.0;
}

static AdviceRun run_within(const Advice *advice, const Method *method, int64_t budget)
{
    const Instance *instance = advice->instance;
    AdviceRun run = {.method = method->name, .budget = budget};
    run.possible = is_possible(method, instance);
    run.rate = method_rate(method, instance);
    if (!run.possible) return run;
    SolveTask task = {.target_gap = advice->task.epsilon * instance->optimum,
                      .target_value = -INFINITY,
                      .max_steps = budget,
                      .max_gradients = budget};
    double start = clock_s();
    run.run = method_run(method, instance, task, NULL, NULL);
    run.seconds = clock_s() - start;
    if (method->choice != METHOD_RULE) run.rate = run.run.rate;
    return run;
}

Advice *advice_create(Design *design, AdviceTask task)
{
    Advice *advice = alloc_zeroed(1, sizeof *advice);
    int64_t patience = task.max_gradients == 0 ? ADVICE_PATIENCE : 1;
    advice->scale = fabs(design->factor[0]);
    if (!(task.lambda > 0.0)) task.lambda = 1.0 / design->total;
    if (task.max_gradients == 0)
        task.max_gradients = limited(run_work / elements(design), FEWEST, MOST);
    advice->task = task;
    advice->instance = instance_create(design, task.lambda, INSTANCE_MINIMISER);
    advice->condition = advice->instance->facts.smooth / task.lambda;
    if (isnan(advice->instance->optimum)) return advice;
    find_margin(advice->instance);
    advice->recommended =
        run_within(advice, method_named(recommended_method), patience * task.max_gradients);
    return advice;
}

void advice_free(Advice *advice)
{
    if (!advice) return;
    instance_free(advice->instance);
    free(advice);
}

AdviceRun advice_try(const Advice *advice, const char *name)
{
    if (strcmp(name, recommended_method) == 0) return advice->recommended;
    return run_within(advice, method_named(name), advice->task.max_gradients);
}

double advice_own_rate(const Advice *advice, double rate)
{
    return rate * advice->scale * advice->scale;
}

double advice_own_lambda(const Advice *advice)
{
    return advice->task.lambda / (advice->scale * advice->scale);
}

void advice_own_weights(const Advice *advice, double *v)
{
    const Instance *instance = advice->instance;
    for (int64_t j = 0; j < instance->design->cols; j++)
        v[j] = advice->scale * instance->minimiser[j];
}

bool advice_coexistence(const Advice *advice)
{
    return advice->instance->facts.critical * advice->task.lambda > 1.0;
}
