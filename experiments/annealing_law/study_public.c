/* A1, A13 on published curves: every law fitted to three, two and one of them, judged on the
 * others. Trials: curves × training sets × laws, the laws innermost. */
#include "fits.h"
#include "public_curves.h"

#include "base/words.h"

#include <stdlib.h>
#include <string.h>

/* The training curves come first in every set: constant, cosine and a two-stage schedule. */
static const struct {
    const char *name;
    int first, count;
} trainings[] = {{"three", 0, 3}, {"two", 0, 2}, {"one", 1, 1}};
enum { TRAININGS = sizeof trainings / sizeof *trainings, UNSEEN = 3 };

static int64_t count(const Study *study)
{
    (void)study;
    return words_count(config.public_models) * TRAININGS * words_count(config.public_laws);
}

typedef struct {
    Row row;
    int training;
    char *law;
} Trial;

static Trial begin(const StudyJob *job)
{
    int64_t laws = words_count(config.public_laws);
    Trial trial = {.row = row_begin(job->study->name)};
    trial.law = words_item(config.public_laws, job->index % laws);
    trial.training = (int)(job->index / laws % TRAININGS);
    trial.row.data = words_item(config.public_models, job->index / laws / TRAININGS);
    trial.row.question = "fit";
    trial.row.law.name = trial.law;
    trial.row.law.fitted = trainings[trial.training].name;
    trial.row.rate = public_find(trial.row.data)->peak;
    return trial;
}

/* The training curves first, then those that no law of any set has seen. */
static void compare(const Trial *trial, const PublicSet *from, const StudyJob *job)
{
    Observed seen[PUBLIC_MAX];
    const LawRun *run[PUBLIC_MAX];
    int first = trainings[trial->training].first, fitted = trainings[trial->training].count;
    int64_t runs = 0;
    if (first + fitted > from->count) fitted = from->count - first;
    for (int k = 0; k < from->count; k++) seen[k] = public_read(from, k, frame->data);
    for (int k = first; k < first + fitted; k++) run[runs++] = &seen[k].run;
    for (int k = UNSEEN; k < from->count; k++) run[runs++] = &seen[k].run;
    FitSet set = {runs, fitted, run, trainings[trial->training].name, from->memory};
    FitResult fit = fits_run(trial->law, &set);
    fits_write(trial->law, &set, &fit, &trial->row, job);
    if (!strcmp(trial->law, "annealing_refit")) {
        fits_scan(&set, &trial->row, job);
        if (trial->training == 0) fits_curves(&set, &fit, job);
    }
    for (int k = 0; k < from->count; k++) observed_free(&seen[k]);
}

static void run(const StudyJob *job)
{
    Trial trial = begin(job);
    const PublicSet *from = public_find(trial.row.data);
    if (public_is_here(from, frame->data)) {
        compare(&trial, from, job);
    } else {
        trial.row.outcome = OUTCOME_ABSENT;
        row_write(&trial.row, job);
    }
}

static void crashed(const StudyJob *job)
{
    Trial trial = begin(job);
    trial.row.outcome = OUTCOME_CRASHED;
    row_write(&trial.row, job);
}

static double cost(const Study *study, int64_t index)
{
    (void)study, (void)index;
    return 1.0;
}

const Study study_public = {"public", NULL, count, run, crashed, cost};
