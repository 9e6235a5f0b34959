#include "studies.h"

#include "base/die.h"

#include <math.h>
#include <stdlib.h>

const char trials_heading[] =
    "trial,study,data,schedule,schedule_index,repeat,seed,parameters,tokens,rate,outcome,steps,"
    "start_loss,train_loss,validation_loss,validation_accuracy,optimum";
const char curves_heading[] = "trial,step,rate,train_loss,validation_loss";

Row row_begin(const char *study)
{
    return (Row){.study = study,
                 .data = "none",
                 .schedule = "none",
                 .rate = NAN,
                 .outcome = OUTCOME_SPENT,
                 .start_loss = NAN,
                 .train_loss = NAN,
                 .validation_loss = NAN,
                 .validation_accuracy = NAN,
                 .optimum = NAN};
}

/* Commas would end a cell: keys are joined by ';' in results. */
static void write_spec(Table *table, const char *spec)
{
    char *text = format_text("%s", spec);
    for (char *c = text; *c; c++)
        if (*c == ',') *c = ';';
    table_text(table, text);
    free(text);
}

void row_write(const Row *row, const StudyJob *job)
{
    Table *t = job->tables[0];
    table_int(t, job->trial);
    table_text(t, row->study);
    write_spec(t, row->data);
    write_spec(t, row->schedule);
    table_int(t, row->schedule_index);
    table_int(t, row->repeat);
    table_int(t, row->seed);
    table_int(t, row->parameters);
    table_int(t, row->tokens);
    table_real(t, row->rate);
    table_outcome(t, row->outcome);
    table_int(t, row->steps);
    table_real(t, row->start_loss);
    table_real(t, row->train_loss);
    table_real(t, row->validation_loss);
    table_real(t, row->validation_accuracy);
    table_real(t, row->optimum);
    table_end_row(t);
}

void curve_write(const TrainingRecord *record, const StudyJob *job)
{
    Table *t = job->tables[1];
    table_int(t, job->trial);
    table_int(t, record->step);
    table_real(t, record->rate);
    table_real(t, record->train_loss);
    table_real(t, record->validation_loss);
    table_end_row(t);
}
