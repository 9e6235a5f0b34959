/* What is said of the logs, for people and in JSON. */
#include "own_log.h"

#include "base/die.h"

#include <inttypes.h>
#include <stdio.h>

void own_print_log(const OwnLog *log)
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

void own_add_logs(Json *json, int count, const OwnLog *logs)
{
    Json *array = json_array(json, "logs");
    for (int k = 0; k < count; k++) {
        const OwnLog *log = &logs[k];
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

void own_warn(int count, const OwnLog *logs)
{
    for (int k = 0; k < count && !own_given.quiet; k++)
        for (int n = 0; n < logs[k].notes; n++) warn("%s", logs[k].note[n]);
}
