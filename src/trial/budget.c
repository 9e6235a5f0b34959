#include "trial/budget.h"

#include <math.h>

/* Where the first step was disturbed and took longer, the trial's own mean says more. */
double budget_run_s(double first_s, double trial_s, int64_t trial_steps, int64_t steps)
{
    double step_s = (trial_s - first_s) / (double)(trial_steps - 1);
    if (!(step_s > 0.0)) return trial_s / (double)trial_steps * (double)steps;
    return first_s + (double)(steps - 1) * step_s;
}

static double jobs_of(const Budget *budget)
{
    return budget->jobs > 1 ? (double)budget->jobs : 1.0;
}

void budget_share(const Budget *budget, double budget_s, int64_t runs[])
{
    double share_s = jobs_of(budget) * budget_s / (double)budget->count;
    for (int64_t k = 0; k < budget->count; k++) {
        double bought = floor(share_s / budget->run_s[k]) - (double)budget->beside;
        runs[k] = (int64_t)fmin(fmax(bought, 0.0), 1e9);
    }
}

double budget_least_s(const Budget *budget, int64_t least)
{
    double slowest_s = 0.0;
    for (int64_t k = 0; k < budget->count; k++) slowest_s = fmax(slowest_s, budget->run_s[k]);
    return (double)budget->count * (double)(budget->beside + least) * slowest_s / jobs_of(budget);
}

double budget_own_s(const Budget *budget, int64_t contestant, int64_t runs)
{
    return (double)(runs + budget->beside) * budget->run_s[contestant] / jobs_of(budget);
}

double budget_seeds_s(const Budget *budget, double seeds)
{
    double all_s = 0.0;
    for (int64_t k = 0; k < budget->count; k++) all_s += budget->run_s[k];
    return seeds * all_s / jobs_of(budget);
}
