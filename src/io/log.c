#include "io/log.h"

#include "base/die.h"
#include "base/named.h"
#include "io/files.h"
#include "io/log_kinds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const options[] = {"--step-col", "--rate-col", "--loss-col", "--validation-col"};

char *log_names_there(const LogReader *reader)
{
    char *keys = log_objects_keys(reader);
    return keys ? keys : log_table_columns(reader);
}

/* The sentence, with the names that could be chosen instead. */
static char *say_missing(const LogReader *reader, const char *what, const char *advice)
{
    char *names = log_names_there(reader);
    char *problem = names ? format_text("has no %s; there are %s%s", what, names, advice)
                          : format_text("has no %s", what);
    free(names);
    return problem;
}

char *log_missing(const LogReader *reader, const bool found[LOG_ROLES])
{
    for (int r = 0; r < LOG_ROLES; r++) {
        const char *chosen = log_chosen(reader, (LogRole)r);
        if (!chosen || found[r]) continue;
        char *what = format_text("'%s' (%s)", chosen, options[r]);
        char *problem = say_missing(reader, what, "");
        free(what);
        return problem;
    }
    if (!found[LOG_STEP]) return say_missing(reader, "step", "; choose one with --step-col");
    bool is_enough = reader->holds == LOG_HOLDS_RATE && found[LOG_RATE];
    if (!is_enough && !found[LOG_TRAIN] && !found[LOG_VALIDATION])
        return say_missing(reader, "loss", "; choose one with --loss-col or --validation-col");
    return NULL;
}

/* The kind chosen, or the first of the table that claims the file; NULL: none does. */
static const LogKind *find_kind(LogReader *reader)
{
    const char *format = reader->choice->format;
    if (format && *format) return log_kind_named(format);
    for (int k = 0; (reader->kind = log_kind(k)); k++)
        if (reader->kind->claims(reader)) break;
    return reader->kind;
}

static char *say_unknown(const LogReader *reader)
{
    if (reader->text.begin == reader->text.end) return format_text("is empty");
    if (memchr(reader->text.begin, '\0', (size_t)(reader->text.end - reader->text.begin)))
        return format_text("is not text (UTF-8 or ASCII, plain or gzip); binary logs and UTF-16 "
                           "have to be exported or converted first");
    char *names = log_names_there(reader);
    char *problem =
        names ? format_text("is no training log that is known; its names are %s: choose with "
                            "--step-col, --rate-col, --loss-col, --validation-col",
                            names)
              : format_text("is no training log that is known: neither a table nor JSON with a "
                            "step and a loss, nor what llm.c, nanoGPT or Megatron print");
    free(names);
    return problem;
}

static TrainingLog *read_as(LogReader *reader, const LogKind *kind, const char *path)
{
    kind->read(reader);
    if (reader->problem) return NULL;
    TrainingLog *log = alloc_zeroed(1, sizeof *log);
    log->path = format_text("%s", path);
    log->format = kind->name;
    log_rows_settle(reader->rows, log);
    if (log->rows > 0) return log;
    char *counts = log_describe(log);
    reader->problem = format_text("has no usable row (%s)", counts + strlen(path) + 2);
    free(counts);
    log_free(log);
    return NULL;
}

TrainingLog *log_parse(const char *path, const char *text, size_t size, const LogChoice *choice,
                       LogHolds holds, char **problem)
{
    static const LogChoice by_content;
    LogRows rows = log_rows_begin();
    LogReader reader = {.choice = choice ? choice : &by_content,
                        .holds = holds,
                        .text = {text, text + size},
                        .rows = &rows};
    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) reader.text.begin += 3;
    TrainingLog *log = NULL;
    if ((reader.kind = find_kind(&reader)))
        log = read_as(&reader, reader.kind, path);
    else
        reader.problem = say_unknown(&reader);
    log_rows_free(&rows);
    *problem = reader.problem ? format_text("%s: %s", path, reader.problem) : NULL;
    free(reader.problem);
    return log;
}

TrainingLog *log_read(const char *path, const LogChoice *choice, LogHolds holds)
{
    size_t size;
    char *problem, *text = files_read(path, &size);
    TrainingLog *log = log_parse(path, text, size, choice, holds, &problem);
    if (!log) die("%s", problem);
    free(text);
    return log;
}

void log_free(TrainingLog *log)
{
    if (!log) return;
    free(log->path);
    free(log->step);
    free(log->rate);
    free(log->train_loss);
    free(log->validation_loss);
    free(log);
}
