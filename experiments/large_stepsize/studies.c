#include "studies.h"

#include "base/die.h"
#include "base/words.h"
#include "compute/rowpass.h"
#include "objective/sets.h"

#include <stdlib.h>

const char trials_heading[] =
    "trial,study,set,method,lambda_index,lambda,size,rate_index,rate,level_index,level,repeat,"
    "outcome,steps,gradients,values,last_increase,increases,value,gap,measured,predicted";
const char curves_heading[] = "trial,step,rate,value,gap,sharpness,position";

Row row_begin(const char *study)
{
    return (Row){.study = study,
                 .set = "none",
                 .method = "none",
                 .lambda = NAN,
                 .rate = NAN,
                 .level = NAN,
                 .outcome = OUTCOME_REACHED,
                 .value = NAN,
                 .gap = NAN,
                 .measured = NAN,
                 .predicted = NAN};
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

void row_write(const Row *row, int64_t trial, Table *const tables[])
{
    Table *t = tables[0];
    table_int(t, trial);
    table_text(t, row->study);
    table_spec(t, row->set);
    table_text(t, row->method);
    table_int(t, row->lambda_index);
    table_real(t, row->lambda);
    table_int(t, row->size);
    table_int(t, row->rate_index);
    table_real(t, row->rate);
    table_int(t, row->level_index);
    table_real(t, row->level);
    table_int(t, row->repeat);
    table_outcome(t, row->outcome);
    table_int(t, row->steps);
    table_int(t, row->gradients);
    table_int(t, row->values);
    table_int(t, row->last_increase);
    table_int(t, row->increases);
    table_real(t, row->value);
    table_real(t, row->gap);
    table_real(t, row->measured);
    table_real(t, row->predicted);
    table_end_row(t);
}

void curve_write(const CurvePoint *point, int64_t trial, Table *const tables[])
{
    Table *t = tables[1];
    table_int(t, trial);
    table_int(t, point->step);
    table_real(t, point->rate);
    table_real(t, point->value);
    table_real(t, point->gap);
    table_real(t, point->sharpness);
    table_real(t, point->position);
    table_end_row(t);
}

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

Instance *open_or_absent(const Job *job, Row *row, double lambda, int needs)
{
    Design *design = open_design(row->set, data_stream(row->repeat, RNG_DATA));
    if (design) return instance_create(design, lambda, needs);
    row->outcome = OUTCOME_ABSENT;
    row_write(row, job->trial, job->tables);
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
