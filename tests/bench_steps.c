/* How long is one step of gradient descent on three rows of three numbers?
 *
 *   bench_steps [ROWS.csv]
 *
 * Most trials of large_stepsize are such runs, millions of steps long. The whole loop is
 * timed: gradient, step, judging. The other half of a pair is the time allowed. */
#include "bench_pairs.h"
#include "objective/logistic.h"
#include "objective/sets.h"
#include "solve/solve.h"

#include <math.h>

enum { STEPS = 1000000, PAIRS = 9 };
static const double allowed_s = 0.2e-6;

static double time_step(void *context)
{
    SolveTask task = {.rate = 10.0, .optimum = NAN, .target_value = -INFINITY, .max_steps = STEPS};
    double start = clock_s();
    solve_run(solver_kind("gd"), context, &task, NULL);
    return (clock_s() - start) / STEPS;
}

static double allowed(void *context)
{
    (void)context;
    return allowed_s;
}

int main(int argc, char **argv)
{
    FILE *csv = pairs_open(argc, argv);
    Design *design = set_open("hard", "", rng_stream(1000, 0, RNG_DATA));
    Objective *objective = logistic_create(design, 1e-3);
    Pairs pairs = pairs_measure(PAIRS, time_step, objective, allowed, NULL);
    pairs_report(csv, "gradient descent step 3 x 3", "the time allowed", pairs, 1.0);
    objective->destroy(objective);
    design_free(design);
    if (csv) fclose(csv);
    return 0;
}
