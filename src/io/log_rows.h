/* From the entries of a log, in the order of the file, to rows of ascending steps. */
#ifndef IO_LOG_ROWS_H
#define IO_LOG_ROWS_H

#include "io/log.h"

#include <stdbool.h>

typedef enum { LOG_STEP, LOG_RATE, LOG_TRAIN, LOG_VALIDATION, LOG_ROLES } LogRole;

/* absent: NaN; there, but NaN or infinite: INFINITY. */
typedef struct {
    int64_t step;
    double rate, train_loss, validation_loss;
} LogEntry;

typedef struct {
    LogEntry *entry;
    int64_t count, room, empty, broken;

    /* the entry being read */
    LogEntry now;
    bool has_step, is_broken;

    int64_t length[LOG_ROLES]; /* characters of each role's last number; 0: none yet */
    int decimals;              /* of every rate so far; −1: they differ; 0: no rate yet */
    bool padded;               /* some rate ends in a 0 that only a fixed format writes */
} LogRows;

LogRows log_rows_begin(void);
void log_rows_free(LogRows *rows);

/* One value of the present entry. at_end: the file ends right behind it, without a line end;
 * a number that is shorter than the one before, or the first, is then taken to be cut off. */
void log_rows_set(LogRows *rows, LogRole role, const char *text, int64_t length, bool at_end);

void log_rows_next(LogRows *rows);  /* the entry is complete */
void log_rows_spoil(LogRows *rows); /* the entry is not to be used */

/* Settles restarts and fills everything of `log` but path and format. */
void log_rows_settle(LogRows *rows, TrainingLog *log);

#endif
