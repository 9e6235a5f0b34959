#include "studies.h"

static const Column trial[] = {
    COLUMN(Row, study),
    COLUMN(Row, question),
    COLUMN(Row, data),
    COLUMN(Row, schedule),
    COLUMN(Row, schedule_index),
    COLUMN_AS(Row, law.name, "law"),
    COLUMN(Row, law.fitted),
    COLUMN(Row, level_index),
    COLUMN(Row, level),
    COLUMN(Row, repeat),
    COLUMN(Row, seed),
    COLUMN(Row, parameters),
    COLUMN(Row, tokens),
    COLUMN(Row, rate),
    COLUMN(Row, outcome),
    COLUMN(Row, steps),
    COLUMN(Row, start_loss),
    COLUMN(Row, train_loss),
    COLUMN(Row, validation_loss),
    COLUMN(Row, validation_accuracy),
    COLUMN(Row, optimum),
    COLUMN(Row, measured),
    COLUMN(Row, predicted),
    COLUMN(Row, low),
    COLUMN(Row, high),
    COLUMN(Row, inside),
    COLUMN(Row, decay_known),
    COLUMN(Row, law.points),
    COLUMN(Row, law.free),
    COLUMN(Row, law.evaluations),
    COLUMN(Row, law.objective),
    COLUMN(Row, law.lambda),
    COLUMN(Row, law.r2),
    COLUMN(Row, law.mae),
    COLUMN(Row, law.relative),
    COLUMN(Row, law.worst),
    COLUMN(Row, law.noise),
    COLUMN(Row, law.L0),
    COLUMN(Row, law.A),
    COLUMN(Row, law.alpha),
    COLUMN(Row, law.C),
};
static const Column curve[] = {
    COLUMN(CurveRow, schedule_index),
    COLUMN(CurveRow, step),
    COLUMN(CurveRow, rate),
    COLUMN(CurveRow, train_loss),
    COLUMN(CurveRow, validation_loss),
    COLUMN(CurveRow, predicted),
    COLUMN(CurveRow, residual),
};
const Columns study_tables[TABLES] = {[TRIALS] = {"trials", sizeof trial / sizeof *trial, trial},
                                      [CURVES] = {"curves", sizeof curve / sizeof *curve, curve}};

Row row_begin(const char *study)
{
    Row row = {0};
    columns_clear(&study_tables[TRIALS], &row);
    row.study = study;
    return row;
}

void row_write(const Row *row, const StudyJob *job) { study_write(job, TRIALS, row); }

void row_write_without(Row row, Outcome outcome, const StudyJob *job)
{
    row.outcome = outcome;
    row_write(&row, job);
}

void curve_write(const CurveRow *row, const StudyJob *job)
{
    CurveRow written = *row;
    written.residual = row->validation_loss - row->predicted;
    study_write(job, CURVES, &written);
}
