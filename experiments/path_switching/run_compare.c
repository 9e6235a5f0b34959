/* What the releases of a run say, over its seeds. */
#include "run.h"

#include "base/die.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const RunRelease *run_release(const RunReport *report, int64_t seed, int paradigm, int version)
{
    const Plan *plan = report->plan;
    return &report->release[seed * plan->path_count + plan_path(plan, paradigm, version)];
}

static double *losses_of(const RunReport *report, int paradigm, int version)
{
    double *loss = alloc_zeroed((size_t)report->options->seeds, sizeof *loss);
    for (int64_t s = 0; s < report->options->seeds; s++)
        loss[s] = run_release(report, s, paradigm, version)->loss;
    return loss;
}

double run_loss(const RunReport *report, int paradigm, int version)
{
    double *loss = losses_of(report, paradigm, version),
           mean = stats_mean(report->options->seeds, loss);
    free(loss);
    return mean;
}

static int find_ptfs(const Plan *plan)
{
    for (int k = 0; k < plan->paradigm_count; k++)
        if (!strcmp(paradigm_name(plan->paradigm[k]), "ptfs")) return k;
    return -1;
}

Interval run_gap(const RunReport *report, int paradigm, int version)
{
    int ptfs = find_ptfs(report->plan);
    if (ptfs < 0) return (Interval){NAN, NAN, NAN};
    double *gap = losses_of(report, paradigm, version), *base = losses_of(report, ptfs, version);
    for (int64_t s = 0; s < report->options->seeds; s++) gap[s] -= base[s];
    Interval interval = stats_t_interval(report->options->seeds, gap, RUN_LEVEL);
    free(gap);
    free(base);
    return interval;
}

bool run_has_diverged(const RunReport *report, int paradigm, int version)
{
    for (int64_t s = 0; s < report->options->seeds; s++)
        if (run_release(report, s, paradigm, version)->outcome == OUTCOME_DIVERGED) return true;
    return false;
}

Account run_account(const RunReport *report, int paradigm, int version)
{
    return account_paradigm(report->plan, paradigm, version, &report->size);
}
