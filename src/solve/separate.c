#include "solve/separate.h"

#include "base/die.h"
#include "compute/rowpass.h"
#include "objective/logistic.h"

#include <math.h>
#include <stdlib.h>

static Objective *unregularised(const Design *design) { return logistic_create(design, 0.0); }

/* The perceptrons take the same sides at any rate. */
static const SeparateKind kinds[] = {
    {"gd_unit", "Gradient descent, 1", "gd", unregularised, 1.0},
    {"gd_huge", "Gradient descent, 2^{16}", "gd", unregularised, 65536.0},
    {"adaptive", "Risk-adaptive", "adaptive_logistic", unregularised, 1.0},
    {"exponential", "Exponential loss, 1/loss", "gd", log_exponential_create, 1.0},
    {"normalised", "Normalised gradient", "gd_normalised", unregularised, 1.0},
    {"batch_perceptron", "Batch perceptron", "gd", perceptron_create, 1.0},
    {"perceptron", "Perceptron", "perceptron", unregularised, 1.0},
};

int separate_count(void) { return (int)(sizeof kinds / sizeof *kinds); }

const SeparateKind *separate_at(int index) { return &kinds[index]; }

typedef struct {
    const Design *design;
    double *z; /* margins */
} Sides;

static bool all_right(void *context, const Solver *solver)
{
    const Sides *sides = context;
    rowpass_margins(sides->design, solver->w, sides->z);
    for (int64_t i = 0; i < sides->design->rows; i++)
        if (!(sides->z[i] > 0.0)) return false;
    return true;
}

SolveResult separate_run(const SeparateKind *kind, const Design *design, int64_t max_steps)
{
    Objective *objective = kind->create(design);
    Sides sides = {design, alloc_zeroed((size_t)design->rows, sizeof(double))};
    SolveTask task = {.rate = kind->rate,
                      .optimum = NAN,
                      .target_value = -INFINITY,
                      .max_steps = max_steps,
                      .observer = {.context = &sides, .stop = all_right}};
    SolveResult result = solve_run(solver_kind(kind->solver), objective, &task, NULL);
    free(sides.z);
    objective->destroy(objective);
    return result;
}
