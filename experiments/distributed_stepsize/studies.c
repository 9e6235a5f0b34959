#include "studies.h"

#include <math.h>

static const Column trial[] = {
    COLUMN(Row, study),
    COLUMN(Row, network),
    COLUMN(Row, nodes),
    COLUMN(Row, edges),
    COLUMN(Row, diameter),
    COLUMN(Row, imbalance),
    COLUMN(Row, problem),
    COLUMN(Row, method),
    COLUMN(Row, level_index),
    COLUMN(Row, level),
    COLUMN(Row, safety),
    COLUMN(Row, filter),
    COLUMN(Row, fault),
    COLUMN(Row, repeat),
    COLUMN(Row, seed),
    COLUMN(Row, rate),
    COLUMN(Row, outcome),
    COLUMN(Row, steps),
    COLUMN(Row, traffic.rounds),
    COLUMN(Row, traffic.messages),
    COLUMN(Row, traffic.bytes),
    COLUMN(Row, gradients),
    COLUMN(Row, seen.error),
    COLUMN(Row, seen.gap),
    COLUMN(Row, seen.disagreement),
    COLUMN(Row, seen.rate_least),
    COLUMN(Row, seen.rate_mean),
    COLUMN(Row, seen.rate_largest),
    COLUMN(Row, seen.local_least),
    COLUMN(Row, seen.local_mean),
    COLUMN(Row, seen.local_largest),
    COLUMN(Row, seen.rates_equal),
    COLUMN(Row, trusted),
    COLUMN(Row, failed),
    COLUMN(Row, diverged),
    COLUMN(Row, deceived),
    COLUMN(Row, digits),
    COLUMN(Row, measured),
    COLUMN(Row, predicted),
};
static const Column curve[] = {
    COLUMN(CurveRow, step),
    COLUMN(CurveRow, traffic.rounds),
    COLUMN(CurveRow, traffic.bytes),
    COLUMN(CurveRow, seen.error),
    COLUMN(CurveRow, seen.gap),
    COLUMN(CurveRow, seen.disagreement),
    COLUMN(CurveRow, seen.rate_least),
    COLUMN(CurveRow, seen.rate_mean),
    COLUMN(CurveRow, seen.rate_largest),
    COLUMN(CurveRow, seen.local_least),
    COLUMN(CurveRow, seen.local_mean),
    COLUMN(CurveRow, seen.local_largest),
};
static const Column network[] = {
    COLUMN(NetworkRow, kind), COLUMN(NetworkRow, node),       COLUMN(NetworkRow, x),
    COLUMN(NetworkRow, y),    COLUMN(NetworkRow, to_x),       COLUMN(NetworkRow, to_y),
    COLUMN(NetworkRow, rate), COLUMN(NetworkRow, local_rate),
};
const Columns study_tables[TABLES] = {
    [TRIALS] = {"trials", sizeof trial / sizeof *trial, trial},
    [CURVES] = {"curves", sizeof curve / sizeof *curve, curve},
    [NETWORK] = {"network", sizeof network / sizeof *network, network}};

Row row_begin(const char *study)
{
    Row row = {0};
    columns_clear(&study_tables[TRIALS], &row);
    row.study = study;
    return row;
}

/* A coordination or a run that ends further off than this has failed: the target of runs. */
static bool has_failed(const Row *row)
{
    return row->outcome == OUTCOME_DIVERGED || !(row->seen.error <= config.target);
}

void row_write(const Row *row, const StudyJob *job)
{
    Row judged = *row;
    judged.failed = has_failed(row);
    judged.diverged = row->outcome == OUTCOME_DIVERGED;
    judged.deceived = judged.failed && row->trusted > 0.0;
    judged.digits = row->seen.error > 0.0 ? -log10(row->seen.error) : NAN;
    study_write(job, TRIALS, &judged);
}

void row_write_without(Row row, Outcome outcome, const StudyJob *job)
{
    row.outcome = outcome;
    row_write(&row, job);
}

void curve_write(const CurveRow *row, const StudyJob *job) { study_write(job, CURVES, row); }

void network_write(const NetworkRow *row, const StudyJob *job) { study_write(job, NETWORK, row); }
