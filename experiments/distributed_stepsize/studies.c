#include "studies.h"

#include "base/die.h"

#include <math.h>
#include <stdlib.h>

const char trials_heading[] =
    "trial,study,network,nodes,edges,diameter,imbalance,problem,method,level_index,level,safety,"
    "filter,fault,repeat,seed,rate,outcome,steps,rounds,messages,bytes,gradients,error,gap,"
    "disagreement,rate_least,rate_mean,rate_largest,local_least,local_mean,local_largest,"
    "rates_equal,trusted,failed,diverged,deceived,digits,measured,predicted";
const char curves_heading[] = "trial,step,rounds,bytes,error,gap,disagreement,rate_least,rate_mean,"
                              "rate_largest,local_least,local_mean,local_largest";
const char network_heading[] = "trial,kind,node,x,y,to_x,to_y,rate,local_rate";

/* A coordination or a run that ends further off than this has failed: the target of runs. */
static double failed(const Row *row)
{
    return row->outcome == OUTCOME_DIVERGED || !(row->seen.error <= config.target);
}

Row row_begin(const char *study)
{
    const Observation nothing = {.error = NAN,
                                 .gap = NAN,
                                 .disagreement = NAN,
                                 .rate_mean = NAN,
                                 .rate_least = NAN,
                                 .rate_largest = NAN,
                                 .local_mean = NAN,
                                 .local_least = NAN,
                                 .local_largest = NAN};
    return (Row){.study = study,
                 .network = "none",
                 .problem = "none",
                 .method = "none",
                 .fault = "none",
                 .imbalance = NAN,
                 .level = NAN,
                 .safety = NAN,
                 .filter = NAN,
                 .rate = NAN,
                 .outcome = OUTCOME_SPENT,
                 .seen = nothing,
                 .trusted = NAN,
                 .measured = NAN,
                 .predicted = NAN};
}

static void write_factors(Table *t, const Row *row)
{
    table_text(t, row->study);
    table_spec(t, row->network);
    table_int(t, row->nodes);
    table_int(t, row->edges);
    table_int(t, row->diameter);
    table_real(t, row->imbalance);
    table_spec(t, row->problem);
    table_text(t, row->method);
    table_int(t, row->level_index);
    table_real(t, row->level);
    table_real(t, row->safety);
    table_real(t, row->filter);
    table_text(t, row->fault);
    table_int(t, row->repeat);
    table_int(t, row->seed);
    table_real(t, row->rate);
}

static void write_rates(Table *t, const Observation *seen)
{
    table_real(t, seen->rate_least);
    table_real(t, seen->rate_mean);
    table_real(t, seen->rate_largest);
    table_real(t, seen->local_least);
    table_real(t, seen->local_mean);
    table_real(t, seen->local_largest);
}

static void write_judgement(Table *t, const Row *row)
{
    table_int(t, row->seen.rates_equal);
    table_real(t, row->trusted);
    table_real(t, failed(row));
    table_int(t, row->outcome == OUTCOME_DIVERGED);
    table_int(t, failed(row) > 0.0 && row->trusted > 0.0);
    table_real(t, row->seen.error > 0.0 ? -log10(row->seen.error) : NAN);
    table_real(t, row->measured);
    table_real(t, row->predicted);
}

void row_write(const Row *row, const StudyJob *job)
{
    Table *t = job->tables[0];
    table_int(t, job->trial);
    write_factors(t, row);
    table_outcome(t, row->outcome);
    table_int(t, row->steps);
    table_int(t, row->traffic.rounds);
    table_int(t, row->traffic.messages);
    table_int(t, row->traffic.bytes);
    table_int(t, row->gradients);
    table_real(t, row->seen.error);
    table_real(t, row->seen.gap);
    table_real(t, row->seen.disagreement);
    write_rates(t, &row->seen);
    write_judgement(t, row);
    table_end_row(t);
}
