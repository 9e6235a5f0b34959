/* Any bytes as a training log: no crash, and a log that keeps what its header promises.
 *
 * The first byte says what the file holds and whether a format is forced; the rest is the file.
 * tests/tools/fuzz.sh builds and runs this with libFuzzer. */
#include "io/log.h"
#include "io/log_kinds.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const TrainingLog *log)
{
    int64_t rated = 0, trained = 0, validated = 0;
    assert(log->rows > 0);
    for (int64_t r = 0; r < log->rows; r++) {
        assert(log->step[r] >= 0 && log->step[r] <= LOG_LAST_STEP);
        assert(r == 0 || log->step[r] > log->step[r - 1]);
        assert(isnan(log->rate[r]) || (log->rate[r] >= 0 && !isinf(log->rate[r])));
        assert(!isinf(log->train_loss[r]) && !isinf(log->validation_loss[r]));
        rated += !isnan(log->rate[r]);
        trained += !isnan(log->train_loss[r]);
        validated += !isnan(log->validation_loss[r]);
        assert(!isnan(log->rate[r]) || !isnan(log->train_loss[r]) ||
               !isnan(log->validation_loss[r]));
    }
    assert(rated == log->rated && trained == log->trained && validated == log->validated);
    assert(log->dropped_repeated >= 0 && log->dropped_nan >= 0);
}

/* 0: by content; then each format by its number; then names of columns chosen. */
static LogChoice choice_of(int number)
{
    int kinds = 0;
    while (log_kind(kinds)) kinds++;
    if (number > kinds) return (LogChoice){.step = "s", .train_loss = "loss", .rate = ""};
    return (LogChoice){.format = number > 0 ? log_kind(number - 1)->name : NULL};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    LogChoice choice = choice_of(data[0] / 8);
    if (data[0] & 4) choice.run = "a";
    char *problem = NULL;
    TrainingLog *log = log_parse("fuzz", (const char *)data + 1, size - 1, &choice,
                                 (LogHolds)(data[0] % 3), &problem);
    assert((log == NULL) == (problem != NULL));
    if (log) {
        check(log);
        free(log_describe(log));
        TrainingLog *twice = log_parse("fuzz", (const char *)data + 1, size - 1, &choice,
                                       (LogHolds)(data[0] % 3), &problem);
        log_join(log, twice);
        check(log);
        assert(log->rows == twice->rows);
        log_free(twice);
    }
    free(problem);
    log_free(log);
    return 0;
}
