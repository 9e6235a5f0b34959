/* A15 on published curves: a trial is a curve, whose end is forecast from its beginnings. */
#include "forecasts.h"
#include "public_curves.h"

#include "base/words.h"

#include <stdlib.h>

/* Row `index` of all curves, models outermost. */
static const PublicSet *find(int64_t *index)
{
    for (int64_t k = 0;; k++) {
        char *model = words_item(config.public_models, k);
        const PublicSet *set = public_find(model);
        free(model);
        if (*index < set->count) return set;
        *index -= set->count;
    }
}

static int64_t count(const Study *study)
{
    (void)study;
    int64_t curves = 0;
    for (int64_t k = 0; k < words_count(config.public_models); k++) {
        char *model = words_item(config.public_models, k);
        curves += public_find(model)->count;
        free(model);
    }
    return curves;
}

static Row begin(const StudyJob *job, const PublicSet **set)
{
    Row row = row_begin(job->study->name);
    row.schedule_index = job->index;
    *set = find(&row.schedule_index);
    row.question = "forecast";
    row.data = (*set)->name;
    row.rate = (*set)->peak;
    return row;
}

static void run(const StudyJob *job)
{
    const PublicSet *set;
    Row row = begin(job, &set);
    if (!public_is_here(set, frame->data)) {
        row_write_without(row, OUTCOME_ABSENT, job);
        return;
    }
    Observed seen = public_read(set, (int)row.schedule_index, frame->data);
    forecasts_write(&seen.run, &row, job);
    observed_free(&seen);
}

static void crashed(const StudyJob *job)
{
    const PublicSet *set;
    row_write_without(begin(job, &set), OUTCOME_CRASHED, job);
}

static double cost(const Study *study, int64_t index)
{
    (void)study, (void)index;
    return 2.0;
}

const Study study_forecasts = {"forecasts", NULL, count, run, crashed, cost};
