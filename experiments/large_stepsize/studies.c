#include "studies.h"

#include "base/die.h"
#include "base/words.h"
#include "compute/rowpass.h"
#include "objective/sets.h"

static const Column trial[] = {
    COLUMN(Row, study),         COLUMN(Row, set),       COLUMN(Row, method),
    COLUMN(Row, lambda_index),  COLUMN(Row, lambda),    COLUMN(Row, size),
    COLUMN(Row, rate_index),    COLUMN(Row, rate),      COLUMN(Row, level_index),
    COLUMN(Row, level),         COLUMN(Row, repeat),    COLUMN(Row, outcome),
    COLUMN(Row, steps),         COLUMN(Row, gradients), COLUMN(Row, values),
    COLUMN(Row, last_increase), COLUMN(Row, increases), COLUMN(Row, value),
    COLUMN(Row, gap),           COLUMN(Row, measured),  COLUMN(Row, predicted),
};
static const Column curve[] = {
    COLUMN(CurvePoint, step), COLUMN(CurvePoint, rate),      COLUMN(CurvePoint, value),
    COLUMN(CurvePoint, gap),  COLUMN(CurvePoint, sharpness), COLUMN(CurvePoint, position),
};
const Columns study_tables[TABLES] = {[TRIALS] = {"trials", sizeof trial / sizeof *trial, trial},
                                      [CURVES] = {"curves", sizeof curve / sizeof *curve, curve}};

Row row_begin(const char *study)
{
    Row row = {0};
    columns_clear(&study_tables[TRIALS], &row);
    row.study = study;
    row.outcome = OUTCOME_REACHED;
    return row;
}

void row_result(Row *row, const SolveResult *result)
{
    row->outcome = result->outcome;
    row->steps = result->steps;
    row->gradients = result->gradients;
    row->values = result->values;
    row->last_increase = result->last_increase;
    row->increases = result->increases;
    row->value = result->value;
    row->gap = result->gap;
    row->rate = result->rate;
}

double count_of(const SolveResult *result, int64_t count)
{
    return result->outcome == OUTCOME_REACHED ? (double)count : NAN;
}

void row_write(const Row *row, const StudyJob *job) { study_write(job, TRIALS, row); }

void curve_write(const CurvePoint *point, const StudyJob *job) { study_write(job, CURVES, point); }

Rng data_stream(int64_t repeat, RngUse use)
{
    return rng_stream((uint64_t)frame->seed, (uint32_t)repeat, use);
}

Design *open_design(const char *set, Rng rng)
{
    Design *design = set_open(set, frame->data, rng);
    if (design) rowpass_place(design, frame->device);
    return design;
}

Instance *open_or_absent(const StudyJob *job, Row *row, double lambda, int needs)
{
    Design *design = open_design(row->set, data_stream(row->repeat, RNG_DATA));
    if (design) return instance_create(design, lambda, needs);
    row->outcome = OUTCOME_ABSENT;
    row_write(row, job);
    return NULL;
}

Nested nested(int64_t index, int64_t second_count, int64_t third_count)
{
    return (Nested){.first = index / (second_count * third_count),
                    .second = index / third_count % second_count,
                    .third = index % third_count};
}

int64_t grid_count(const char *sets, const CliList *lambdas)
{
    return words_count(sets) * lambdas->count;
}

void grid_factors(int64_t index, const char *sets, const CliList *lambdas, Row *row)
{
    row->set = words_item(sets, index / lambdas->count);
    row->lambda_index = index % lambdas->count;
    row->lambda = lambdas->value[row->lambda_index];
}
