#include "solve/edge.h"

#include "base/grid.h"
#include "solve/probe.h"

#include <math.h>
#include <stddef.h>

enum { SCAN_RATES = 200 };
static const double resolution = 1e-4;

typedef struct {
    Objective *objective;
    const double *minimiser;
} Subject;

typedef bool Fails(const Subject *subject, double rate);

/* At eta = (2 - d)/lambda the saturated cycle has F <= 1/(2 lambda d²): below the bound for
 * d > 7e-5. At (2 + d)/lambda |w|² grows by e^(2 d PROBE_STEPS): beyond it for d > 5e-4. */
static bool blows_up(const Subject *subject, double rate)
{
    double strong = subject->objective->strong;
    SolveTask task = {.rate = rate,
                      .optimum = NAN,
                      .max_steps = PROBE_STEPS,
                      .give_up_value = 1e8 / strong,
                      .target_value = -INFINITY};
    return solve_run(solver_kind("gd"), subject->objective, &task, NULL).outcome ==
           OUTCOME_DIVERGED;
}

static bool misses(const Subject *subject, double rate)
{
    ProbeTask task = {.rate = rate, .minimiser = subject->minimiser};
    return probe_rate(subject->objective, &task).outcome != OUTCOME_REACHED;
}

/* low does not fail, high does. */
static double bisect(Fails *fails, const Subject *subject, double low, double high)
{
    while (high - low > resolution * low) {
        double middle = 0.5 * (low + high);
        if (fails(subject, middle))
            high = middle;
        else
            low = middle;
    }
    return high;
}

double edge_blow_up(Objective *objective, double low, double high)
{
    Subject subject = {objective, NULL};
    if (blows_up(&subject, low) || !blows_up(&subject, high)) return NAN;
    return bisect(blows_up, &subject, low, high);
}

double edge_first_failure(Objective *objective, const double *minimiser, double low, double high)
{
    Subject subject = {objective, minimiser};
    if (misses(&subject, low)) return low;
    for (int64_t k = 1; k < SCAN_RATES; k++) {
        double rate = grid_log(low, high, k, SCAN_RATES);
        if (misses(&subject, rate))
            return bisect(misses, &subject, grid_log(low, high, k - 1, SCAN_RATES), rate);
    }
    return NAN;
}
