#include "trial/budget.h"

#include <math.h>

/* Where the first step was disturbed and took longer, the trial's own mean says more. */
double budget_run_s(double first_s, double trial_s, int64_t trial_steps, int64_t steps)
{
    double step_s = (trial_s - first_s) / (double)(trial_steps - 1);
    if (!(step_s > 0.0)) return trial_s / (double)trial_steps * (double)steps;
    return first_s + (double)(steps - 1) * step_s;
}

typedef struct {
    double runs, all_s, slowest_s;
} Stage;

static void add(Stage *stage, double runs, double run_s)
{
    if (!(runs > 0.0)) return;
    stage->runs += runs;
    stage->all_s += runs * run_s;
    stage->slowest_s = fmax(stage->slowest_s, run_s);
}

/* NaN where a time is. */
static double stage_s(const Budget *budget, Stage stage)
{
    if (stage.runs == 0.0) return 0.0;
    double jobs = budget->jobs > 1 ? (double)budget->jobs : 1.0;
    double even_s = ceil(stage.runs / jobs) * (stage.all_s / stage.runs);
    return even_s < stage.slowest_s ? stage.slowest_s : even_s;
}

double budget_search_s(const Budget *budget, const int64_t runs[])
{
    Stage search = {0};
    for (int64_t k = 0; k < budget->count; k++) add(&search, (double)runs[k], budget->run_s[k]);
    return stage_s(budget, search);
}

double budget_seeds_s(const Budget *budget, double seeds)
{
    Stage reports = {0};
    for (int64_t k = 0; k < budget->count; k++) add(&reports, seeds, budget->run_s[k]);
    return stage_s(budget, reports);
}

double budget_beside_s(const Budget *budget)
{
    Stage finals = {0};
    for (int64_t k = 0; k < budget->count; k++)
        if (!budget->is_settled[k]) add(&finals, (double)budget->finals, budget->run_s[k]);
    return stage_s(budget, finals) + budget_seeds_s(budget, (double)budget->seeds);
}

/* The slowest of those that are not told from it. */
static double length_of(const Budget *budget, int64_t contestant)
{
    double length_s = budget->run_s[contestant];
    for (int64_t k = 0; k < budget->count; k++)
        if (budget->run_s[k] <= BUDGET_ALIKE * budget->run_s[contestant])
            length_s = fmax(length_s, budget->run_s[k]);
    return length_s;
}

/* Runs of the fastest over those of a contestant. */
static double handicap(const Budget *budget, int64_t contestant)
{
    double fastest_s = INFINITY;
    for (int64_t k = 0; k < budget->count; k++) fastest_s = fmin(fastest_s, length_of(budget, k));
    return length_of(budget, contestant) / fastest_s;
}

/* n = most. 1e-9: a whole quotient may be rounded to below it. */
static void deal(const Budget *budget, int64_t most, int64_t runs[])
{
    for (int64_t k = 0; k < budget->count; k++)
        runs[k] =
            budget->is_settled[k] ? 1 : (int64_t)floor((double)most / handicap(budget, k) + 1e-9);
}

void budget_share(const Budget *budget, double budget_s, int64_t runs[])
{
    int64_t fits = 0, too_many = 1000000000;
    while (too_many - fits > 1) {
        int64_t most = fits + (too_many - fits) / 2;
        deal(budget, most, runs);
        bool is_room = budget_search_s(budget, runs) + budget_beside_s(budget) <= budget_s;
        *(is_room ? &fits : &too_many) = most;
    }
    deal(budget, fits, runs);
}

double budget_least_s(const Budget *budget, int64_t least, int64_t runs[])
{
    double most = (double)least;
    for (int64_t k = 0; k < budget->count; k++)
        if (!budget->is_settled[k])
            most = fmax(most, ceil((double)least * handicap(budget, k) - 1e-9));
    deal(budget, (int64_t)most, runs);
    return budget_search_s(budget, runs) + budget_beside_s(budget);
}
