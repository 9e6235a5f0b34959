#include "trial/study.h"

#include "base/die.h"
#include "base/named.h"
#include "base/words.h"

#include <stdlib.h>

typedef struct {
    int count;
    const Study **study; /* the chosen ones, in the order of the table */
} Chosen;

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

static void run(void *context, int64_t trial, Table *const tables[])
{
    StudyJob job = {.trial = trial, .tables = tables};
    job.study = find(context, trial, &job.index);
    job.study->run(&job);
}

static void crashed(void *context, int64_t trial, Table *const tables[])
{
    StudyJob job = {.trial = trial, .tables = tables};
    job.study = find(context, trial, &job.index);
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
    Chosen *found = alloc_zeroed(1, sizeof *found);
    found->study = alloc_zeroed((size_t)table->count, sizeof *found->study);
    plan->count = 0;
    for (int k = 0; k < table->count; k++) {
        if (!words_contain(chosen, table->study[k]->name)) continue;
        found->study[found->count++] = table->study[k];
        plan->count += table->study[k]->count(table->study[k]);
    }
    plan->context = found; /* lives until the program ends */
    plan->run = run;
    plan->crashed = crashed;
    plan->cost = cost;
    plan->label = label;
}
