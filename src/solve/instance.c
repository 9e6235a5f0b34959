#include "solve/instance.h"

#include "base/die.h"
#include "objective/logistic.h"

#include <math.h>
#include <stdlib.h>

/* Wide enough for the hardest of our sets; a pass costs rows x cols multiplications. */
enum { MARGIN_ITERATIONS = 20000 };
static const double margin_tolerance = 1e-3;

Instance *instance_create(Design *design, double lambda, int needs)
{
    Instance *instance = alloc_zeroed(1, sizeof *instance);
    instance->design = design;
    instance->objective = logistic_create(design, lambda);
    instance->optimum = NAN;
    instance->facts = (RateFacts){.smooth = instance->objective->smooth,
                                  .strong = lambda,
                                  .lambda = lambda,
                                  .gamma = NAN,
                                  .critical = NAN,
                                  .samples = design->total,
                                  .budget = NAN};
    if (needs & INSTANCE_MARGIN) {
        instance->margin = margin_find(design, margin_tolerance, MARGIN_ITERATIONS, NULL);
        instance->facts.gamma = fmax(instance->margin.low, 0.0);
    }
    if (needs & INSTANCE_MINIMISER) {
        instance->minimiser = alloc_zeroed((size_t)design->cols, sizeof *instance->minimiser);
        instance->optimum = logistic_minimise(design, lambda, instance->minimiser);
        instance->facts.critical = logistic_critical_rate(design, lambda, instance->minimiser);
    }
    return instance;
}

void instance_free(Instance *instance)
{
    if (!instance) return;
    free(instance->minimiser);
    instance->objective->destroy(instance->objective);
    design_free(instance->design);
    free(instance);
}
