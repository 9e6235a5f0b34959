/* Losses of versions that were never trained: the user's logs, a law fitted to them, and the rates
 * of every paradigm's paths. */
#ifndef PATH_SWITCHING_PREDICT_H
#define PATH_SWITCHING_PREDICT_H

#include "fit/logged.h"
#include "fit/outlook.h"
#include "update/paradigm.h"

typedef struct {
    const char *schedule, *loss, *law;
    int64_t steps, resamples, seed; /* steps: T in the logs' steps; 0: the longest log's length */
    double tokens_per_step;         /* says T where steps does not; 0: not given */
    double peak, floor;             /* peak: 0 for the logs' largest rate */
    int64_t warmup;                 /* −1: the logs' */
} PredictOptions;

enum { PREDICT_LEAST = 20, PREDICT_NOTES = 8 + LAW_MAX_PARAMETERS + 4 * LOGGED_NOTES };

typedef struct {
    const Law *law;
    int64_t count;
    Logged *log;
    UpdateSetting setting; /* in the logs' steps and rates */
    Outlook outlook;       /* losses: paradigms x versions */
    int notes;
    char *note[PREDICT_NOTES];
} Prediction;

/* Logs: paths, separated by blanks. Ends the program where one cannot be used. prediction_free()
 * frees. */
Prediction *prediction_make(const char *logs, const PredictOptions *options, int versions,
                            double tokens_per_version, int count, Paradigm *const paradigms[]);
void prediction_free(Prediction *prediction);

/* Of version 1, 2, … of paradigm k; NaN where a release is an average or of
 * another optimizer, of which no law speaks. */
Interval prediction_loss(const Prediction *prediction, int k, const Paradigm *paradigm,
                         int version);

/* Its loss minus that of version `version` of paradigm `to`, by the same resamples. */
Interval prediction_gap(const Prediction *prediction, int k, const Paradigm *paradigm, int to,
                        int version);

/* ---- predict_logs.c */
/* logged_free() frees what it holds. */
Logged predict_log_read(const char *path, const PredictOptions *options);

/* The rates of a path as laws take them: rate[s] of step s, from 0. The caller frees rate. */
LawRun predict_run(const Path *path, int64_t warmup, LawWarmup counted);

#endif
