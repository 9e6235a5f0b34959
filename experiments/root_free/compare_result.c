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

/* What runs are ordered by: means of several of one configuration, too. */
typedef struct {
    double judged, loss;
} Rank;

static Rank rank_of(const Comparison *comparison, const CompareRun *run)
{
    return (Rank){compare_validation(comparison, run),
                  has_failed(run) ? INFINITY : run->result.validation_loss};
}

static bool is_lower(Rank a, Rank b)
{
    return a.judged < b.judged || (a.judged == b.judged && a.loss < b.loss);
}

/* Inserted one by one behind all that are not higher: of equals the first drawn stays ahead. */
void compare_choose_finalists(const Comparison *comparison, Contestant *contestant)
{
    int64_t most = comparison->options->finalists, *finalist = contestant->finalist;
    contestant->finalists = 0;
    for (int64_t k = 0; k < contestant->found; k++) {
        Rank rank = rank_of(comparison, &contestant->search[k]);
        if (isinf(rank.judged)) continue;
        int64_t place = contestant->finalists;
        while (place > 0 &&
               is_lower(rank, rank_of(comparison, &contestant->search[finalist[place - 1]])))
            place--;
        if (place == most) continue;
        if (contestant->finalists < most) contestant->finalists++;
        for (int64_t f = contestant->finalists - 1; f > place; f--) finalist[f] = finalist[f - 1];
        finalist[place] = k;
    }
    contestant->best = contestant->finalists ? finalist[0] : -1;
    if (compare_finals(comparison, contestant) == 0) contestant->finalists = 0;
}

/* Over its run of the search and those of its finals that are there. */
static Rank mean_of(const Comparison *comparison, const Contestant *contestant, int64_t finalist)
{
    const CompareRun *first = &contestant->search[contestant->finalist[finalist]];
    Rank sum = rank_of(comparison, first);
    double runs = 1.0;
    for (int64_t k = finalist; k < contestant->finals; k += contestant->finalists) {
        Rank rank = rank_of(comparison, &contestant->final[k]);
        sum = (Rank){sum.judged + rank.judged, sum.loss + rank.loss};
        runs += 1.0;
    }
    return (Rank){sum.judged / runs, sum.loss / runs};
}

/* After Ctrl-C the finals are not all there: then the search alone has chosen. */
void compare_choose_best(const Comparison *comparison, Contestant *contestant)
{
    if (contestant->finals < contestant->finalists * COMPARE_FINAL_SEEDS) return;
    int64_t best = 0;
    for (int64_t f = 1; f < contestant->finalists; f++)
        if (is_lower(mean_of(comparison, contestant, f), mean_of(comparison, contestant, best)))
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
    return compare_validation(comparison, &contestant->search[contestant->best]);
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
