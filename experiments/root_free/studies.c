#include "studies.h"

static const Column trial[] = {
    COLUMN(Row, study),
    COLUMN(Row, task),
    COLUMN(Row, schedule),
    COLUMN(Row, method),
    COLUMN(Row, setting),
    COLUMN(Row, role),
    COLUMN(Row, configuration),
    COLUMN(Row, rank),
    COLUMN(Row, repeat),
    COLUMN(Row, seed),
    COLUMN(Row, batch),
    COLUMN(Row, power),
    COLUMN(Row, level),
    COLUMN(Row, level_index),
    COLUMN(Row, optimizer),
    COLUMN(Row, rate),
    COLUMN(Row, steps),
    COLUMN(Row, outcome),
    COLUMN(Row, train_loss),
    COLUMN(Row, validation_loss),
    COLUMN(Row, validation_error),
    COLUMN(Row, test_loss),
    COLUMN(Row, test_error),
    COLUMN_AS(Row, curvature.low, "curvature_low"),
    COLUMN_AS(Row, curvature.median, "curvature_median"),
    COLUMN_AS(Row, curvature.high, "curvature_high"),
    COLUMN_AS(Row, curvature.moved, "curvature_moved"),
    COLUMN(Row, measured),
    COLUMN(Row, predicted),
};
static const Column curve[] = {
    COLUMN(CurveRow, kind), COLUMN(CurveRow, setting), COLUMN(CurveRow, method),
    COLUMN(CurveRow, x),    COLUMN(CurveRow, value),
};
const Columns study_tables[TABLES] = {[TRIALS] = {"trials", sizeof trial / sizeof *trial, trial},
                                      [CURVES] = {"curves", sizeof curve / sizeof *curve, curve}};

Row row_begin(const char *study)
{
    Row row = {0};
    columns_clear(&study_tables[TRIALS], &row);
    row.study = study;
    row.role = "measure";
    return row;
}

void row_write(const Row *row, const StudyJob *job) { study_write(job, TRIALS, row); }

void row_write_without(Row row, Outcome outcome, const StudyJob *job)
{
    row.outcome = outcome;
    row_write(&row, job);
}

void curve_write(const CurveRow *row, const StudyJob *job) { study_write(job, CURVES, row); }
