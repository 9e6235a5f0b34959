#include "trial/study.h"

#include "base/die.h"
#include "base/named.h"
#include "base/words.h"

#include <stdlib.h>

typedef struct {
    int count;
    const Study **study; /* the chosen ones, in the order of the table */
    const Columns *columns;
} Chosen;

void study_write(const StudyJob *job, int table, const void *row)
{
    columns_write(&job->columns[table], job->trial, row, job->tables[table]);
}

static const Study *find(const Chosen *chosen, int64_t trial, int64_t *index)
{
    for (int k = 0; k < chosen->count; k++) {
        int64_t count = chosen->study[k]->count(chosen->study[k]);
        if (trial < count) {
            *index = trial;
            return chosen->study[k];
        }
        trial -= count;
    }
    die("trial %lld does not exist", (long long)trial);
}

static StudyJob job_of(const Chosen *chosen, int64_t trial, Table *const tables[])
{
    StudyJob job = {.trial = trial, .columns = chosen->columns, .tables = tables};
    job.study = find(chosen, trial, &job.index);
    return job;
}

static void run(void *context, int64_t trial, Table *const tables[])
{
    StudyJob job = job_of(context, trial, tables);
    job.study->run(&job);
}

static void crashed(void *context, int64_t trial, Table *const tables[])
{
    StudyJob job = job_of(context, trial, tables);
    job.study->crashed(&job);
}

static double cost(void *context, int64_t trial)
{
    int64_t index;
    const Study *study = find(context, trial, &index);
    return study->cost ? study->cost(study, index) : 0.1;
}

static const char *label(void *context, int64_t trial)
{
    int64_t index;
    return find(context, trial, &index)->name;
}

static void check_names(const StudyTable *table, const char *chosen)
{
    const char **names = alloc_zeroed((size_t)table->count, sizeof *names);
    for (int k = 0; k < table->count; k++) names[k] = table->study[k]->name;
    for (int64_t k = 0; k < words_count(chosen); k++) {
        char *word = words_item(chosen, k);
        named_row("--studies:", word, (size_t)table->count, sizeof *names, names);
        free(word);
    }
    free(names);
}

void studies_plan(const StudyTable *table, const char *chosen, SweepPlan *plan)
{
    check_names(table, chosen);
    Chosen *found = alloc_zeroed(1, sizeof *found); /* this and headings live to the end */
    found->study = alloc_zeroed((size_t)table->count, sizeof *found->study);
    found->columns = table->columns;
    plan->table_count = table->tables;
    for (int t = 0; t < table->tables; t++)
        plan->table[t] = (SweepTable){table->columns[t].name, columns_heading(&table->columns[t])};
    plan->count = 0;
    for (int k = 0; k < table->count; k++) {
        if (!words_contain(chosen, table->study[k]->name)) continue;
        found->study[found->count++] = table->study[k];
        plan->count += table->study[k]->count(table->study[k]);
    }
    plan->context = found;
    plan->run = run;
    plan->crashed = crashed;
    plan->cost = cost;
    plan->label = label;
}
