#include "trial/budget.h"

#include <math.h>

/* A first step may take longer than all others (memory is touched for the first time): then the
 * trial's own mean says more. */
double budget_run_s(double first_s, double trial_s, int64_t trial_steps, int64_t steps)
{
    double step_s = (trial_s - first_s) / (double)(trial_steps - 1);
    if (!(step_s > 0.0)) return trial_s / (double)trial_steps * (double)steps;
    return first_s + (double)(steps - 1) * step_s;
}

void budget_share(double budget_s, int64_t count, const double run_s[], int64_t seeds,
                  int64_t runs[])
{
    for (int64_t k = 0; k < count; k++) {
        double bought = floor(budget_s / (double)count / run_s[k]) - (double)seeds;
        runs[k] = (int64_t)fmin(fmax(bought, 0.0), 1e9);
    }
}

double budget_least_s(int64_t count, const double run_s[], int64_t seeds, int64_t least)
{
    double slowest = 0.0;
    for (int64_t k = 0; k < count; k++) slowest = fmax(slowest, run_s[k]);
    return (double)count * (double)(seeds + least) * slowest;
}

double budget_total_s(int64_t count, const double run_s[], int64_t seeds, const int64_t runs[])
{
    double total = 0.0;
    for (int64_t k = 0; k < count; k++) total += (double)(runs[k] + seeds) * run_s[k];
    return total;
}
