/* R1: exact laws, each as the difference of two walks that theory says are one, or are not; and the
 * curvature that inverse-free Shampoo finds. No training. */
#include "studies.h"

#include "base/die.h"
#include "optim/invariance.h"
#include "optim/whitening.h"

#include <stdlib.h>

enum { STEPS = 40 };

/* 1 − beta2 of the fixed points. */
static const double forgets[] = {0.002, 0.01, 0.05};
enum { FORGETS = sizeof forgets / sizeof *forgets };
enum { WHITENING_BATCH = 4, WHITENING_BURN = 5000, WHITENING_STEPS = 40000 };

static int64_t count(const Study *study)
{
    (void)study;
    return invariance_law_count + FORGETS;
}

/* ---- laws */

static Row law_row(int64_t number)
{
    const InvarianceLaw *law = &invariance_laws[number];
    Row row = row_begin("exact");
    row.setting = law->setting;
    row.method = law->method;
    row.level = law->holds;
    row.level_index = number;
    row.optimizer = law->plain.text;
    row.rate = law->plain.rate;
    row.steps = STEPS;
    if (law->holds) row.predicted = 0.0;
    return row;
}

static void law_run(const StudyJob *job, Row *row)
{
    double difference[STEPS];
    Backend *backend = backend_open(frame->device);
    invariance_differences(&invariance_laws[job->index], backend, STEPS, difference);
    backend->close(backend);
    for (int step = 0; step < STEPS; step++)
        curve_write(
            &(CurveRow){"difference", row->setting, row->method, step + 1.0, difference[step]},
            job);
    row->measured = difference[STEPS - 1];
}

/* ---- fixed points */

static Row fixed_point_row(int64_t number)
{
    Row row = row_begin("exact");
    row.setting = "fixed_point";
    row.method = "if_shampoo";
    row.level = forgets[number];
    row.level_index = number;
    row.batch = WHITENING_BATCH;
    row.steps = WHITENING_BURN + WHITENING_STEPS;
    row.predicted = 0.0;
    return row;
}

static void fixed_point_run(Row *row)
{
    char *text =
        format_text("if_shampoo:beta2=%g,batch=%d,damping=0", 1.0 - row->level, WHITENING_BATCH);
    Whitening whitening = {text, WHITENING_BATCH, WHITENING_BURN, WHITENING_STEPS};
    Backend *backend = backend_open(frame->device);
    row->measured = whitening_error(&whitening, backend);
    backend->close(backend);
    free(text);
}

/* ---- */

static Row begin(const StudyJob *job)
{
    int64_t past = job->index - invariance_law_count;
    return past < 0 ? law_row(job->index) : fixed_point_row(past);
}

static void run(const StudyJob *job)
{
    Row row = begin(job);
    if (job->index < invariance_law_count)
        law_run(job, &row);
    else
        fixed_point_run(&row);
    row_write(&row, job);
}

static void crashed(const StudyJob *job) { row_write_without(begin(job), OUTCOME_CRASHED, job); }

static double cost(const Study *study, int64_t index)
{
    (void)study;
    return index < invariance_law_count ? 0.001 : 0.6;
}

const Study study_exact = {"exact", NULL, count, run, crashed, cost};
