/* What is said of the logs, for people and in JSON. */
#include "own_log.h"

#include "base/die.h"
#include "io/files.h"
#include "io/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void own_print_log(const Logged *log)
{
    printf("log        %s\n", log->found);
    printf("rates      of the %s", log->rates);
    if (log->schedule) printf(": %s", log->schedule);
    if (log->warmup) printf("; %s", log->warmup);
    printf("\nfit to     %" PRId64 " %s losses", log->rows - log->early, log->loss);
    if (log->run.points < log->rows - log->early) printf(", as %" PRId64 " means", log->run.points);
    if (log->early) printf("; %" PRId64 " left out as too early", log->early);
    printf("\n");
}

void own_add_logs(Json *json, int count, const Logged *logs)
{
    Json *array = json_array(json, "logs");
    for (int k = 0; k < count; k++) {
        const Logged *log = &logs[k];
        Json *item = json_item(array);
        json_text(item, "path", log->path);
        json_text(item, "found", log->found);
        json_text(item, "loss", log->loss);
        json_text(item, "rates", log->rates);
        json_text(item, "schedule", log->schedule);
        json_int(item, "rows", log->rows);
        json_int(item, "early", log->early);
        json_int(item, "points", log->run.points);
        json_int(item, "warmup", log->run.warmup);
        json_int(item, "last_step", log->last);
        Json *notes = json_array(item, "notes");
        for (int n = 0; n < log->notes; n++) json_item_text(notes, log->note[n]);
    }
}

void own_warn(int count, const Logged *logs)
{
    for (int k = 0; k < count && !own_given.quiet; k++)
        for (int n = 0; n < logs[k].notes; n++) warn("%s", logs[k].note[n]);
}

/* A cell holds no comma, quote or line end. */
static void add_name(Table *table, const char *path)
{
    char *name = format_text("%s", path);
    for (char *c = name; (c = strpbrk(c, ",\"\r\n"));) *c = '_';
    table_text(table, name);
    free(name);
}

void own_write_points(const char *path, const Logged *logs, int64_t count, const OwnPoint *points)
{
    static const char heading[] = "log,step,rate,loss,fitted,low,high,file";
    FILE *file = files_begin(path);
    fprintf(file, "%s\n", heading);
    Table *table = table_spool(file, "", heading);
    for (int64_t p = 0; p < count; p++) {
        table_int(table, points[p].log);
        table_int(table, points[p].step);
        table_real(table, points[p].rate);
        table_real(table, points[p].loss);
        table_real(table, points[p].fitted);
        table_real(table, points[p].low);
        table_real(table, points[p].high);
        add_name(table, logs[points[p].log - 1].path);
        table_end_row(table);
    }
    table_close(table);
    files_commit(file, path);
}
