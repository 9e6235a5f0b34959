#include "optim/optimizer.h"
#include "update/runner.h"
#include "update/state.h"
#include "update/versions.h"

#include "small_table.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { VERSIONS = 3, BATCH = 4, CONTEXT = 8 };

typedef struct {
    Backend *backend;
    Data *data[VERSIONS];
    Model *model;
    Versions *versions;
} Bench;

/* Chains on 4, 4 and 4 of the same number of states: different laws. */
static Bench bench_open(void)
{
    Bench bench = {.backend = backend_cpu()};
    for (int v = 0; v < VERSIONS; v++) {
        char text[64];
        snprintf(text, sizeof text, "markov:states=8,spread=4,seed=%d", v + 1);
        bench.data[v] = data_open(text, &(DataOptions){.context = CONTEXT});
    }
    ModelTask task = training_task(bench.data[0], BATCH);
    bench.model =
        model_create(bench.backend, "transformer:layers=1,width=16,heads=2,context=8", &task, true);
    bench.versions = versions_create(bench.backend, bench.model, VERSIONS, bench.data, BATCH, 1);
    return bench;
}

static void bench_close(Bench *bench)
{
    versions_free(bench->versions);
    model_free(bench->model);
    for (int v = 0; v < VERSIONS; v++) data_free(bench->data[v]);
    bench->backend->close(bench->backend);
}

Test(update_versions, a_mix_is_even_and_replay_is_its_share_of_older_versions)
{
    static const struct {
        DataMix mix;
        double share[4];
    } rows[] = {{{1, 1, 0.0}, {1, 0, 0, 0}},
                {{1, 4, 0.0}, {.25, .25, .25, .25}},
                {{3, 3, 0.5}, {.25, .25, .5, 0}},
                {{1, 1, 0.5}, {1, 0, 0, 0}},
                {{4, 4, 1.0}, {1.0 / 3, 1.0 / 3, 1.0 / 3, 0}}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        double share[4];
        versions_shares(rows[k].mix, 4, share);
        for (int v = 0; v < 4; v++)
            cr_expect(epsilon_eq(dbl, share[v], rows[k].share[v], 1e-15), "row %d", (int)k);
    }
}

Test(update_versions, a_mix_has_one_problem_and_all_have_the_models_parameters)
{
    Bench bench = bench_open();
    Problem *one = versions_problem(bench.versions, (DataMix){1, 1, 0.0});
    Problem *mixed = versions_problem(bench.versions, (DataMix){1, 3, 0.0});
    cr_expect(ne(ptr, one, mixed));
    cr_expect(eq(ptr, one, versions_problem(bench.versions, (DataMix){1, 1, 0.0})));
    cr_expect(ne(ptr, one, versions_problem(bench.versions, (DataMix){2, 2, 0.25})));
    cr_expect(eq(ptr, one->parameters, mixed->parameters));
    bench_close(&bench);
}

/* ---- a domain shift, small enough to see forgetting in a second */

typedef struct {
    Bench *bench;
    const Plan *plan;
    double first[8], own[8]; /* losses on version 1's data and on the released version's */
} Report;

static Problem *problem_of(void *context, DataMix mix)
{
    return versions_problem(((Report *)context)->bench->versions, mix);
}

static double loss_on(Report *report, int version)
{
    Problem *problem = versions_problem(report->bench->versions, (DataMix){version, version, 0.0});
    return problem->evaluate(problem, SPLIT_VALIDATION, 20).loss;
}

static void report_release(void *context, const ReleasedVersion *released)
{
    Report *report = context;
    report->first[released->path] = loss_on(report, 1);
    report->own[released->path] = loss_on(report, plan_version_of(report->plan, released->path));
}

/* Law by law, 300 updates are enough to learn a chain on 8 states and to forget another. */
Test(update_versions, new_data_alone_forget_the_old_and_replay_helps_at_no_more_updates)
{
    static const char *const texts[] = {"cpt", "cpt:replay=0.5"};
    UpdateSetting setting = {.versions = 2, .steps = 300, .warmup = 20, .peak = 1e-2, .floor = 0.1};
    Bench bench = bench_open();
    Plan *plan = plan_create(2, texts, setting);
    Report report = {.bench = &bench, .plan = plan};
    UpdateRun run = {.plan = plan,
                     .optimizer = "adamw",
                     .seed = 3,
                     .problem = problem_of,
                     .release = report_release,
                     .context = &report,
                     .check_every = 100};
    UpdateResult result = update_run(&run);
    cr_expect(eq(i64, result.trained, 900));
    int v1 = plan_path(plan, 0, 1), alone = plan_path(plan, 0, 2), replayed = plan_path(plan, 1, 2);
    cr_expect(eq(dbl, report.first[v1], report.own[v1]));
    /* Forgetting is more than half a nat here; half the rows from version 1 mend most of it. */
    cr_expect(report.first[alone] > report.first[v1] + 0.3, "%g %g", report.first[alone],
              report.first[v1]);
    cr_expect(report.first[replayed] < report.first[alone] - 0.3, "%g %g", report.first[replayed],
              report.first[alone]);
    cr_expect(report.own[alone] < report.own[replayed]);
    plan_free(plan);
    bench_close(&bench);
}

/* ---- all of a state: running statistics are no parameters that are trained */

Test(update_versions, a_state_holds_running_statistics_the_optimizers_numbers_and_its_count)
{
    Backend *backend = backend_cpu();
    SmallTable *small = small_table(backend);
    Optimizer *optimizer = optimizer_create("adamw", backend, &small->table);
    for (int64_t k = 0; k < SMALL_COUNT; k++)
        *small_value(small, k) = (real)k, *small_gradient(small, k) = (real)sin((double)k);
    real *running = matrix_reals(small->item[SMALL_TABLE - 1].value);
    running[1] = 42;
    optimizer_step(optimizer, 0.1);
    TrainingState *state = state_take(backend, &small->table, optimizer);
    int64_t numbers;
    real *moments = optimizer_state(optimizer, &numbers), kept[512], values[SMALL_COUNT];
    cr_assert(le(i64, numbers, 512));
    memcpy(kept, moments, (size_t)numbers * sizeof(real));
    for (int64_t k = 0; k < SMALL_COUNT; k++) values[k] = *small_value(small, k);

    running[1] = 43;
    optimizer_step(optimizer, 0.1);
    state_put_back(state, &small->table, optimizer);
    cr_expect(eq(flt, running[1], 42));
    cr_expect(eq(int, memcmp(moments, kept, (size_t)numbers * sizeof(real)), 0));
    for (int64_t k = 0; k < SMALL_COUNT; k++) cr_expect(values[k] == *small_value(small, k));
    cr_expect(eq(i64, optimizer_steps_done(optimizer), 1));
    state_free(state);
    optimizer_free(optimizer);
    small_table_free(small);
    backend->close(backend);
}
