/* Finished runs in a CSV file. A run is known by all that it depends on, so that any comparison
 * may use those of another; the file is written whole, under its name when it is complete. */
#include "compare.h"

#include "base/clock.h"
#include "base/die.h"
#include "io/csv.h"
#include "io/files.h"
#include "io/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char heading[] =
    "key,role,name,optimizer,rate,seed,tested,steps,outcome,steps_made,train_loss,"
    "validation_loss,validation_error,test_loss,test_error,time_s";

/* Where runs take longer than the first each is saved at once, else some at a time. */
static const double short_s = 0.1, save_every_s = 0.5;

typedef struct {
    char *key, *role, *name; /* name: the contestant's, for readers */
    char *optimizer;
    double rate;
    uint64_t seed;
    bool is_tested;
    int64_t steps;
    ArenaResult result;
    double time_s; /* a run's as timed; NaN for runs, so that the same runs are the same bytes */
} KeptRow;

struct Kept {
    const char *path;
    bool is_read_only;
    Lock *lock;
    char *key;
    int64_t count, room;
    KeptRow *row;
    bool is_saved;
    int64_t added; /* since it was opened */
    double opened_s, saved_s;
};

static KeptRow *add_row(Kept *kept)
{
    if (kept->count == kept->room) {
        kept->room = 2 * kept->room + 64;
        kept->row = alloc_resized(kept->row, (size_t)kept->room, sizeof *kept->row);
    }
    kept->is_saved = false;
    return &kept->row[kept->count++];
}

/* As in the file: commas of a spec are ';' there. */
static char *as_cell(const char *text)
{
    char *cell = format_text("%s", text);
    for (char *c = cell; *c; c++)
        if (*c == ',') *c = ';';
    return cell;
}

static Outcome outcome_called(const char *name)
{
    return strcmp(name, outcome_name(OUTCOME_DIVERGED)) ? OUTCOME_SPENT : OUTCOME_DIVERGED;
}

static void read_row(const Csv *csv, int64_t row, KeptRow *kept)
{
    int c = 0;
    kept->key = format_text("%s", csv_text(csv, row, c++));
    kept->role = format_text("%s", csv_text(csv, row, c++));
    kept->name = format_text("%s", csv_text(csv, row, c++));
    kept->optimizer = format_text("%s", csv_text(csv, row, c++));
    kept->rate = csv_real(csv, row, c++);
    kept->seed = (uint64_t)csv_int(csv, row, c++);
    kept->is_tested = csv_int(csv, row, c++) != 0;
    kept->steps = csv_int(csv, row, c++);
    ArenaResult *result = &kept->result;
    *result = (ArenaResult){.outcome = outcome_called(csv_text(csv, row, c++)),
                            .curvature = {NAN, NAN, NAN, NAN}};
    result->steps = csv_int(csv, row, c++);
    double *measures[] = {&result->train_loss, &result->validation_loss, &result->validation_error,
                          &result->test_loss,  &result->test_error,      &kept->time_s};
    for (size_t k = 0; k < sizeof measures / sizeof *measures; k++)
        *measures[k] = csv_real(csv, row, c++);
}

static void read_file(Kept *kept)
{
    char *text = files_read(kept->path, NULL);
    size_t length = strlen(heading);
    bool is_ours = !strncmp(text, heading, length) && text[length] == '\n';
    free(text);
    if (!is_ours)
        die_usage("--out %s: is there already, and no file of runs that compare kept; choose "
                  "another",
                  kept->path);
    Csv *csv = csv_read(kept->path);
    for (int64_t row = 0; row < csv_rows(csv); row++) read_row(csv, row, add_row(kept));
    csv_free(csv);
    kept->is_saved = true;
}

static void write_row(Table *table, const KeptRow *row)
{
    const ArenaResult *result = &row->result;
    table_text(table, row->key);
    table_text(table, row->role);
    table_text(table, row->name);
    table_text(table, row->optimizer);
    table_real(table, row->rate);
    table_int(table, (int64_t)row->seed);
    table_int(table, row->is_tested);
    table_int(table, row->steps);
    table_outcome(table, result->outcome);
    table_int(table, result->steps);
    table_real(table, result->train_loss);
    table_real(table, result->validation_loss);
    table_real(table, result->validation_error);
    table_real(table, result->test_loss);
    table_real(table, result->test_error);
    table_real(table, row->time_s);
    table_end_row(table);
}

