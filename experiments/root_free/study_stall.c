/* R9: can the running mean square fall in bfloat16? The state of the optimizer alone, on gradients
 * whose mean square is known; nothing is trained. */
#include "studies.h"

#include "base/die.h"
#include "optim/stall.h"

#include <stdlib.h>

/* 1 − beta2: of published settings of convolutional networks, two beside 2^-9 = 0.00195, and
 * two of vision transformers. */
static const double forgets[] = {1.2e-4, 5.6e-4, 1.18e-3, 0.0019, 0.0020, 0.0103, 0.032};
/* batch E g² */
static const double truths[] = {0.01, 1.0, 9.0};

typedef struct {
    const char *method, *state;
} StateRow;

static const StateRow states[] = {
    {"rf", "float32"}, {"rf_bfloat16", "bfloat16"}, {"rf_stochastic", "stochastic"}};

enum {
    FORGETS = sizeof forgets / sizeof *forgets,
    TRUTHS = sizeof truths / sizeof *truths,
    STATES = sizeof states / sizeof *states,
    BATCH = 128, /* as published; 1 / 128 is a power of two */
    NUMBERS = 256
};

static int64_t count(const Study *study)
{
    (void)study;
    return (int64_t)FORGETS * TRUTHS * STATES;
}

static Stall stall_of(int64_t index)
{
    return (Stall){.state = states[index % STATES].state,
                   .batch = BATCH,
                   .truth = truths[index / STATES / FORGETS],
                   .forget = forgets[index / STATES % FORGETS],
                   .numbers = NUMBERS,
                   .steps = config.stall_steps,
                   .seed = (uint64_t)frame->seed};
}

/* The caller frees row.setting. */
static Row begin(const StudyJob *job)
{
    Stall stall = stall_of(job->index);
    Row row = row_begin("stall");
    row.setting = format_text("truth=%g", stall.truth);
    row.method = states[job->index % STATES].method;
    row.seed = frame->seed;
    row.batch = BATCH;
    row.level = stall.forget;
    row.level_index = job->index / STATES % FORGETS;
    row.steps = stall.steps;
    return row;
}

static void run(const StudyJob *job)
{
    Stall stall = stall_of(job->index);
    Row row = begin(job);
    Backend *backend = backend_open(frame->device);
    ObservedCurvature seen = stall_measure(&stall, backend);
    backend->close(backend);
    row.curvature = (Curvature){seen.low, seen.median, seen.high, seen.moved};
    row.measured = seen.median;
    row.predicted = stall_expected(&stall);
    row_write(&row, job);
    free((char *)row.setting);
}

static void crashed(const StudyJob *job)
{
    Row row = begin(job);
    row_write_without(row, OUTCOME_CRASHED, job);
    free((char *)row.setting);
}

static double cost(const Study *study, int64_t index)
{
    (void)study, (void)index;
    return 1.5e-5 * (double)config.stall_steps;
}

const Study study_stall = {"stall", NULL, count, run, crashed, cost};
