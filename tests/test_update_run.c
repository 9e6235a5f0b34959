#include "update/account.h"

#include "dying.h"
#include "updating.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

static const char *const paradigms[] = {"trunk",
                                        "path_switching",
                                        "path_switching:alpha=0.3,shape=1-sqrt",
                                        "cpt",
                                        "wsd_s",
                                        "cpt_floor",
                                        "ptfs",
                                        "cpt:optimizer=reset"};
enum { PARADIGMS = sizeof paradigms / sizeof *paradigms };

/* Of every kind of state: none, one slot, two, whole matrices, factors of preconditioners. */
static const char *const optimizers[] = {
    "sgd",        "sgd:momentum=0.9", "adamw:clip=1,decay=0.1", "muon",
    "if_shampoo", "rf_adamw",         "schedule_free"};

Test(update_run, branching_and_going_on_gives_the_same_bytes_as_never_having_branched)
{
    Plan *plan = plan_create(PARADIGMS, paradigms, setting);
    for (size_t o = 0; o < sizeof optimizers / sizeof *optimizers; o++) {
        Bench bench;
        bench_open(&bench, net);
        UpdateRun run = run_of(&bench, plan, optimizers[o]);
        UpdateResult result = update_run(&run);
        cr_expect(result.is_whole);
        cr_expect(eq(i64, result.trained, account_sharing(plan).run));
        cr_expect(eq(i64, result.loaded, 0));
        cr_expect(eq(int, bench.calls, plan->path_count));
        cr_expect(bench.keeps);
        for (int p = 0; p < plan->path_count; p++) {
            real *alone = trained_alone(&bench, &plan->path[p], optimizers[o]);
            cr_expect(same(&bench, alone, bench.released[p]), "%s, %s, version %d", optimizers[o],
                      paradigms[plan_paradigm_of(plan, p)], plan_version_of(plan, p));
            free(alone);
        }
        bench_close(&bench);
    }
    plan_free(plan);
}

/* ---- the state alone */

static int64_t transfers;

static void upload_counted(Backend *backend, size_t bytes, const void *host, void *memory)
{
    (void)backend, (void)bytes, (void)host, (void)memory;
    transfers++;
}

static void download_counted(Backend *backend, size_t bytes, const void *memory, void *host)
{
    (void)backend, (void)bytes, (void)host, (void)memory;
    transfers++;
}

Test(update_run, a_state_is_taken_and_put_back_without_passing_through_the_host)
{
    Bench bench;
    bench_open(&bench, net);
    const ParameterTable *table = bench.problem[0]->parameters;
    Optimizer *optimizer = optimizer_create("adamw", bench.backend, table);
    Backend as_it_was = *bench.backend;
    bench.backend->upload = upload_counted;
    bench.backend->download = download_counted;
    TrainingState *state = state_take(bench.backend, table, optimizer);
    state_put_back(state, table, optimizer);
    *bench.backend = as_it_was;
    cr_expect(eq(i64, transfers, 0));
    state_free(state);
    optimizer_free(optimizer);
    bench_close(&bench);
}

Test(update_run, a_state_that_is_put_back_is_all_that_training_goes_on_from)
{
    Bench bench;
    bench_open(&bench, net);
    Problem *problem = bench.problem[0];
    problem->start(problem, 1);
    Optimizer *optimizer = optimizer_create("adamw", bench.backend, problem->parameters);
    Schedule *schedule = schedule_create("constant:peak=0.01,total=30", (ScheduleDefaults){0});
    TrainingRun run = {.problem = problem,
                       .optimizer = optimizer,
                       .schedule = schedule,
                       .steps = 10,
                       .log_every = 10,
                       .evaluation_batches = TRAINING_NO_EVALUATION};
    training_run(&run);
    TrainingState *state = state_take(bench.backend, problem->parameters, optimizer);
    real *end[2];
    for (int k = 0; k < 2; k++) {
        run.first_step = 10, run.steps = 20;
        training_run(&run);
        end[k] = values_now(&bench);
        state_put_back(state, problem->parameters, optimizer);
        cr_expect(eq(i64, optimizer_steps_done(optimizer), 10));
    }
    cr_expect(same(&bench, end[0], end[1]));
    free(end[0]), free(end[1]);
    state_free(state);
    schedule_free(schedule);
    optimizer_free(optimizer);
    bench_close(&bench);
}

