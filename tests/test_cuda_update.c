/* Model versions on a device: what branches there is what never branched, to the byte. */
#include "problem/training.h"
#include "trial/training_run.h"
#include "update/account.h"
#include "update/runner.h"
#include "update/versions.h"

#include "dying.h"

#include <criterion/criterion.h>
#include <math.h>

enum { VERSIONS = 2, BATCH = 4, CONTEXT = 8, PATHS = 16 };
static const UpdateSetting setting = {
    .versions = VERSIONS, .steps = 10, .warmup = 2, .peak = 1e-2, .floor = 0.1};
static const char adam[] = "adamw:clip=1";

typedef struct {
    Backend *backend;
    Data *data[VERSIONS];
    Model *model;
    Versions *versions;
    size_t bytes;
    real *released[PATHS];
} Bench;

static void bench_open(Bench *bench)
{
    *bench = (Bench){.backend = backend_open("cuda")};
    for (int v = 0; v < VERSIONS; v++) {
        char text[64];
        snprintf(text, sizeof text, "markov:states=8,seed=%d", v + 1);
        bench->data[v] = data_open(text, &(DataOptions){.context = CONTEXT});
    }
    ModelTask task = training_task(bench->data[0], BATCH);
    bench->model = model_create(bench->backend, "transformer:layers=1,width=16,heads=2,context=8",
                                &task, true);
    bench->versions =
        versions_create(bench->backend, bench->model, VERSIONS, bench->data, BATCH, 1);
    const ParameterTable *table = model_parameters(bench->model);
    bench->bytes = (size_t)table->size * sizeof(real);
}

static void bench_close(Bench *bench)
{
    for (int p = 0; p < PATHS; p++) free(bench->released[p]);
    versions_free(bench->versions);
    model_free(bench->model);
    for (int v = 0; v < VERSIONS; v++) data_free(bench->data[v]);
    bench->backend->close(bench->backend);
}

static Problem *problem_of(void *context, DataMix mix)
{
    return versions_problem(((Bench *)context)->versions, mix);
}

static real *values_now(const Bench *bench)
{
    real *copy = malloc(bench->bytes);
    bench->backend->download(bench->backend, bench->bytes, model_parameters(bench->model)->values,
                             copy);
    return copy;
}

static void keep(void *context, const ReleasedVersion *released)
{
    ((Bench *)context)->released[released->path] = values_now(context);
}

/* A path's own optimizer takes the keys of the run's. */
static real *trained_alone(Bench *bench, const Path *path)
{
    const char *text = path->optimizer ? "schedule_free:clip=1" : adam;
    Problem *problem = problem_of(bench, path->stretch[0].mix);
    problem->start(problem, 7);
    Optimizer *optimizer = optimizer_create(text, bench->backend, model_parameters(bench->model));
    int64_t first = 0;
    for (int s = 0; s < path->count; first = path->stretch[s++].end) {
        TrainingRun run = {.problem = problem_of(bench, path->stretch[s].mix),
                           .optimizer = optimizer,
                           .schedule = path->schedule,
                           .first_step = first,
                           .steps = path->stretch[s].end,
                           .log_every = 1000,
                           .evaluation_batches = TRAINING_NO_EVALUATION};
        training_run(&run);
    }
    optimizer_average_in(optimizer);
    optimizer_free(optimizer);
    return values_now(bench);
}

static void need_device(void)
{
    const char *missing = backend_missing("cuda");
    if (missing) cr_skip_test("%s", missing);
}

Test(cuda_update, branching_on_the_device_gives_the_bytes_of_runs_that_never_branched)
{
    need_device();
    static const char *const paradigms[] = {
        "path_switching", "trunk:average=lawa,window=1,samples=5",
        "trunk",          "wsd_s:replay=0.5",
        "ptfs",           "schedule_free"};
    Plan *plan = plan_create(6, paradigms, setting);
    Bench bench;
    bench_open(&bench);
    UpdateRun run = {.plan = plan,
                     .optimizer = adam,
                     .seed = 7,
                     .problem = problem_of,
                     .release = keep,
                     .context = &bench,
                     .check_every = 5};
    UpdateResult result = update_run(&run);
    cr_expect(result.trained == account_sharing(plan).run);
    for (int p = 0; p < plan->path_count; p++) {
        real *alone = trained_alone(&bench, &plan->path[p]);
        bool is_same = memcmp(alone, bench.released[p], bench.bytes) == 0;
        /* An average is not where the trunk is. */
        cr_expect(is_same != (plan->path[p].average.kind != NULL), "path %d", p);
        free(alone);
    }
    bench_close(&bench);
    plan_free(plan);
}
