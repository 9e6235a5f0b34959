/* What the runs say. */
#include "compare.h"

#include "base/die.h"
#include "base/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool has_failed(const CompareRun *run) { return run->result.outcome == OUTCOME_DIVERGED; }

static Score score_of(const Comparison *comparison, const CompareRun *run)
{
    return arena_score(&run->result, comparison->data->is_text);
}

void compare_choose_finalists(const Comparison *comparison, Contestant *contestant)
{
    Score *score = alloc_zeroed((size_t)contestant->found + 1, sizeof *score);
    int64_t *ranked = alloc_zeroed((size_t)contestant->found + 1, sizeof *ranked), count = 0;
    for (int64_t k = 0; k < contestant->found; k++) {
        score[k] = score_of(comparison, &contestant->search[k]);
        if (!isinf(score[k].judged)) ranked[count++] = k;
    }
    score_sort(count, ranked, score);
    contestant->best = count ? ranked[0] : -1;
    int64_t most = comparison->options->finalists;
    contestant->finalists = count < most ? count : most;
    memcpy(contestant->finalist, ranked,
           (size_t)contestant->finalists * sizeof *contestant->finalist);
    if (compare_finals(comparison, contestant) == 0) contestant->finalists = 0;
    free(score);
    free(ranked);
}

/* Over its run of the search and those of its finals that are there. */
static Score mean_of(const Comparison *comparison, const Contestant *contestant, int64_t finalist)
{
    const CompareRun *first = &contestant->search[contestant->finalist[finalist]];
    Score sum = score_of(comparison, first);
    double runs = 1.0;
    for (int64_t k = finalist; k < contestant->finals; k += contestant->finalists) {
        Score score = score_of(comparison, &contestant->final[k]);
        sum = (Score){sum.judged + score.judged, sum.loss + score.loss};
        runs += 1.0;
    }
    return (Score){sum.judged / runs, sum.loss / runs};
}

/* After Ctrl-C the finals are not all there: then the search alone has chosen. */
void compare_choose_best(const Comparison *comparison, Contestant *contestant)
{
    if (contestant->finals < contestant->finalists * COMPARE_FINAL_SEEDS) return;
    int64_t best = 0;
    for (int64_t f = 1; f < contestant->finalists; f++)
        if (score_is_lower(mean_of(comparison, contestant, f),
                           mean_of(comparison, contestant, best)))
            best = f;
    if (contestant->finalists) contestant->best = contestant->finalist[best];
}

int64_t compare_finals(const Comparison *comparison, const Contestant *contestant)
{
    int64_t finalists = comparison->options->finalists;
    return finalists > 1 && !contestant->is_settled ? finalists * COMPARE_FINAL_SEEDS : 0;
}

/* Of the configuration that is reported. */
static double chosen(const Comparison *comparison, const Contestant *contestant)
{
    if (contestant->best < 0) return INFINITY;
    for (int64_t f = 0; f < contestant->finalists; f++)
        if (contestant->finalist[f] == contestant->best)
            return mean_of(comparison, contestant, f).judged;
    return score_of(comparison, &contestant->search[contestant->best]).judged;
}

SearchSummary compare_search(const Comparison *comparison, const Contestant *contestant)
{
    double *judged = alloc_zeroed((size_t)contestant->found + 1, sizeof *judged);
    SearchSummary summary = {0};
    for (int64_t k = 0; k < contestant->found; k++) {
        judged[k] = score_of(comparison, &contestant->search[k]).judged;
        summary.failed += has_failed(&contestant->search[k]);
    }
    summary.best = stats_quantile(contestant->found, judged, 0.0);
    summary.median = stats_quantile(contestant->found, judged, 0.5);
    summary.chosen = chosen(comparison, contestant);
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
    BudgetRows rows = {0};
    Budget budget = compare_budget(comparison, &rows);
    verdict.needed_s = budget_seeds_s(&budget, verdict.seeds_needed - (double)verdict.seeds);
    free(measure);
    return verdict;
}
