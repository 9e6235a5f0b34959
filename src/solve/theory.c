#include "solve/theory.h"

#include "base/die.h"
#include "compute/blas.h"
#include "compute/rowpass.h"

#include <math.h>
#include <stdlib.h>

CriticalScale theory_critical_scale(double critical, double lambda, double gamma)
{
    return (CriticalScale){.constant = critical * lambda * log(1.0 / lambda),
                           .lowest = gamma * gamma,
                           .smallness = 100.0 * lambda / (gamma * gamma)};
}

double theory_stable_steps(double first, double target, double lambda, double rate)
{
    return log(first / target) / (lambda * rate);
}

double theory_budget_bound(double gamma, double steps)
{
    double scale = pow(gamma, 4.0) * steps * steps;
    return 480.0 * pow(log(scale), 2.0) / scale;
}

double theory_budget_least(double gamma, double n)
{
    return 120.0 * fmax(exp(1.0), n) / (gamma * gamma);
}

double theory_transition_bound(double gamma, double rate, double n)
{
    double ratio = (rate + n) / rate;
    double longest = fmax(fmax(rate, n), fmax(exp(1.0), ratio * log(ratio)));
    return 60.0 / (gamma * gamma) * longest;
}

double theory_risk(double gamma, double n) { return log(n) / (gamma * gamma * n); }

double theory_separation_steps(double gamma) { return 1.0 / (gamma * gamma); }

double theory_perceptron_updates(const Design *design, double gamma)
{
    double longest = design_longest_row(design);
    return longest * longest / (gamma * gamma);
}

static double row_weight(const Design *design, int64_t row)
{
    return design->weight ? design->weight[row] : 1.0;
}

/* mean (cols) = (1/n) sum weight_i a_i. */
static void mean_row(const Design *design, double *mean)
{
    double *share = alloc_zeroed((size_t)design->rows, sizeof *share);
    for (int64_t i = 0; i < design->rows; i++) share[i] = row_weight(design, i) / design->total;
    rowpass_combine(design, share, mean);
    free(share);
}

/* Share of the rows, by weight, whose margin z is at most `margin`. */
static double share_below(const Design *design, const double *z, double margin)
{
    double weight = 0.0;
    for (int64_t i = 0; i < design->rows; i++)
        if (z[i] <= margin) weight += row_weight(design, i);
    return weight / design->total;
}

double theory_monotone_bound(const Design *design)
{
    double *mean = alloc_zeroed((size_t)design->cols, sizeof *mean);
    double *z = alloc_zeroed((size_t)design->rows, sizeof *z);
    mean_row(design, mean);
    rowpass_margins(design, mean, z);
    double bound = INFINITY;
    for (int64_t i = 0; i < design->rows; i++)
        if (z[i] < 0.0)
            bound = fmin(bound, 2.0 * log(2.0) / (-z[i] * share_below(design, z, z[i])));
    free(z);
    free(mean);
    return bound;
}

SaturatedCycle theory_saturated_cycle(const Design *design, double lambda, double rate)
{
    double *mean = alloc_zeroed((size_t)design->cols, sizeof *mean);
    mean_row(design, mean);
    double contraction = 1.0 - rate * lambda;
    double right = rate * blas_norm(design->cols, mean) / (1.0 - contraction * contraction);
    free(mean);
    return (SaturatedCycle){.right = right, .left = -contraction * right};
}
