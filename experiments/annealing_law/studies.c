#include "studies.h"

#include "base/die.h"

#include <math.h>
#include <stdlib.h>

const char trials_heading[] =
    "trial,study,question,data,schedule,schedule_index,law,fitted,level_index,level,repeat,seed,"
    "parameters,tokens,rate,outcome,steps,start_loss,train_loss,validation_loss,"
    "validation_accuracy,optimum,measured,predicted,low,high,inside,decay_known,points,free,"
    "evaluations,objective,lambda,r2,"
    "mae,relative,worst,noise,L0,A,alpha,C";
const char curves_heading[] =
    "trial,schedule_index,step,rate,train_loss,validation_loss,predicted,residual";

static const LawCells no_law = {.name = "none",
                                .fitted = "none",
                                .objective = NAN,
                                .lambda = NAN,
                                .r2 = NAN,
                                .mae = NAN,
                                .relative = NAN,
                                .worst = NAN,
                                .noise = NAN,
                                .L0 = NAN,
                                .A = NAN,
                                .alpha = NAN,
                                .C = NAN};

Row row_begin(const char *study)
{
    return (Row){.study = study,
                 .question = "none",
                 .data = "none",
                 .schedule = "none",
                 .law = no_law,
                 .level = NAN,
                 .rate = NAN,
                 .outcome = OUTCOME_SPENT,
                 .start_loss = NAN,
                 .train_loss = NAN,
                 .validation_loss = NAN,
                 .validation_accuracy = NAN,
                 .optimum = NAN,
                 .measured = NAN,
                 .predicted = NAN,
                 .low = NAN,
                 .high = NAN,
                 .inside = NAN,
                 .decay_known = NAN};
}

static void write_law(Table *t, const LawCells *law)
{
    table_int(t, law->points);
    table_int(t, law->free);
    table_int(t, law->evaluations);
    table_real(t, law->objective);
    table_real(t, law->lambda);
    table_real(t, law->r2);
    table_real(t, law->mae);
    table_real(t, law->relative);
    table_real(t, law->worst);
    table_real(t, law->noise);
    table_real(t, law->L0);
    table_real(t, law->A);
    table_real(t, law->alpha);
    table_real(t, law->C);
}

static void write_factors(Table *t, const Row *row)
{
    table_text(t, row->study);
    table_text(t, row->question);
    table_spec(t, row->data);
    table_spec(t, row->schedule);
    table_int(t, row->schedule_index);
    table_text(t, row->law.name);
    table_text(t, row->law.fitted);
    table_int(t, row->level_index);
    table_real(t, row->level);
    table_int(t, row->repeat);
    table_int(t, row->seed);
    table_int(t, row->parameters);
    table_int(t, row->tokens);
    table_real(t, row->rate);
}

void row_write(const Row *row, const StudyJob *job)
{
    Table *t = job->tables[0];
    table_int(t, job->trial);
    write_factors(t, row);
    table_outcome(t, row->outcome);
    table_int(t, row->steps);
    table_real(t, row->start_loss);
    table_real(t, row->train_loss);
    table_real(t, row->validation_loss);
    table_real(t, row->validation_accuracy);
    table_real(t, row->optimum);
    table_real(t, row->measured);
    table_real(t, row->predicted);
    table_real(t, row->low);
    table_real(t, row->high);
    table_real(t, row->inside);
    table_real(t, row->decay_known);
    write_law(t, &row->law);
    table_end_row(t);
}

void curve_write(const CurveRow *row, const StudyJob *job)
{
    Table *t = job->tables[1];
    table_int(t, job->trial);
    table_int(t, row->schedule_index);
    table_int(t, row->step);
    table_real(t, row->rate);
    table_real(t, row->train_loss);
    table_real(t, row->validation_loss);
    table_real(t, row->predicted);
    table_real(t, row->validation_loss - row->predicted);
    table_end_row(t);
}
