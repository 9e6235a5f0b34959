#include "studies.h"

#include <math.h>

const char trials_heading[] =
    "trial,study,arm,paradigm,model,domain,version,versions,steps,peak,alpha,replay,level_index,"
    "level,repeat,seed,parameters,outcome,path_steps,cost_steps,unshared_steps,formula_steps,cost,"
    "run_steps,tokens,flops,kept_bytes,released_bytes,loss,bits,perplexity,predicted";
const char curves_heading[] = "trial,arm,version,step,rate,loss";

Row row_begin(const char *study)
{
    return (Row){.study = study,
                 .arm = "none",
                 .paradigm = "none",
                 .model = "none",
                 .domain = "all",
                 .peak = NAN,
                 .alpha = NAN,
                 .replay = NAN,
                 .level = NAN,
                 .outcome = OUTCOME_SPENT,
                 .formula_steps = NAN,
                 .cost = NAN,
                 .tokens = NAN,
                 .flops = NAN,
                 .loss = NAN,
                 .bits = NAN,
                 .perplexity = NAN,
                 .predicted = NAN};
}

void row_set_loss(Row *row, double loss)
{
    row->loss = loss;
    row->bits = loss / M_LN2;
    row->perplexity = exp(loss);
}

static void write_factors(Table *t, const Row *row)
{
    table_text(t, row->study);
    table_text(t, row->arm);
    table_spec(t, row->paradigm);
    table_spec(t, row->model);
    table_spec(t, row->domain);
    table_int(t, row->version);
    table_int(t, row->versions);
    table_int(t, row->steps);
    table_real(t, row->peak);
    table_real(t, row->alpha);
    table_real(t, row->replay);
    table_int(t, row->level_index);
    table_real(t, row->level);
    table_int(t, row->repeat);
    table_int(t, row->seed);
    table_int(t, row->parameters);
}

static void write_costs(Table *t, const Row *row)
{
    table_int(t, row->path_steps);
    table_int(t, row->cost_steps);
    table_int(t, row->unshared_steps);
    table_real(t, row->formula_steps);
    table_real(t, row->cost);
    table_int(t, row->run_steps);
    table_real(t, row->tokens);
    table_real(t, row->flops);
    table_int(t, row->kept_bytes);
    table_int(t, row->released_bytes);
}

void row_write(const Row *row, const StudyJob *job)
{
    Table *t = job->tables[0];
    table_int(t, job->trial);
    write_factors(t, row);
    table_outcome(t, row->outcome);
    write_costs(t, row);
    table_real(t, row->loss);
    table_real(t, row->bits);
    table_real(t, row->perplexity);
    table_real(t, row->predicted);
    table_end_row(t);
}

void curve_write(const CurveRow *row, const StudyJob *job)
{
    Table *t = job->tables[1];
    table_int(t, job->trial);
    table_text(t, row->arm);
    table_int(t, row->version);
    table_int(t, row->step);
    table_real(t, row->rate);
    table_real(t, row->loss);
    table_end_row(t);
}
