#include "trial/spool.h"

#include "base/clock.h"
#include "base/die.h"
#include "io/files.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *path_of(const char *out, int64_t trial)
{
    return format_text("%s/.trials/%06" PRId64 ".rows", out, trial);
}

bool spool_has(const char *out, int64_t trial)
{
    char *path = path_of(out, trial);
    bool exists = files_exist(path);
    free(path);
    return exists;
}

static void remove_files(const char *directory)
{
    DIR *listing = opendir(directory);
    if (!listing) return;
    for (struct dirent *entry; (entry = readdir(listing));) {
        char *path = format_text("%s/%s", directory, entry->d_name);
        if (entry->d_name[0] != '.' && unlink(path)) die("%s: %s", path, strerror(errno));
        free(path);
    }
    closedir(listing);
}

void spool_remove(const char *out)
{
    char *directory = format_text("%s/.trials", out);
    remove_files(directory);
    if (rmdir(directory) && errno != ENOENT) die("%s: %s", directory, strerror(errno));
    free(directory);
}

static bool holds(const char *path, const char *text)
{
    char *content = files_exist(path) ? files_read(path, NULL) : NULL;
    bool same = content && !strcmp(content, text);
    free(content);
    return same;
}

bool spool_is_of(const char *out, const Hash *key)
{
    char *path = format_text("%s/.trials/key", out);
    bool same = holds(path, key->hex);
    free(path);
    return same;
}

void spool_open(const char *out, const Hash *key)
{
    char *directory = format_text("%s/.trials", out);
    char *path = format_text("%s/key", directory);
    if (!holds(path, key->hex)) {
        remove_files(directory);
        files_make_directory(directory);
        files_replace(path, strlen(key->hex), key->hex);
    }
    free(path);
    free(directory);
}

/* Its own .part for every process: two shards may be given the same trial by mistake. */
static void keep(const char *out, int64_t trial, size_t size, const char *rows)
{
    char *path = path_of(out, trial);
    char *part = format_text("%s.%d.part", path, (int)getpid());
    FILE *file = fopen(part, "w");
    bool written = file && fwrite(rows, 1, size, file) == size && !fflush(file) &&
                   !fsync(fileno(file)) && !fclose(file) && !rename(part, path);
    if (!written) {
        warn("%s: %s", part, strerror(errno));
        unlink(part);
        exit(SPOOL_FAILED);
    }
    free(part);
    free(path);
}

/* The trial's lines; the caller frees. */
static char *make_rows(const SweepPlan *plan, int64_t trial, size_t *size)
{
    char *rows = NULL;
    FILE *stream = open_memstream(&rows, size);
    if (!stream) die("trial %" PRId64 ": %s", trial, strerror(errno));
    Table *tables[SWEEP_MAX_TABLES] = {NULL};
    for (int k = 0; k < plan->table_count; k++)
        tables[k] = table_spool(stream, (const char *const[]){"0,", "1,", "2,", "3,"}[k],
                                plan->table[k].heading);
    double start = clock_s();
    plan->run(plan->context, trial, tables);
    double time_s = clock_s() - start;
    for (int k = 0; k < plan->table_count; k++) table_close(tables[k]);
    fprintf(stream, "t,%" PRId64 ",%.9g\n", plan->threads, time_s);
    if (fclose(stream)) die("trial %" PRId64 ": %s", trial, strerror(errno));
    return rows;
}

void spool_run(const SweepPlan *plan, int64_t trial)
{
    size_t size = 0;
    char *rows = make_rows(plan, trial, &size);
    keep(plan->out, trial, size, rows);
    free(rows);
}

void spool_follow(const SweepPlan *plan, int64_t trial)
{
    size_t size = 0;
    free(make_rows(plan, trial, &size));
}

static void write_timing(Table *timing, int64_t trial, int64_t threads, double time_s)
{
    table_int(timing, trial);
    table_int(timing, threads);
    table_real(timing, time_s);
    table_end_row(timing);
}

/* One trial's file into the tables; every trial owes the first table a row. */
static void add_trial(const SweepPlan *plan, int64_t trial, Table *const tables[], Table *timing)
{
    char *path = path_of(plan->out, trial);
    char *text = files_read(path, NULL), *rest = text;
    bool timed = false, first = false;
    for (char *line; (line = strsep(&rest, "\n")) && *line;) {
        int table = line[0] - '0';
        if (line[0] == 't') {
            char *end;
            int64_t threads = strtoll(line + 2, &end, 10);
            write_timing(timing, trial, threads, strtod(end + 1, NULL));
            timed = true;
        } else if (table >= 0 && table < plan->table_count && line[1] == ',') {
            table_line(tables[table], line + 2);
            first = first || table == 0;
        } else {
            die("%s: '%s' is no row of a table; remove the file and run again", path, line);
        }
    }
    if (!timed) die("%s: is cut short; remove it and run again", path);
    if (!first) die("trial %" PRId64 " wrote no row of %s.csv", trial, plan->table[0].name);
    free(text);
    free(path);
}

void spool_join(const SweepPlan *plan, const bool crashed[])
{
    Table *tables[SWEEP_MAX_TABLES] = {NULL};
    for (int k = 0; k < plan->table_count; k++)
        tables[k] = table_create(plan->out, plan->table[k].name, plan->table[k].heading);
    Table *timing = table_create(plan->out, "timing", "trial,worker_threads,time_s");
    for (int64_t trial = 0; trial < plan->count; trial++) {
        if (crashed[trial]) {
            plan->crashed(plan->context, trial, tables);
            write_timing(timing, trial, plan->threads, NAN);
        } else {
            add_trial(plan, trial, tables, timing);
        }
    }
    for (int k = 0; k < plan->table_count; k++) table_close(tables[k]);
    table_close(timing);
}