static void save(Kept *kept)
{
    if (!kept->path || kept->is_read_only || kept->is_saved) return;
    FILE *file = files_begin(kept->path);
    fprintf(file, "%s\n", heading);
    Table *table = table_spool(file, "", heading);
    for (int64_t k = 0; k < kept->count; k++) write_row(table, &kept->row[k]);
    table_close(table);
    files_commit(file, kept->path);
    kept->is_saved = true;
    kept->saved_s = clock_s();
}

/* What cannot be written is said before anything is run. */
Kept *kept_open(const char *path, const char *key, bool is_read_only)
{
    Kept *kept = alloc_zeroed(1, sizeof *kept);
    *kept = (Kept){.path = path,
                   .is_read_only = is_read_only,
                   .lock = lock_take(is_read_only ? NULL : path),
                   .key = format_text("%.16s", key),
                   .opened_s = clock_s()};
    if (path && files_exist(path)) read_file(kept);
    save(kept);
    return kept;
}

void kept_close(Kept *kept)
{
    save(kept);
    lock_drop(kept->lock);
    for (int64_t k = 0; k < kept->count; k++) {
        KeptRow *row = &kept->row[k];
        free(row->key);
        free(row->role);
        free(row->name);
        free(row->optimizer);
    }
    free(kept->row);
    free(kept->key);
    free(kept);
}

static bool is_run(const KeptRow *row, const CompareRun *run, const char *optimizer, int64_t steps)
{
    return row->rate == run->rate && row->seed == run->seed && row->is_tested == run->is_tested &&
           row->steps == steps && isnan(row->time_s) && !strcmp(row->optimizer, optimizer);
}

bool kept_find(const Kept *kept, const CompareRun *run, int64_t steps, ArenaResult *result)
{
    char *optimizer = as_cell(run->optimizer);
    bool found = false;
    for (int64_t k = 0; k < kept->count && !found; k++) {
        const KeptRow *row = &kept->row[k];
        found = is_run(row, run, optimizer, steps) && !strcmp(row->key, kept->key);
        if (found) *result = row->result;
    }
    free(optimizer);
    return found;
}

static void save_soon(Kept *kept)
{
    double now_s = clock_s();
    kept->added++;
    bool are_long = now_s - kept->opened_s > short_s * (double)kept->added;
    if (are_long || now_s - kept->saved_s >= save_every_s) save(kept);
}

void kept_add(Kept *kept, const char *role, const char *name, const CompareRun *run, int64_t steps)
{
    *add_row(kept) = (KeptRow){.key = format_text("%s", kept->key),
                               .role = format_text("%s", role),
                               .name = as_cell(name),
                               .optimizer = as_cell(run->optimizer),
                               .rate = run->rate,
                               .seed = run->seed,
                               .is_tested = run->is_tested,
                               .steps = steps,
                               .result = run->result,
                               .time_s = NAN};
    save_soon(kept);
}

static const ArenaResult nothing = {.train_loss = NAN,
                                    .validation_loss = NAN,
                                    .validation_error = NAN,
                                    .test_loss = NAN,
                                    .test_error = NAN};

void kept_add_time(Kept *kept, const char *name, int64_t steps, double run_s)
{
    *add_row(kept) = (KeptRow){.key = format_text("%s", kept->key),
                               .role = format_text("timing"),
                               .name = as_cell(name),
                               .optimizer = format_text("none"),
                               .rate = NAN,
                               .steps = steps,
                               .result = nothing,
                               .time_s = run_s};
    save_soon(kept);
}

double kept_time(const Kept *kept, const char *name, int64_t steps)
{
    char *cell = as_cell(name);
    double time_s = NAN;
    for (int64_t k = 0; k < kept->count; k++) {
        const KeptRow *row = &kept->row[k];
        bool is_meant =
            row->steps == steps && !strcmp(row->name, cell) && !strcmp(row->key, kept->key);
        if (is_meant && !isnan(row->time_s)) time_s = row->time_s;
    }
    free(cell);
    return time_s;
}
