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
enum { TRAININGS = sizeof trainings / sizeof *trainings };

static int64_t count(const Study *study)
{
    (void)study;
    int64_t sets = 0;
    for (int64_t k = 0; k < words_count(config.public_models); k++) {
        char *model = words_item(config.public_models, k);
        sets += public_find(model)->trainings;
        free(model);
    }
    return sets * words_count(config.public_laws);
}

typedef struct {
    Row row;
    const PublicSet *from;
    int training;
    char *law;
} Trial;

static Trial begin(const StudyJob *job)
{
    int64_t laws = words_count(config.public_laws), rest = job->index / laws, model = 0;
    Trial trial = {.row = row_begin(job->study->name)};
    for (;; model++) {
        trial.row.data = words_item(config.public_models, model);
        trial.from = public_find(trial.row.data);
        if (rest < trial.from->trainings) break;
        rest -= trial.from->trainings;
    }
    trial.law = words_item(config.public_laws, job->index % laws);
    trial.training = TRAININGS - trial.from->trainings + (int)rest;
    trial.row.question = "fit";
    trial.row.law.name = trial.law;
    trial.row.law.fitted = trainings[trial.training].name;
    trial.row.rate = trial.from->peak;
    return trial;
}

/* annealing_as_peak: the warm-up counted as its authors do; annealing: as it was. */
static const char *choose_variant(const Trial *trial, int count_of, Observed *seen)
{
    if (strcmp(trial->law, "annealing_as_peak") != 0) return trial->law;
    for (int k = 0; k < count_of; k++) seen[k].run.counted = WARMUP_AS_PEAK;
    return "annealing";
}

/* The training curves first, then those that no law of the set has seen. */
static void compare(const Trial *trial, const StudyJob *job)
{
    const PublicSet *from = trial->from;
    Observed seen[PUBLIC_MAX];
    const LawRun *run[PUBLIC_MAX];
    int first = trainings[trial->training].first, fitted = trainings[trial->training].count;
    int64_t runs = 0;
    for (int k = 0; k < from->count; k++) seen[k] = public_read(from, k, frame->data);
    for (int k = first; k < first + fitted; k++) run[runs++] = &seen[k].run;
    for (int k = from->unseen; k < from->count; k++)
        if (k < first || k >= first + fitted) run[runs++] = &seen[k].run;
    FitSet set = {runs, fitted, run, trainings[trial->training].name, from->memory};
    FitResult fit = fits_run(choose_variant(trial, from->count, seen), &set);
    fits_write(trial->law, &set, &fit, &trial->row, job);
    if (!strcmp(trial->law, "annealing_refit")) {
        fits_scan(&set, &trial->row, job);
        if (trial->training == TRAININGS - from->trainings && runs > fitted) {
            fits_write_all("annealing_refit", "annealing_all", &set, &trial->row, job);
            fits_write_all("linear_rate", "linear_all", &set, &trial->row, job);
        }
        if (trial->training == TRAININGS - from->trainings) fits_curves(&set, &fit, job);
    }
    for (int k = 0; k < from->count; k++) observed_free(&seen[k]);
}

static void run(const StudyJob *job)
{
    Trial trial = begin(job);
    if (public_is_here(trial.from, frame->data)) {
        compare(&trial, job);
    } else {
        row_write_without(trial.row, OUTCOME_ABSENT, job);
    }
}

static void crashed(const StudyJob *job)
{
    Trial trial = begin(job);
    row_write_without(trial.row, OUTCOME_CRASHED, job);
}

static double cost(const Study *study, int64_t index)
{
    (void)study, (void)index;
    return 1.0;
}

const Study study_public = {"public", NULL, count, run, crashed, cost};
