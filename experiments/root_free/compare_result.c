/* What the runs say. */
#include "compare.h"

#include "base/die.h"
#include "base/stats.h"

#include <math.h>
#include <stdlib.h>

static bool has_failed(const CompareRun *run) { return run->result.outcome == OUTCOME_DIVERGED; }

double compare_validation(const Comparison *comparison, const CompareRun *run)
{
    if (has_failed(run)) return INFINITY;
    return comparison->data->is_text ? run->result.validation_loss : run->result.validation_error;
}

int64_t compare_best(const Comparison *comparison, const Contestant *contestant)
{
    int64_t best = -1;
    for (int64_t k = 0; k < contestant->found; k++) {
        const CompareRun *run = &contestant->search[k];
        if (has_failed(run)) continue;
        const CompareRun *lowest = best < 0 ? NULL : &contestant->search[best];
        double here = compare_validation(comparison, run),
               there = lowest ? compare_validation(comparison, lowest) : INFINITY;
        bool is_lower =
            here < there || (lowest && here == there &&
                             run->result.validation_loss < lowest->result.validation_loss);
        if (is_lower) best = k;
    }
    return best;
}

SearchSummary compare_search(const Comparison *comparison, const Contestant *contestant)
{
    double *judged = alloc_zeroed((size_t)contestant->found + 1, sizeof *judged);
    SearchSummary summary = {0};
    for (int64_t k = 0; k < contestant->found; k++) {
        judged[k] = compare_validation(comparison, &contestant->search[k]);
        summary.failed += has_failed(&contestant->search[k]);
    }
    summary.best = stats_quantile(contestant->found, judged, 0.0);
    summary.median = stats_quantile(contestant->found, judged, 0.5);
    free(judged);
    return summary;
}

static double tested(const Comparison *comparison, const CompareRun *run)
{
    if (has_failed(run)) return NAN;
    return comparison->data->is_text ? run->result.test_loss : run->result.test_error;
}

/* Seeds that everyone has who has a configuration to report. */
static int64_t common_seeds(const Comparison *comparison)
{
    int64_t seeds = comparison->seeds;
    for (int c = 0; c < comparison->count; c++) {
        const Contestant *contestant = &comparison->contestant[c];
        if (contestant->best >= 0 && contestant->reported < seeds) seeds = contestant->reported;
    }
    return seeds;
}

/* Whoever has no configuration that did not fail has failed under every seed. */
CompareVerdict compare_verdict(const Comparison *comparison)
{
    CompareVerdict verdict = {.seeds = common_seeds(comparison),
                              .level = comparison->options->level};
    size_t count = (size_t)comparison->count;
    double *measure = alloc_zeroed(count * (size_t)verdict.seeds + 1, sizeof *measure);
    for (int c = 0; c < comparison->count; c++) {
        const Contestant *contestant = &comparison->contestant[c];
        for (int64_t s = 0; s < verdict.seeds; s++)
            measure[c * verdict.seeds + s] =
                contestant->best < 0 ? NAN : tested(comparison, &contestant->report[s]);
    }
    Ranking ranking = {comparison->count, verdict.seeds, measure, verdict.level};
    verdict.each_level = ranking_each_level(&ranking);
    verdict.verdict = ranking_judge(&ranking, verdict.standing);
    verdict.seeds_needed = ranking_seeds_needed(&ranking, verdict.standing);
    double run_s[COMPARE_MOST];
    Budget budget = compare_budget(comparison, run_s);
    verdict.needed_s = budget_seeds_s(&budget, verdict.seeds_needed - (double)verdict.seeds);
    free(measure);
    return verdict;
}
