#include "solve/probe.h"

#include "base/die.h"
#include "solve/step.h"

#include <assert.h>
#include <stdlib.h>

enum { WINDOW = 2 * PROBE_LONGEST_PERIOD };
static const double diverged_distance = 1e30, floor_distance = 1e-10, approach_ratio = 0.9;
static const double period_tolerance = 1e-6;

/* Plain gradient descent with the last WINDOW iterates kept. */
typedef struct {
    Objective *objective;
    int64_t n;
    double *ring; /* WINDOW vectors; iterate t is vector t % WINDOW */
    double *g;
} Descent;

static Descent descent_create(Objective *objective)
{
    int64_t n = objective->dimension;
    double *memory = alloc_zeroed((size_t)(n * (WINDOW + 1)), sizeof *memory);
    return (Descent){objective, n, memory, memory + n * WINDOW};
}

static double *iterate(const Descent *descent, int64_t t)
{
    return descent->ring + (t % WINDOW) * descent->n;
}

static void descend(Descent *descent, int64_t t, double rate)
{
    const double *now = iterate(descent, t);
    double *next = iterate(descent, t + 1);
    descent->objective->gradient(descent->objective, now, descent->g);
    for (int64_t i = 0; i < descent->n; i++) next[i] = now[i] - rate * descent->g[i];
}

/* Largest |w_t - w_{t-lag}| over the `count` last steps. */
static double largest_move(const Descent *descent, int64_t last, int64_t lag, int64_t count)
{
    double largest = 0.0;
    for (int64_t t = last; t > last - count; t--)
        largest = fmax(largest,
                       vector_distance(descent->n, iterate(descent, t), iterate(descent, t - lag)));
    return largest;
}

static int find_period(const Descent *descent, int64_t last, double amplitude)
{
    for (int period = 2; period <= PROBE_LONGEST_PERIOD; period++)
        if (largest_move(descent, last, period, PROBE_LONGEST_PERIOD) <=
            period_tolerance * amplitude)
            return period;
    return 0;
}

static double find_amplitude(const Descent *descent, int64_t last)
{
    double amplitude = 0.0;
    for (int64_t t = last - WINDOW + 1; t < last; t++)
        amplitude = fmax(amplitude,
                         vector_distance(descent->n, iterate(descent, t), iterate(descent, last)));
    return amplitude;
}

/* before, distance: the largest distances of the third and of the last quarter. */
static Outcome outcome_of(const ProbeResult *result, double before, double scale, double tolerance)
{
    double distance = result->distance;
    bool grows = distance > fmax(before, floor_distance * scale);
    if (distance <= tolerance * scale && !grows) return OUTCOME_REACHED;
    if (distance <= approach_ratio * before || result->amplitude == 0.0) return OUTCOME_SPENT;
    return OUTCOME_CYCLING;
}

ProbeResult probe_rate(Objective *objective, const ProbeTask *task)
{
    Descent descent = descent_create(objective);
    ProbeResult result = {.outcome = OUTCOME_DIVERGED, .closest = INFINITY};
    int64_t steps = task->steps > 0 ? task->steps : PROBE_STEPS, t = 0;
    assert(steps >= 4 * WINDOW);
    if (task->start) vector_copy(descent.n, task->start, iterate(&descent, 0));
    double before = 0.0, distance = 0.0;
    for (; t < steps && distance <= diverged_distance; t++) {
        descend(&descent, t, task->rate);
        distance = vector_distance(descent.n, iterate(&descent, t + 1), task->minimiser);
        if (t >= steps - steps / 4)
            result.distance = fmax(result.distance, distance);
        else if (t >= steps / 2)
            before = fmax(before, distance);
        result.closest = fmin(result.closest, distance);
    }
    result.steps = t;
    if (distance <= diverged_distance) { /* false for NaN too */
        double scale = 1.0 + vector_norm(descent.n, task->minimiser);
        double tolerance = task->tolerance > 0.0 ? task->tolerance : 1e-6;
        result.amplitude = find_amplitude(&descent, t);
        result.outcome = outcome_of(&result, before, scale, tolerance);
        if (result.outcome == OUTCOME_CYCLING)
            result.period = find_period(&descent, t, result.amplitude);
    } else {
        result.distance = distance;
    }
    free(descent.ring);
    return result;
}

static void perturb(const double *minimiser, double perturbation, int64_t n, double *w)
{
    double length = perturbation * (1.0 + vector_norm(n, minimiser)) / sqrt((double)n);
    for (int64_t i = 0; i < n; i++) w[i] = minimiser[i] + length * cos((double)(i + 1));
}

/* Does GD shrink the gradient near the minimiser? w: start, and room. */
static bool converges(Descent *descent, double rate)
{
    double first = 0.0, half = 0.0, now = 0.0;
    for (int64_t t = 0; t < PROBE_STEPS; t++) {
        descend(descent, t, rate);
        now = vector_norm(descent->n, descent->g);
        if (t == 0) first = now;
        if (t == PROBE_STEPS / 2) half = now;
        if (now <= 1e-3 * first) return true;
        if (!(now <= 1e3 * first)) return false;
    }
    return now < half;
}

double probe_local_threshold(Objective *objective, const double *minimiser, double low, double high,
                             double perturbation)
{
    Descent descent = descent_create(objective);
    double ends[2] = {low, high}, threshold = NAN;
    bool converged[2];
    for (int end = 0; end < 2; end++) {
        perturb(minimiser, perturbation, descent.n, iterate(&descent, 0));
        converged[end] = converges(&descent, ends[end]);
    }
    if (converged[0] && !converged[1]) {
        while (high - low > 1e-5 * low) {
            double middle = 0.5 * (low + high);
            perturb(minimiser, perturbation, descent.n, iterate(&descent, 0));
            if (converges(&descent, middle))
                low = middle;
            else
                high = middle;
        }
        threshold = 0.5 * (low + high);
    }
    free(descent.ring);
    return threshold;
}
