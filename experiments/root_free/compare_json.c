/* The answer as JSON; its keys are described in results/SCHEMA.md. */
#include "compare.h"

#include "io/json.h"
#include "io/manifest.h"

#include <assert.h>
#include <math.h>

static void add_data(Json *json, const Comparison *comparison)
{
    const Data *data = comparison->data;
    json_text(json, "data", comparison->options->data);
    json_text(json, "kind", data->is_text ? "text" : "images");
    json_int(json, "training", data->count[SPLIT_TRAIN]);
    json_int(json, "validation", data->count[SPLIT_VALIDATION]);
    json_int(json, "test", data->count[SPLIT_TEST]);
    json_int(json, "classes", data->classes);
}

static void add_setting(Json *json, const Comparison *comparison)
{
    json_text(json, "model", comparison->model);
    json_int(json, "parameters", arena_parameters(comparison->arena));
    json_text(json, "schedule", comparison->schedule);
    json_int(json, "steps", comparison->steps);
    json_int(json, "batch", comparison->batch);
    json_int(json, "seed", comparison->options->seed);
    json_int(json, "finalists", comparison->options->finalists);
    json_int(json, "seeds", comparison->seeds);
    json_real(json, "budget_s", comparison->budget_s > 0.0 ? comparison->budget_s : NAN);
    json_flag(json, "interrupted", comparison->is_interrupted);
}

static void add_interval(Json *json, const char *key, Interval interval)
{
    Json *part = json_object(json, key);
    json_real(part, "estimate", interval.estimate);
    json_real(part, "low", interval.low);
    json_real(part, "high", interval.high);
}

/* What was judged of a run: error of images, loss of text; null where it failed. */
static void add_runs(Json *json, const Comparison *comparison, const char *key, int64_t count,
                     const CompareRun run[])
{
    assert(run || count == 0);
    Json *runs = json_array(json, key);
    for (int64_t k = 0; k < count; k++) {
        const ArenaResult *result = &run[k].result;
        Json *item = json_item(runs);
        json_text(item, "optimizer", run[k].optimizer);
        json_real(item, "rate", run[k].rate);
        json_int(item, "seed", (int64_t)run[k].seed);
        json_text(item, "outcome", outcome_name(result->outcome));
        json_real(item, "train_loss", result->train_loss);
        json_real(item, "validation_loss", result->validation_loss);
        if (!comparison->data->is_text)
            json_real(item, "validation_error", result->validation_error);
        if (!run[k].is_tested) continue;
        json_real(item, "test_loss", result->test_loss);
        if (!comparison->data->is_text) json_real(item, "test_error", result->test_error);
    }
}

static void add_contestant(Json *json, const Comparison *comparison, const Standing *standing)
{
    const Contestant *contestant = &comparison->contestant[standing->contestant];
    SearchSummary found = compare_search(comparison, contestant);
    json_text(json, "name", contestant->name);
    json_text(json, "space", contestant->ranges);
    json_real(json, "run_s", contestant->run_s);
    json_int(json, "search_runs", contestant->found);
    json_int(json, "search_failed", found.failed);
    json_real(json, "validation_median", found.median);
    json_real(json, "validation_best", found.best);
    json_real(json, "validation_chosen", found.chosen);
    const CompareRun *best = contestant->best < 0 ? NULL : &contestant->search[contestant->best];
    json_text(json, "optimizer", best ? best->optimizer : NULL);
    json_real(json, "rate", best ? best->rate : NAN);
    json_int(json, "failed", standing->failed);
    add_interval(json, "test", standing->mean);
    add_interval(json, "behind", standing->behind);
    json_flag(json, "told_apart", standing->is_told_apart);
    json_real(json, "seeds_needed", standing->seeds_needed);
    add_runs(json, comparison, "search", contestant->found, contestant->search);
    add_runs(json, comparison, "final", contestant->finals, contestant->final);
    add_runs(json, comparison, "report", contestant->reported, contestant->report);
}

static void add_verdict(Json *json, const Comparison *comparison, const CompareVerdict *verdict)
{
    bool is_won = verdict->verdict == RANKING_WON;
    json_text(json, "measure", comparison->data->is_text ? "loss" : "error");
    json_int(json, "seeds_judged", verdict->seeds);
    json_real(json, "level", verdict->level);
    json_real(json, "level_of_each", verdict->each_level);
    json_text(json, "verdict", is_won ? "winner" : "undecided");
    json_text(json, "winner",
              is_won ? comparison->contestant[verdict->standing[0].contestant].name : NULL);
    json_real(json, "seeds_needed", is_won ? NAN : verdict->seeds_needed);
    json_real(json, "seconds_needed", is_won ? NAN : verdict->needed_s);
}

void compare_print_json(const Comparison *comparison, const CompareVerdict *verdict)
{
    Json *json = json_create();
    json_int(json, "schema", MANIFEST_SCHEMA);
    json_text(json, "program", "root_free compare");
    add_data(json, comparison);
    add_setting(json, comparison);
    add_verdict(json, comparison, verdict);
    Json *optimizers = json_array(json, "optimizers");
    for (int k = 0; k < comparison->count; k++)
        add_contestant(json_item(optimizers), comparison, &verdict->standing[k]);
    json_print(stdout, json);
    json_free(json);
}
