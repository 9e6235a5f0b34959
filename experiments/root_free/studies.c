#include "studies.h"

#include <math.h>

const char trials_heading[] =
    "trial,study,task,schedule,method,setting,role,configuration,rank,repeat,seed,batch,power,"
    "level,level_index,optimizer,rate,steps,outcome,train_loss,validation_loss,validation_error,"
    "test_loss,test_error,curvature_low,curvature_median,curvature_high,curvature_moved,measured,"
    "predicted";
const char curves_heading[] = "trial,kind,setting,method,x,value";

Row row_begin(const char *study)
{
    return (Row){.study = study,
                 .task = "none",
                 .schedule = "none",
                 .method = "none",
                 .setting = "none",
                 .role = "measure",
                 .power = NAN,
                 .level = NAN,
                 .optimizer = "none",
                 .rate = NAN,
                 .outcome = OUTCOME_SPENT,
                 .train_loss = NAN,
                 .validation_loss = NAN,
                 .validation_error = NAN,
                 .test_loss = NAN,
                 .test_error = NAN,
                 .curvature = {NAN, NAN, NAN, NAN},
                 .measured = NAN,
                 .predicted = NAN};
}

static void write_factors(Table *t, const Row *row)
{
    table_text(t, row->study);
    table_text(t, row->task);
    table_spec(t, row->schedule);
    table_text(t, row->method);
    table_spec(t, row->setting);
    table_text(t, row->role);
    table_int(t, row->configuration);
    table_int(t, row->rank);
    table_int(t, row->repeat);
    table_int(t, row->seed);
    table_int(t, row->batch);
    table_real(t, row->power);
    table_real(t, row->level);
    table_int(t, row->level_index);
    table_spec(t, row->optimizer);
    table_real(t, row->rate);
    table_int(t, row->steps);
}

static void write_measures(Table *t, const Row *row)
{
    table_outcome(t, row->outcome);
    table_real(t, row->train_loss);
    table_real(t, row->validation_loss);
    table_real(t, row->validation_error);
    table_real(t, row->test_loss);
    table_real(t, row->test_error);
    table_real(t, row->curvature.low);
    table_real(t, row->curvature.median);
    table_real(t, row->curvature.high);
    table_real(t, row->curvature.moved);
    table_real(t, row->measured);
    table_real(t, row->predicted);
}

void row_write(const Row *row, const StudyJob *job)
{
    Table *t = job->tables[0];
    table_int(t, job->trial);
    write_factors(t, row);
    write_measures(t, row);
    table_end_row(t);
}

void curve_write(const CurveRow *row, const StudyJob *job)
{
    Table *t = job->tables[1];
    table_int(t, job->trial);
    table_text(t, row->kind);
    table_spec(t, row->setting);
    table_text(t, row->method);
    table_real(t, row->x);
    table_real(t, row->value);
    table_end_row(t);
}
