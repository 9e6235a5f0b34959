/* What does a branch cost, against an update?
 *
 *   bench_branch DATA MODEL BATCH ROWS.csv
 *
 * A branch: the state of training taken and put back, once each. One thread. */
#include "bench_pairs.h"
#include "compute/blas.h"
#include "model/model.h"
#include "problem/training.h"
#include "update/state.h"

enum { PAIRS = 15, CALLS = 20 };

typedef struct {
    Problem *problem;
    Optimizer *optimizer;
    double *sums; /* of the losses */
    int64_t done;
} Bench;

static double time_branch(void *context)
{
    Bench *bench = context;
    Backend *backend = bench->problem->backend;
    const ParameterTable *table = bench->problem->parameters;
    double start = clock_s();
    for (int call = 0; call < CALLS; call++) {
        TrainingState *state = state_take(backend, table, bench->optimizer);
        state_put_back(state, table, bench->optimizer);
        state_free(state);
    }
    return (clock_s() - start) / CALLS;
}

static double time_update(void *context)
{
    Bench *bench = context;
    double start = clock_s();
    for (int call = 0; call < CALLS; call++) {
        bench->problem->gradient(bench->problem, bench->done++, bench->sums);
        optimizer_step(bench->optimizer, 1e-3);
    }
    return (clock_s() - start) / CALLS;
}

int main(int argc, char **argv)
{
    if (argc != 5) die_usage("usage: bench_branch DATA MODEL BATCH ROWS.csv");
    FILE *csv = pairs_open(2, argv + 3);
    blas_init();
    omp_set_num_threads(1);
    Backend *backend = backend_cpu();
    DataOptions options = {.folder = "data/cache", .context = model_context(argv[2])};
    Data *data = data_open(argv[1], &options);
    int64_t batch = strtoll(argv[3], NULL, 10);
    ModelTask task = training_task(data, batch);
    Model *model = model_create(backend, argv[2], &task, true);
    Bench bench = {.problem = problem_training(backend, model, data, batch, 1000),
                   .sums = backend->alloc(backend, HEAD_SUMS * sizeof(double))};
    bench.problem->start(bench.problem, 1000);
    bench.optimizer =
        optimizer_create("adamw:beta2=0.95,decay=0.1,clip=1", backend, bench.problem->parameters);
    Pairs pairs = pairs_measure(PAIRS, time_branch, &bench, time_update, &bench);
    pairs_report(csv, "a branch", "an update", pairs, 1.0);
    optimizer_free(bench.optimizer);
    backend->release(backend, bench.sums);
    bench.problem->free(bench.problem);
    model_free(model);
    data_free(data);
    backend->close(backend);
    fclose(csv);
    return 0;
}
