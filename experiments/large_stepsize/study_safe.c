/* L10: warming the step up under a watched objective: runs saved, steps lost, false alarms.
 * Level 0 rows: plain and guarded runs; levels 1, 2, 3: the three shares over all of them. */
#include "studies.h"

#include "base/die.h"
#include "base/stats.h"
#include "base/words.h"
#include "solve/guarded.h"
#include "solve/probe.h"

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

/* A plain run counts as reached only if it stays at the minimiser from there on: a chaotic run
 * meets any target by chance now and then. (A guarded run keeps its best iterate.) */
static SolveResult run_and_stay(const Instance *instance, const SolveTask *task)
{
    double *last = alloc_zeroed((size_t)instance->design->cols, sizeof *last);
    SolveResult result = solve_run(solver_kind("gd"), instance->objective, task, last);
    if (result.outcome == OUTCOME_REACHED) {
        ProbeTask probe = {.rate = result.rate,
                           .start = last,
                           .minimiser = instance->minimiser,
                           .tolerance = 1e-2};
        Outcome after = probe_rate(instance->objective, &probe).outcome;
        if (after != OUTCOME_REACHED && after != OUTCOME_SPENT) result.outcome = after;
    }
    free(last);
    return result;
}

static void note_pair(Tally *tally, const SolveResult *plain, const SolveResult *guarded,
                      double rollbacks)
{
    bool plain_reached = plain->outcome == OUTCOME_REACHED;
    bool guarded_reached = guarded->outcome == OUTCOME_REACHED;
    bool harmless = plain_reached && plain->increases > 0;
    tally->failing += !plain_reached;
    tally->saved += !plain_reached && guarded_reached;
    tally->harmless += harmless;
    tally->alarms += harmless && rollbacks > 0.0;
    if (plain_reached && guarded_reached)
        tally->cost[tally->costs++] = (double)guarded->steps / (double)plain->steps;
}

static void compare_pair(const Job *job, Row *row, const Instance *instance, Tally *tally)
{
    double rollbacks = 0.0;
    SolveTask task = {.rate = row->level * instance->facts.critical,
                      .optimum = instance->optimum,
                      .target_gap = config.relative_target * instance->optimum,
                      .max_steps = config.real_max_steps};
    SolveResult plain = run_and_stay(instance, &task);
    task.observer = (SolveObserver){.context = &rollbacks, .record = note_rollbacks};
    SolveResult guarded = solve_run(solver_kind("gd_guarded"), instance->objective, &task, NULL);
    note_pair(tally, &plain, &guarded, rollbacks);

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