/* ---- averages, beside branches that part in the middle of their windows */

static const char *const averaged[] = {"path_switching:alpha=0.6",
                                       "trunk:average=lawa,window=0.8,samples=4",
                                       "trunk:average=wsm,window=0.8,samples=8", "trunk",
                                       "trunk:average=ema,window=1,samples=10,decay=0.7"};

/* Σ c_i x_i of the parameters of one run, taken on the way. */
typedef struct {
    Bench *bench;
    const Path *path;
    double *sum;
    int64_t samples;
} Watch;

static void watch(void *context, int64_t step)
{
    Watch *w = context;
    int64_t i = average_sample_at(&w->path->average, step, w->path->steps);
    if (!i) return;
    w->samples++;
    real *now = values_now(w->bench);
    for (int64_t n = 0; n < w->bench->numbers; n++)
        w->sum[n] += average_weight(&w->path->average, i) * (double)now[n];
    free(now);
}

static double *averaged_alone(Bench *bench, const Path *path)
{
    Watch w = {bench, path, calloc((size_t)bench->numbers, sizeof(double)), 0};
    const ParameterTable *table = bench->problem[0]->parameters;
    bench->problem[0]->start(bench->problem[0], 7);
    Optimizer *optimizer = optimizer_create("adamw", bench->backend, table);
    int64_t first = 0;
    for (int s = 0; s < path->count; first = path->stretch[s++].end) {
        TrainingRun run = {.problem = problem_of(bench, path->stretch[s].mix),
                           .optimizer = optimizer,
                           .schedule = path->schedule,
                           .first_step = first,
                           .steps = path->stretch[s].end,
                           .log_every = 1000,
                           .evaluation_batches = TRAINING_NO_EVALUATION,
                           .context = &w,
                           .updated = watch};
        training_run(&run);
    }
    optimizer_free(optimizer);
    cr_expect(eq(i64, w.samples, average_samples(&path->average)));
    return w.sum;
}

Test(update_run, an_average_is_the_weighted_sum_of_the_trunks_parameters_and_disturbs_nobody)
{
    Plan *plan = plan_create(5, averaged, setting);
    Bench bench;
    bench_open(&bench, net);
    UpdateRun run = run_of(&bench, plan, "adamw");
    update_run(&run);
    for (int p = 0; p < plan->path_count; p++) {
        const Path *path = &plan->path[p];
        if (!path->average.kind) {
            real *alone = trained_alone(&bench, path, "adamw");
            cr_expect(same(&bench, alone, bench.released[p]), "path %d", p);
            free(alone);
            continue;
        }
        double *sum = averaged_alone(&bench, path);
        /* At most ten products and sums of numbers below 2, each rounded to a real. */
        for (int64_t n = 0; n < bench.numbers; n++)
            cr_assert(epsilon_eq(dbl, (double)bench.released[p][n], sum[n],
                                 20 * 2 * (double)REAL_EPSILON),
                      "path %d, number %ld", p, (long)n);
        free(sum);
    }
    bench_close(&bench);
    plan_free(plan);
}

/* ---- stopped and gone on */

Test(update_run, stopped_after_any_segment_and_run_again_it_releases_the_same_bytes)
{
    Plan *plan = plan_create(5, averaged, setting);
    Bench whole;
    bench_open(&whole, net);
    UpdateRun run = run_of(&whole, plan, "adamw");
    update_run(&run);
    for (int stop = 0; stop < plan->segment_count; stop += 2) {
        char name[32];
        snprintf(name, sizeof name, "stopped_%d", stop);
        const char *folder = scratch_path(name);
        int64_t trained = 0;
        for (int round = 0; round < 2; round++) {
            Bench bench;
            bench_open(&bench, net);
            if (round == 0) bench.segments_left = stop;
            UpdateRun again = run_of(&bench, plan, "adamw");
            again.folder = folder;
            UpdateResult result = update_run(&again);
            trained += result.trained;
            bool stopped = round == 0;
            cr_expect(eq(int, result.is_whole, !stopped), "stop %d, round %d", stop, round);
            for (int p = 0; p < plan->path_count && round == 1; p++)
                cr_expect(same(&bench, whole.released[p], bench.released[p]), "stop %d, path %d",
                          stop, p);
            bench_close(&bench);
        }
        /* Nothing was trained twice. */
        cr_expect(eq(i64, trained, account_sharing(plan).run));
    }
    bench_close(&whole);
    plan_free(plan);
}

