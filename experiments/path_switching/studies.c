#include "studies.h"

#include <math.h>

static const Column trial[] = {
    COLUMN(Row, study),          COLUMN(Row, arm),
    COLUMN(Row, paradigm),       COLUMN(Row, model),
    COLUMN(Row, domain),         COLUMN(Row, version),
    COLUMN(Row, versions),       COLUMN(Row, steps),
    COLUMN(Row, peak),           COLUMN(Row, alpha),
    COLUMN(Row, replay),         COLUMN(Row, level_index),
    COLUMN(Row, level),          COLUMN(Row, repeat),
    COLUMN(Row, seed),           COLUMN(Row, parameters),
    COLUMN(Row, outcome),        COLUMN(Row, path_steps),
    COLUMN(Row, cost_steps),     COLUMN(Row, unshared_steps),
    COLUMN(Row, formula_steps),  COLUMN(Row, cost),
    COLUMN(Row, run_steps),      COLUMN(Row, tokens),
    COLUMN(Row, flops),          COLUMN(Row, kept_bytes),
    COLUMN(Row, released_bytes), COLUMN(Row, loss),
    COLUMN(Row, bits),           COLUMN(Row, perplexity),
    COLUMN(Row, predicted),
};
static const Column curve[] = {
    COLUMN(CurveRow, arm),  COLUMN(CurveRow, version), COLUMN(CurveRow, step),
    COLUMN(CurveRow, rate), COLUMN(CurveRow, loss),
};
const Columns study_tables[TABLES] = {[TRIALS] = {"trials", sizeof trial / sizeof *trial, trial},
                                      [CURVES] = {"curves", sizeof curve / sizeof *curve, curve}};

Row row_begin(const char *study)
{
    Row row = {0};
    columns_clear(&study_tables[TRIALS], &row);
    row.study = study;
    row.domain = "all";
    return row;
}

void row_set_loss(Row *row, double loss)
{
    row->loss = loss;
    row->bits = loss / M_LN2;
    row->perplexity = exp(loss);
}

void row_write(const Row *row, const StudyJob *job) { study_write(job, TRIALS, row); }

void curve_write(const CurveRow *row, const StudyJob *job) { study_write(job, CURVES, row); }
