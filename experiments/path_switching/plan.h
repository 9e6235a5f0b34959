/* What `plan` finds out about version updates, and how it is told. Private to the program. */
#ifndef PATH_SWITCHING_PLAN_H
#define PATH_SWITCHING_PLAN_H

#include "base/stats.h"
#include "predict.h"
#include "update/cost.h"

#include <stdbool.h>

typedef struct {
    int64_t versions, most;
    double tokens_per_version, params, alpha, mfu;
    double price, peak_flops; /* −1: the table's for this GPU */
    double state_bytes, parameter_bytes;
    const char *gpu, *paradigms, *logs, *out;
    PredictOptions predict;
    bool json, quiet;
} PlanOptions;

/* A paradigm's versions 1 … version. */
typedef struct {
    Cost cost;
    double ratio; /* of the cost of training every version from scratch */
    double released_bytes;
    Interval loss; /* of that version; NaN where no law speaks of it */
    Interval gap;  /* to the first paradigm's; its interval is what the fit leaves open */
} PlanVersion;

typedef struct {
    char *text; /* as the user wrote it */
    const Paradigm *paradigm;
    PlanVersion *version; /* options->versions of them, from version 1 */
    double kept_bytes;
    int *cheaper;  /* than each row: from so many versions on; 0: not up to `most` */
    bool is_front; /* with losses: nothing is both cheaper and better at the last version */
} PlanRow;

enum { PLAN_NOTES = 40 + PREDICT_NOTES };

typedef struct {
    const PlanOptions *options;
    CostSetting setting;
    int count;
    Paradigm **paradigm; /* count, as row */
    PlanRow *row;
    Prediction *prediction; /* NULL without logs */
    int notes;
    char *note[PLAN_NOTES]; /* what the user should know */
} PlanReport;

void plan_note(PlanReport *report, char *text); /* takes the text */

void plan_print(const PlanReport *report);
void plan_print_json(const PlanReport *report);

/* A row for each paradigm and version. */
void plan_write(const PlanReport *report, const char *path);

#endif