Test(update_run, a_larger_plan_goes_on_from_what_a_smaller_one_left)
{
    static const char *const few[] = {"cpt"}, *const more[] = {"ptfs", "cpt"};
    const char *folder = scratch_path("grows");
    Plan *plan[2] = {plan_create(1, few, setting), plan_create(2, more, setting)};
    int64_t trained[2];
    for (int k = 0; k < 2; k++) {
        Bench bench;
        bench_open(&bench, net);
        UpdateRun run = run_of(&bench, plan[k], "adamw");
        run.folder = folder;
        trained[k] = update_run(&run).trained;
        bench_close(&bench);
    }
    cr_expect(eq(i64, trained[0], 3 * STEPS));
    cr_expect(eq(i64, trained[1], 5 * STEPS)); /* versions 2 and 3 from scratch */
    plan_free(plan[0]), plan_free(plan[1]);
}

typedef struct {
    Bench *bench;
    UpdateRun run;
} Again;

static void run_again(void *context)
{
    Again *again = context;
    update_run(&again->run);
}

Test(update_run, checkpoints_of_another_run_are_refused)
{
    static const char *const one[] = {"trunk"};
    Plan *plan = plan_create(1, one, setting);
    Bench bench;
    bench_open(&bench, net);
    Again again = {&bench, run_of(&bench, plan, "adamw")};
    again.run.folder = scratch_path("mine");
    again.run.configuration = "data = a.txt\n";
    update_run(&again.run);
    again.run.configuration = "data = b.txt\n";
    Ending ending = dying_run(run_again, &again);
    cr_expect(eq(int, ending.exit_code, 2));
    cr_expect(ne(ptr, strstr(ending.err, "b.txt"), NULL), "%s", ending.err);
    bench_close(&bench);
    plan_free(plan);
}

/* ---- an optimizer of a paradigm's own */

Test(update_run, a_paradigm_with_an_optimizer_of_its_own_releases_that_ones_average)
{
    static const char *const two[] = {"trunk", "schedule_free"};
    Plan *plan = plan_create(2, two, setting);
    const char *folder = scratch_path("schedule_free");
    for (int round = 0; round < 2; round++) { /* trained, then loaded */
        Bench bench;
        bench_open(&bench, net);
        UpdateRun run = run_of(&bench, plan, "adamw:beta2=0.95,clip=1");
        run.folder = folder;
        UpdateResult result = update_run(&run);
        cr_expect(eq(i64, result.trained, round == 0 ? 6 * STEPS : 0));
        for (int v = 1; v <= VERSIONS; v++) {
            int trunk = plan_path(plan, 0, v), own = plan_path(plan, 1, v);
            real *plain = trained_alone(&bench, &plan->path[trunk], run.optimizer);
            real *average =
                trained_alone(&bench, &plan->path[own], "schedule_free:beta2=0.95,clip=1");
            cr_expect(same(&bench, plain, bench.released[trunk]), "version %d", v);
            cr_expect(same(&bench, average, bench.released[own]), "version %d", v);
            free(plain), free(average);
        }
        bench_close(&bench);
    }
    plan_free(plan);
}

/* ---- divergence */

Test(update_run, what_comes_after_a_segment_that_diverged_is_told_and_not_trained)
{
    static const char *const two[] = {"cpt:peak=1e30", "cpt"};
    Plan *plan = plan_create(2, two, setting);
    Bench bench;
    bench_open(&bench, net);
    UpdateRun run = run_of(&bench, plan, "sgd");
    UpdateResult result = update_run(&run);
    cr_expect(result.is_whole);
    cr_expect(eq(int, bench.calls, 6));
    for (int v = 1; v <= VERSIONS; v++) {
        cr_expect(eq(int, bench.outcome[plan_path(plan, 0, v)], OUTCOME_DIVERGED));
        cr_expect(eq(int, bench.outcome[plan_path(plan, 1, v)], OUTCOME_SPENT));
    }
    real *alone = trained_alone(&bench, &plan->path[plan_path(plan, 1, 3)], "sgd");
    cr_expect(same(&bench, alone, bench.released[plan_path(plan, 1, 3)]));
    free(alone);
    cr_expect(lt(i64, result.trained, 4 * STEPS));
    bench_close(&bench);
    plan_free(plan);
}
