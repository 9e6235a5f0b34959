/* L10: warming the step up under a watched objective: runs saved, steps lost, false alarms.
 *
 * Level 0: the plain and the guarded run. Level 1, for each plain run that fails: is the guarded
 * one saved? Level 2, where both settle: guarded steps / plain steps. Level 3, for each plain run
 * that settles though it is not monotone: was the guarded one rolled back (a false alarm)? */
#include "studies.h"

#include "base/die.h"
#include "base/words.h"
#include "solve/guarded.h"
#include "solve/probe.h"

#include <stdlib.h>

static int64_t safe_count(void) { return words_count(config.safe_sets); }

static void safe_factors(int64_t index, Row *row)
{
    row->set = words_item(config.safe_sets, index);
    row->lambda = config.safe_lambda;
}

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

static void write_finding(const StudyJob *job, Row row, int64_t level_index, double measured)
{
    row.level_index = level_index;
    row.outcome = OUTCOME_REACHED;
    row.measured = measured;
    row_write(&row, job);
}

static void write_findings(const StudyJob *job, const Row *row, const SolveResult *plain,
                           const SolveResult *guarded, double rollbacks)
{
    bool settles = plain->outcome == OUTCOME_REACHED, saved = guarded->outcome == OUTCOME_REACHED;
    if (!settles) write_finding(job, *row, 1, saved);
    double cost = saved ? (double)guarded->steps / (double)plain->steps : INFINITY;
    if (settles) write_finding(job, *row, 2, cost);
    if (settles && plain->increases > 0) write_finding(job, *row, 3, rollbacks > 0.0);
}

static void compare_pair(const StudyJob *job, Row *row, const Instance *instance)
{
    double rollbacks = 0.0;
    SolveTask task = {.rate = row->level * instance->facts.critical,
                      .optimum = instance->optimum,
                      .target_gap = config.relative_target * instance->optimum,
                      .max_steps = config.safe_max_steps};
    SolveResult plain = run_and_stay(instance, &task);
    task.observer = (SolveObserver){.context = &rollbacks, .record = note_rollbacks};
    SolveResult guarded = solve_run(solver_kind("gd_guarded"), instance->objective, &task, NULL);

    row->method = "gd";
    row_result(row, &plain);
    row->measured = 0.0;
    row_write(row, job);
    row->method = "gd_guarded";
    row_result(row, &guarded);
    row->measured = rollbacks;
    row_write(row, job);
    write_findings(job, row, &plain, &guarded, rollbacks);
}

static void safe_run(const StudyJob *job, Row row)
{
    Instance *instance = open_or_absent(job, &row, row.lambda, INSTANCE_MINIMISER);
    if (!instance) return;
    for (int level = 0; level < config.safe_levels.count; level++) {
        row.rate_index = level;
        row.level = config.safe_levels.value[level];
        compare_pair(job, &row, instance);
    }
    instance_free(instance);
}

static double safe_cost(int64_t index)
{
    (void)index;
    return 50.0;
}

const Grid study_safe = {"safe", safe_count, safe_factors, safe_run, safe_cost};
