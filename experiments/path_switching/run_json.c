/* What came of a run of `run`, as JSON and as CSV: what is measured in time is in neither CSV nor
 * rows. */
#include "run.h"

#include "base/words.h"
#include "io/files.h"
#include "io/json.h"
#include "io/manifest.h"
#include "io/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void add_rows(Json *json, const RunReport *report)
{
    Json *rows = json_array(json, "rows");
    for (int k = 0; k < report->plan->paradigm_count; k++)
        for (int v = 1; v <= report->plan->setting.versions; v++) {
            char *name = words_item(report->options->paradigms, k);
            Account account = run_account(report, k, v);
            Interval gap = run_gap(report, k, v);
            Json *item = json_item(rows);
            json_text(item, "paradigm", name);
            json_int(item, "version", v);
            json_int(item, "cost_steps", account.steps);
            json_int(item, "unshared_steps", account.unshared);
            json_real(item, "tokens", account.tokens);
            json_real(item, "flops", account.flops);
            json_int(item, "kept_bytes", account.kept_bytes);
            json_flag(item, "diverged", run_has_diverged(report, k, v));
            json_real(item, "loss", run_loss(report, k, v));
            json_real(item, "gap", gap.estimate);
            json_real(item, "gap_low", gap.low);
            json_real(item, "gap_high", gap.high);
            free(name);
        }
}

static void add_tuning(Json *json, const RunReport *report)
{
    Json *rows = json_array(json, "tuning");
    for (int k = 0; k < report->options->tune.count; k++) {
        Json *item = json_item(rows);
        json_real(item, "rate", report->options->tune.value[k]);
        json_real(item, "loss", report->tuned[k]);
    }
}

void run_print_json(const RunReport *report)
{
    const RunOptions *options = report->options;
    Sharing sharing = account_sharing(report->plan);
    Json *json = json_create();
    json_int(json, "schema", MANIFEST_SCHEMA);
    json_text(json, "program", "path_switching run");
    json_text(json, "data", options->data);
    json_flag(json, "shift", options->shift);
    json_text(json, "model", options->model);
    json_int(json, "parameters", report->parameters);
    json_text(json, "optimizer", options->optimizer);
    json_int(json, "versions", options->versions);
    json_int(json, "steps", options->steps);
    json_int(json, "warmup", options->warmup);
    json_real(json, "rate", report->rate);
    json_real(json, "floor", options->floor);
    json_int(json, "seeds", options->seeds);
    add_tuning(json, report);
    json_int(json, "run_steps", sharing.run);
    json_int(json, "unshared_steps", sharing.unshared);
    json_real(json, "update_seconds",
              report->trained ? report->trained_s / (double)report->trained : NAN);
    json_real(json, "level", RUN_LEVEL);
    add_rows(json, report);
    json_print(stdout, json);
    json_free(json);
}

static void write_release(Table *table, const RunReport *report, int64_t seed, int paradigm,
                          int version)
{
    const RunRelease *release = run_release(report, seed, paradigm, version);
    char *name = words_item(report->options->paradigms, paradigm);
    Account account = run_account(report, paradigm, version);
    for (int d = -1; d < report->domains; d++) {
        table_spec(table, name);
        table_int(table, version);
        table_int(table, report->options->seed + seed);
        table_spec(table, d < 0 ? "all" : report->domain[d]);
        table_outcome(table, release->outcome);
        table_int(table, account.steps);
        table_int(table, account.unshared);
        table_real(table, d < 0 ? release->loss : release->domain[d]);
        table_end_row(table);
    }
    free(name);
}

void run_write(const RunReport *report, const char *path)
{
    static const char heading[] =
        "paradigm,version,seed,text,outcome,cost_steps,unshared_steps,loss";
    FILE *file = files_begin(path);
    fprintf(file, "%s\n", heading);
    Table *table = table_spool(file, "", heading);
    for (int64_t s = 0; s < report->options->seeds; s++)
        for (int k = 0; k < report->plan->paradigm_count; k++)
            for (int v = 1; v <= report->plan->setting.versions; v++)
                write_release(table, report, s, k, v);
    table_close(table);
    files_commit(file, path);
}
