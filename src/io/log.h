/* Training logs as other people's programs write them, read into columns.
 *
 * The format is recognised by content: CSV (our own; step,lr,loss; any with usual names), CSV and
 * history from Weights & Biases, CSV from TensorBoard and AlgoPerf, trainer_state.json, JSON
 * Lines, and what llm.c, nanoGPT, modded-nanogpt and Megatron print. Plain or gzip.
 *
 * Rules. A rate that is not in the file is not made up: it is NaN, and the caller asks for the
 * schedule. The rate is the one printed; whether it belongs to this step or to the next differs
 * between programs. Training and validation loss stay apart. After a restart the last word
 * counts: a row stands unless a later one has its step or a smaller one. What was left out is
 * counted by reason. A broken or cut-off line costs that line, never the file. */
#ifndef IO_LOG_H
#define IO_LOG_H

#include <stddef.h>
#include <stdint.h>

enum { LOG_LAST_STEP = 1000000000 }; /* a larger step is a broken line, or counts tokens */

/* What to read, where the file alone does not say it. NULL or "" leaves it to the content. */
typedef struct {
    const char *format; /* the name of a format, see log_formats() */
    /* The names of columns or keys; for printed logs, the text before the number ("lm loss:").
     * Capital letters, and which of "_-/. " stands between words, do not matter. */
    const char *step, *rate, *train_loss, *validation_loss;
    const char *run; /* in a chart of several runs */
} LogChoice;

/* Steps ascend strictly. A value that the log does not give for a step is NaN; each row has at
 * least one of the three, a finite number; rates are not negative. A file asked for rates may hold
 * them alone. */
typedef struct {
    char *path;
    const char *format;
    int64_t rows;
    int64_t *step; /* as logged: from 0 or from 1 */
    double *rate, *train_loss, *validation_loss;
    int64_t rated, trained, validated; /* rows that have each */

    int64_t dropped_repeated; /* overwritten after a restart */
    int64_t dropped_nan;      /* the loss is NaN or infinite */
    int64_t dropped_empty;    /* no step, or neither a loss nor a rate */
    int64_t dropped_broken;   /* cut off or garbled */

    double rate_rounding; /* half of the last decimal where rates have a fixed number, else 0 */
} TrainingLog;

/* What a file of one number per step holds (TensorBoard's "Value"); other files have names. */
typedef enum { LOG_HOLDS_LOSS, LOG_HOLDS_RATE, LOG_HOLDS_VALIDATION } LogHolds;

/* choice may be NULL. Ends the program with one sentence when the file cannot be read, holds no
 * usable row, or does not have what was chosen. The caller frees with log_free(). */
TrainingLog *log_read(const char *path, const LogChoice *choice, LogHolds holds);

/* The same from memory: `size` bytes, any bytes. NULL and a sentence in *problem, which the caller
 * frees, when there is nothing to read. */
TrainingLog *log_parse(const char *path, const char *text, size_t size, const LogChoice *choice,
                       LogHolds holds, char **problem);
void log_free(TrainingLog *log);

/* Takes the rows of `other` in, such as the rates of a second file. Steps that only one of the
 * two has stay (nothing is interpolated); where both have a value, that of `log` stands. */
void log_join(TrainingLog *log, const TrainingLog *other);

/* Format, rows, what was left out and why, and how exact the rates are, in a few sentences for
 * the user; the caller frees. */
char *log_describe(const TrainingLog *log);

/* Every format as "  NAME  what it is", a line each; the caller frees. */
char *log_formats(void);

#endif
