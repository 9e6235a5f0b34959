/* How fast is the loop of a run, batches drawn and steps taken, against PyTorch's eager one?
 *
 *   bench_training_run NAME DATA MODEL BATCH STEPS PEER ROWS.csv
 *
 * STEPS updates by AdamW in a turn, one thread each: sweeps run a trial on each core. PEER: the
 * command of bench/training_peer.py, whose batch is there before anything is timed; or "": the
 * updates in a second alone. Nothing is evaluated on either side. */
#include "bench_pairs.h"
#include "bench_process.h"
#include "compute/blas.h"
#include "model/model.h"
#include "problem/training.h"
#include "trial/training_run.h"

#include <inttypes.h>

enum { PAIRS = 9 };
static const double GOAL = 1.0;

typedef struct {
    Problem *problem;
    Optimizer *optimizer;
    Schedule *schedule;
    int64_t done, steps;
} Ours;

static double time_run(void *context)
{
    Ours *ours = context;
    TrainingRun run = {.problem = ours->problem,
                       .optimizer = ours->optimizer,
                       .schedule = ours->schedule,
                       .first_step = ours->done,
                       .steps = ours->done + ours->steps,
                       .log_every = ours->steps,
                       .evaluation_batches = TRAINING_NO_EVALUATION};
    double start = clock_s();
    training_run(&run);
    ours->done = run.steps;
    return clock_s() - start;
}

typedef struct {
    Process process;
    long steps;
} Peer;

static double time_peer(void *context)
{
    Peer *peer = context;
    process_ask(&peer->process, peer->steps, 1);
    return process_answer(&peer->process);
}

static double nothing(void *context)
{
    (void)context;
    return 1.0;
}

static int64_t count_of(const char *text)
{
    int64_t count = strtoll(text, NULL, 10);
    if (count < 1) die_usage("bench_training_run: expected a count above 0, found '%s'", text);
    return count;
}

static void measure(FILE *csv, const char *name, const char *command, Ours *ours)
{
    if (!*command) {
        Pairs pairs = pairs_measure(PAIRS, time_run, ours, nothing, NULL);
        pairs_report(csv, name, "a second", pairs, 0.0);
        return;
    }
    Peer peer = {process_start(command), (long)ours->steps};
    Pairs pairs = pairs_measure(PAIRS, time_run, ours, time_peer, &peer);
    pairs_report(csv, name, "PyTorch eager; 1 thread", pairs, GOAL);
    process_end(&peer.process);
}

int main(int argc, char **argv)
{
    if (argc != 8) die_usage("usage: bench_training_run NAME DATA MODEL BATCH STEPS PEER ROWS.csv");
    const char *model_text = argv[3];
    int64_t batch = count_of(argv[4]), context = model_context(model_text);
    FILE *csv = pairs_open(2, argv + 6);
    blas_init();
    omp_set_num_threads(1);
    Backend *backend = backend_cpu();
    Data *data = data_open(argv[2], &(DataOptions){.folder = "data/cache", .context = context});
    ModelTask task = training_task(data, batch);
    Model *model = model_create(backend, model_text, &task, true);
    Ours ours = {.problem = problem_training(backend, model, data, batch, 1000),
                 .steps = count_of(argv[5])};
    ours.problem->start(ours.problem, 1000);
    ours.optimizer =
        optimizer_create("adamw:beta2=0.95,decay=0.1,clip=1", backend, ours.problem->parameters);
    ours.schedule = schedule_create("constant:peak=1e-3,total=1", (ScheduleDefaults){0});
    char *name = format_text("%s; %" PRId64 " updates", argv[1], ours.steps);
    measure(csv, name, argv[6], &ours);
    free(name);
    schedule_free(ours.schedule);
    optimizer_free(ours.optimizer);
    ours.problem->free(ours.problem);
    model_free(model);
    data_free(data);
    backend->close(backend);
    fclose(csv);
    return 0;
}
