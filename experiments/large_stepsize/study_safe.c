/* L10: warming the step up under a watched objective: runs saved, steps lost, false alarms.
 * Level 0 rows: plain and guarded runs; levels 1, 2, 3: the three shares over all of them. */
#include "studies.h"

#include "base/die.h"
#include "base/stats.h"
#include "base/words.h"
#include "solve/guarded.h"

#include <stdlib.h>

static int64_t one(void) { return 1; }

static void safe_factors(int64_t index, Row *row)
{
    (void)index;
    row->lambda = config.safe_lambda;
}

/* What the shares are made of. */
typedef struct {
    int64_t failing,
        saved; /* plain runs that miss the target; of these, guarded ones that meet it */
    int64_t harmless,
        alarms; /* plain runs that meet it though not monotone; of these, rolled back */
    int64_t costs;
    double *cost; /* guarded steps / plain steps where both meet it */
} Tally;

static void note_rollbacks(void *context, const Solver *solver)
{
    *(double *)context = solver->scalar[GUARDED_ROLLBACKS];
}

static void compare_pair(const Job *job, Row *row, const Instance *instance, Tally *tally)
{
    double rollbacks = 0.0;
    SolveTask task = {.rate = row->level * instance->facts.critical,
                      .optimum = instance->optimum,
                      .target_gap = config.relative_target * instance->optimum,
                      .max_steps = config.real_max_steps};
    SolveResult plain = solve_run(solver_kind("gd"), instance->objective, &task, NULL);
    task.observer = (SolveObserver){.context = &rollbacks, .record = note_rollbacks};
    SolveResult guarded = solve_run(solver_kind("gd_guarded"), instance->objective, &task, NULL);
    bool plain_reached = plain.outcome == OUTCOME_REACHED;
    bool guarded_reached = guarded.outcome == OUTCOME_REACHED;
    tally->failing += !plain_reached;
    tally->saved += !plain_reached && guarded_reached;
    tally->harmless += plain_reached && plain.increases > 0;
    tally->alarms += plain_reached && plain.increases > 0 && rollbacks > 0.0;
    if (plain_reached && guarded_reached)
        tally->cost[tally->costs++] = (double)guarded.steps / (double)plain.steps;

    row->method = "gd";
    row_result(row, &plain);
    row->measured = 0.0;
    row_write(row, job->trial, job->tables);
    row->method = "gd_guarded";
    row_result(row, &guarded);
    row->measured = rollbacks;
    row_write(row, job->trial, job->tables);
}

static void write_share(const Job *job, int64_t level_index, int64_t size, double measured)
{
    Row row = row_begin("safe");
    safe_factors(0, &row);
    row.level_index = level_index;
    row.size = size;
    row.measured = measured;
    row_write(&row, job->trial, job->tables);
}

static void write_shares(const Job *job, const Tally *tally)
{
    write_share(job, 1, tally->failing, (double)tally->saved / (double)tally->failing);
    write_share(job, 2, tally->costs, stats_quantile(tally->costs, tally->cost, 0.5));
    write_share(job, 3, tally->harmless, (double)tally->alarms / (double)tally->harmless);
}

static void safe_run(const Job *job)
{
    int64_t sets = words_count(config.safe_sets);
    Tally tally = {.cost = alloc_zeroed((size_t)(sets * CLI_LIST_MAX), sizeof(double))};
    for (int64_t s = 0; s < sets; s++) {
        Row row = row_begin("safe");
        safe_factors(0, &row);
        row.set = words_item(config.safe_sets, s);
        Instance *instance = open_or_absent(job, &row, row.lambda, INSTANCE_MINIMISER);
        if (!instance) continue;
        for (int level = 0; level < config.safe_levels.count; level++) {
            row.rate_index = level;
            row.level = config.safe_levels.value[level];
            compare_pair(job, &row, instance, &tally);
        }
        instance_free(instance);
    }
    write_shares(job, &tally);
    free(tally.cost);
}

static double safe_cost(int64_t index)
{
    (void)index;
    return 50.0;
}

const Study study_safe = {"safe", one, safe_factors, safe_run, safe_cost};
