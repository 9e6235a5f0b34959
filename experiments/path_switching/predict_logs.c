/* From a user's log and from a path to the runs that laws are made for. */
#include "predict.h"

#include "io/log.h"

Logged predict_log_read(const char *path, const PredictOptions *options)
{
    TrainingLog *read = log_read(path, NULL, LOG_HOLDS_LOSS);
    Logged log = logged_take(
        read, &(LoggedOptions){.schedule = logged_peak(read) > 0.0 ? NULL : options->schedule,
                               .as_logged = true,
                               .warmup = -1,
                               .loss = options->loss,
                               .from = -1,
                               .least = PREDICT_LEAST});
    log_free(read);
    return log;
}

LawRun predict_run(const Path *path, int64_t warmup, LawWarmup counted)
{
    return (LawRun){.name = "path",
                    .steps = path->steps + 1,
                    .rate = schedule_rates(path->schedule, path->steps),
                    .warmup = warmup,
                    .counted = counted};
}
