/* The answer as JSON; its keys are described in results/SCHEMA.md. */
#include "advise.h"

#include "io/json.h"
#include "io/manifest.h"
#include "solve/method.h"

#include <math.h>

static void add_data(Json *json, const AdviseReport *report)
{
    const AdviseData *data = report->data;
    const Design *design = data->design;
    json_text(json, "data", report->options->data);
    json_int(json, "rows", design->rows);
    json_int(json, "cols", data->features);
    json_text(json, "storage", design_storage_name(design->storage));
    json_int(json, "bytes", design_bytes(design));
    json_text(json, "positive", data->positive);
    json_text(json, "negative", data->negative);
    json_int(json, "positives", data->positives);
    json_real(json, "bias", data->bias > 0.0 ? data->bias : NAN);
}

static void add_margin(Json *json, const Margin *margin)
{
    if (margin->verdict == MARGIN_UNDECIDED)
        json_text(json, "separable", NULL);
    else
        json_flag(json, "separable", margin->verdict == MARGIN_SEPARABLE);
    json_real(json, "margin_low", margin->low);
    json_real(json, "margin_high", margin->high);
}

static void add_constants(Json *json, const Advice *advice)
{
    const RateFacts *facts = &advice->instance->facts;
    json_real(json, "lambda", advice->task.lambda);
    json_real(json, "scale", advice->scale);
    json_real(json, "own_lambda", advice_own_lambda(advice));
    json_real(json, "smooth", facts->smooth);
    json_real(json, "kappa", advice->condition);
    json_real(json, "optimum", advice->instance->optimum);
    json_real(json, "critical_rate", facts->critical);
    json_real(json, "own_critical_rate", advice_own_rate(advice, facts->critical));
    Json *rules = json_array(json, "rates");
    for (int k = 0; advise_rules[k]; k++) {
        Json *rule = json_item(rules);
        double rate = rate_rule(advise_rules[k])->rate(facts);
        json_text(rule, "rule", advise_rules[k]);
        json_real(rule, "rate", rate);
        json_real(rule, "own_rate", advice_own_rate(advice, rate));
    }
}

static const char *outcome_of(const AdviceRun *run)
{
    return run->possible ? outcome_name(run->run.outcome) : "impossible";
}

static double settled(const AdviceRun *run, int64_t count)
{
    return run->possible && run->run.outcome == OUTCOME_REACHED ? (double)count : NAN;
}

static void add_recommended(Json *json, const Advice *advice)
{
    const AdviceRun *run = &advice->recommended;
    json_real(json, "recommended_rate", run->rate);
    json_real(json, "own_recommended_rate", advice_own_rate(advice, run->rate));
    json_text(json, "recommended_outcome", outcome_of(run));
    json_real(json, "recommended_steps", settled(run, run->run.steps));
    json_real(json, "epsilon", advice->task.epsilon);
    json_int(json, "max_gradients", advice->task.max_gradients);
}

static void add_runs(Json *json, const AdviseReport *report)
{
    Json *methods = json_array(json, "methods");
    for (int64_t k = 0; k < report->run_count; k++) {
        const AdviceRun *run = &report->run[k];
        Json *method = json_item(methods);
        json_text(method, "name", run->method);
        json_text(method, "title", method_title(method_named(run->method)));
        json_text(method, "outcome", outcome_of(run));
        json_real(method, "rate", run->rate);
        json_real(method, "steps", settled(run, run->run.steps));
        json_real(method, "gradients", settled(run, run->run.gradients));
        json_real(method, "values", settled(run, run->run.values));
        json_real(method, "products", settled(run, run->run.products));
        json_int(method, "budget", run->budget);
        json_real(method, "gap", run->possible ? run->run.gap : NAN);
        json_real(method, "seconds", run->seconds);
    }
    Json *warnings = json_array(json, "warnings");
    for (int k = 0; k < report->warning_count; k++) json_item_text(warnings, report->warning[k]);
}

void advise_print_json(const AdviseReport *report)
{
    Json *json = json_create();
    json_int(json, "schema", MANIFEST_SCHEMA);
    json_text(json, "program", "large_stepsize advise");
    add_data(json, report);
    add_margin(json, &report->advice->instance->margin);
    add_constants(json, report->advice);
    add_recommended(json, report->advice);
    add_runs(json, report);
    json_print(stdout, json);
    json_free(json);
}
