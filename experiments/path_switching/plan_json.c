/* The answer of `plan` as JSON and as CSV; keys and columns are described in results/SCHEMA.md. */
#include "plan.h"

#include "io/files.h"
#include "io/json.h"
#include "io/manifest.h"
#include "io/table.h"

#include <math.h>

static void add_setting(Json *json, const PlanReport *report)
{
    const CostSetting *setting = &report->setting;
    Cost one = cost_of(setting, 1.0);
    json_int(json, "versions", report->options->versions);
    json_real(json, "tokens_per_version", setting->tokens_per_version);
    json_real(json, "parameters", setting->parameters);
    json_text(json, "gpu", report->options->gpu);
    json_real(json, "peak_flops", setting->peak_flops);
    json_real(json, "price", setting->price);
    json_real(json, "mfu", setting->utilisation);
    json_real(json, "unit_flops", one.flops);
    json_real(json, "unit_gpu_hours", one.gpu_hours);
    json_real(json, "unit_money", one.money);
    json_int(json, "most", report->options->most);
}

static void add_foretold(Json *json, const PlanVersion *version)
{
    json_real(json, "loss", version->loss.estimate);
    json_real(json, "low", version->loss.low);
    json_real(json, "high", version->loss.high);
    json_real(json, "gap", version->gap.estimate);
    json_real(json, "gap_low", version->gap.low);
    json_real(json, "gap_high", version->gap.high);
}

static void add_versions(Json *json, const PlanReport *report, const PlanRow *row)
{
    Json *versions = json_array(json, "versions");
    for (int n = 1; n <= report->options->versions; n++) {
        const PlanVersion *version = &row->version[n - 1];
        Json *item = json_item(versions);
        json_int(item, "version", n);
        json_real(item, "units", version->cost.units);
        json_real(item, "tokens", version->cost.tokens);
        json_real(item, "flops", version->cost.flops);
        json_real(item, "gpu_hours", version->cost.gpu_hours);
        json_real(item, "money", version->cost.money);
        json_real(item, "ratio", version->ratio);
        json_real(item, "released_bytes", version->released_bytes);
        if (report->prediction) add_foretold(item, version);
    }
}

static void add_paradigms(Json *json, const PlanReport *report)
{
    Json *rows = json_array(json, "paradigms");
    for (int k = 0; k < report->count; k++) {
        const PlanRow *row = &report->row[k];
        Json *item = json_item(rows);
        json_text(item, "paradigm", row->text);
        json_text(item, "spelled", paradigm_text(row->paradigm));
        json_real(item, "kept_bytes", row->kept_bytes);
        if (report->prediction) json_flag(item, "front", row->is_front);
        add_versions(item, report, row);
        Json *cheaper = json_array(item, "cheaper");
        for (int j = 0; j < report->count; j++) {
            Json *pair = json_item(cheaper);
            json_text(pair, "than", report->row[j].text);
            json_real(pair, "from", row->cheaper[j] ? (double)row->cheaper[j] : NAN);
        }
    }
}

static void add_law(Json *json, const Prediction *prediction)
{
    const Outlook *outlook = &prediction->outlook;
    Json *logs = json_array(json, "logs");
    for (int64_t k = 0; k < prediction->count; k++) {
        const Logged *log = &prediction->log[k];
        Json *item = json_item(logs);
        json_text(item, "path", log->path);
        json_text(item, "found", log->found);
        json_text(item, "loss", log->loss);
        json_int(item, "points", log->run.points);
        json_int(item, "last_step", log->last);
    }
    json_text(json, "law", prediction->law->name);
    Json *values = json_object(json, "parameters_of_law");
    for (int p = 0; p < prediction->law->count; p++)
        json_real(values, prediction->law->parameter[p].name,
                  outlook->fit.unknown[p] ? NAN : outlook->fit.theta[p]);
    json_int(json, "steps", prediction->setting.steps);
    json_int(json, "warmup", prediction->setting.warmup);
    json_real(json, "peak", prediction->setting.peak);
    json_real(json, "floor", prediction->setting.floor);
    json_real(json, "level", FORECAST_LEVEL);
    json_flag(json, "decay_seen", outlook->has_decay);
    json_real(json, "widened", outlook->widened);
    json_int(json, "checked", outlook->checked);
}

void plan_print_json(const PlanReport *report)
{
    Json *json = json_create();
    json_int(json, "schema", MANIFEST_SCHEMA);
    json_text(json, "program", "path_switching plan");
    add_setting(json, report);
    add_paradigms(json, report);
    if (report->prediction) add_law(json, report->prediction);
    Json *notes = json_array(json, "notes");
    for (int n = 0; n < report->notes; n++) json_item_text(notes, report->note[n]);
    json_print(stdout, json);
    json_free(json);
}

void plan_write(const PlanReport *report, const char *path)
{
    static const char heading[] = "paradigm,version,units,ratio,tokens,flops,gpu_hours,money,"
                                  "kept_bytes,released_bytes,loss,low,high,gap,gap_low,"
                                  "gap_high";
    FILE *file = files_begin(path);
    fprintf(file, "%s\n", heading);
    Table *table = table_spool(file, "", heading);
    for (int k = 0; k < report->count; k++)
        for (int n = 1; n <= report->options->versions; n++) {
            const PlanRow *row = &report->row[k];
            const PlanVersion *version = &row->version[n - 1];
            table_spec(table, row->text);
            table_int(table, n);
            table_real(table, version->cost.units);
            table_real(table, version->ratio);
            table_real(table, version->cost.tokens);
            table_real(table, version->cost.flops);
            table_real(table, version->cost.gpu_hours);
            table_real(table, version->cost.money);
            table_real(table, row->kept_bytes);
            table_real(table, version->released_bytes);
            table_real(table, version->loss.estimate);
            table_real(table, version->loss.low);
            table_real(table, version->loss.high);
            table_real(table, version->gap.estimate);
            table_real(table, version->gap.low);
            table_real(table, version->gap.high);
            table_end_row(table);
        }
    table_close(table);
    files_commit(file, path);
}
