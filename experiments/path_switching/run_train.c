/* The training itself: seed by seed, from what the folder holds, to the releases. */
#include "run.h"

#include "base/clock.h"
#include "base/die.h"
#include "io/progress.h"
#include "trial/training_run.h"

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A training loss above is no use to anybody: a byte costs ln 256 = 5.5 before any training. */
static const double GIVE_UP_LOSS = 20.0;
static const int64_t CHECK_EVERY = 50;
/* Rates are tried with a seed of their own, above all that --seed takes. */
static const uint64_t TUNING_SEED = (uint64_t)INT32_MAX + 1;

/* ---- Ctrl-C: the first stops behind the segment at hand, the second at once */

static volatile sig_atomic_t interrupted;

static void note_interrupt(int signal)
{
    static const char said[] = "\ninterrupted: stops behind the stretch of training at hand, at "
                               "most one version's; Ctrl-C again stops at once, and loses it\n";
    (void)signal;
    interrupted = 1;
    if (write(STDERR_FILENO, said, sizeof said - 1) < 0) return;
}

static void watch_interrupts(void)
{
    struct sigaction action = {.sa_handler = note_interrupt,
                               .sa_flags = (int)SA_RESETHAND | SA_RESTART};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* ---- one seed */

typedef struct {
    RunReport *report;
    const World *world;
    const Plan *plan;
    const char *what;    /* "seed 2" */
    int64_t before, all; /* updates of earlier seeds, and of all */
    double *segment_s;
    RunRelease *release; /* of each path */
} Session;

static double mean_seen(const Session *session, int version, const double *domain)
{
    int seen = session->report->domains;
    if (session->report->options->shift && version < seen) seen = version;
    return stats_mean(seen, domain);
}

static void take_release(void *context, const ReleasedVersion *released)
{
    Session *session = context;
    RunRelease *release = &session->release[released->path];
    int domains = session->report->domains,
        version = plan_version_of(session->plan, released->path);
    release->outcome = released->outcome;
    release->loss = NAN;
    for (int d = 0; d < domains; d++) release->domain[d] = NAN;
    if (released->outcome == OUTCOME_DIVERGED) return;
    world_losses(session->world, session->report->options->evaluation_batches, release->domain);
    release->loss = mean_seen(session, version, release->domain);
}

static Problem *mixed(void *context, DataMix mix)
{
    const Session *session = context;
    return versions_problem(session->world->versions, mix);
}

static bool go_on(void *context)
{
    Session *session = context;
    int64_t done = session->before;
    for (int s = 0; s < session->plan->segment_count; s++)
        if (session->segment_s[s] > 0.0) done += session->plan->segment[s].steps;
    progress_show(session->what, done, session->all, NAN);
    return !interrupted;
}

static void add_seconds(Session *session, const UpdateResult *result)
{
    for (int s = 0; s < session->plan->segment_count; s++)
        session->report->trained_s += session->segment_s[s];
    session->report->trained += result->trained;
}

static bool say_interrupted(const Session *session, const UpdateResult *result)
{
    progress_end();
    fprintf(stderr,
            "interrupted in %s, with %" PRId64 " of its %" PRId64
            " updates done; all is saved in %s, and the same command goes on from there\n",
            session->what, result->trained + result->loaded, account_sharing(session->plan).run,
            session->report->options->folder);
    return false;
}

/* All segments of a plan with one seed; releases of all its paths. */
static bool train_plan(RunReport *report, const Plan *plan, uint64_t seed, const char *what,
                       int64_t before, int64_t all, RunRelease *release)
{
    const RunOptions *options = report->options;
    World world = run_open(options, seed);
    char *folder = format_text("%s/seed_%" PRIu64, options->folder, seed);
    Session session = {.report = report,
                       .world = &world,
                       .plan = plan,
                       .what = what,
                       .before = before,
                       .all = all,
                       .release = release};
    session.segment_s = alloc_zeroed((size_t)plan->segment_count, sizeof *session.segment_s);
    UpdateRun run = {.plan = plan,
                     .optimizer = options->optimizer,
                     .seed = seed,
                     .problem = mixed,
                     .release = take_release,
                     .go_on = go_on,
                     .context = &session,
                     .give_up_loss = GIVE_UP_LOSS,
                     .check_every = CHECK_EVERY,
                     .folder = folder,
                     .configuration = report->configuration,
                     .segment_s = session.segment_s};
    UpdateResult result = update_run(&run);
    add_seconds(&session, &result);
    bool is_whole = result.is_whole || say_interrupted(&session, &result);
    free(session.segment_s);
    free(folder);
    world_close(&world);
    return is_whole;
}

bool run_train(RunReport *report)
{
    const RunOptions *options = report->options;
    int64_t updates = account_sharing(report->plan).run, paths = report->plan->path_count;
    bool is_whole = true;
    watch_interrupts();
    for (int64_t s = 0; s < options->seeds && is_whole; s++) {
        char *what = format_text("seed %" PRId64, options->seed + s);
        is_whole = train_plan(report, report->plan, (uint64_t)(options->seed + s), what,
                              s * updates, options->seeds * updates, report->release + s * paths);
        free(what);
    }
    progress_end();
    return is_whole;
}

/* ---- the peak rate */

/* Version 1 from scratch, whose data are the first of all versions'. */
static bool try_rate(RunReport *report, int64_t number, RunRelease *release)
{
    const RunOptions *options = report->options;
    static const char *const scratch[] = {"ptfs"};
    UpdateSetting setting = {.versions = 1,
                             .steps = options->steps,
                             .warmup = options->warmup,
                             .peak = options->tune.value[number],
                             .floor = options->floor};
    Plan *plan = plan_create(1, scratch, setting);
    char *what = format_text("rate %g", setting.peak);
    bool is_whole = train_plan(report, plan, TUNING_SEED, what, number * options->steps,
                               options->tune.count * options->steps, release);
    free(what);
    plan_free(plan);
    return is_whole;
}

bool run_tune(RunReport *report)
{
    const RunOptions *options = report->options;
    double best = INFINITY;
    bool is_whole = true;
    report->tuned = alloc_zeroed((size_t)options->tune.count, sizeof *report->tuned);
    watch_interrupts();
    for (int k = 0; k < options->tune.count && is_whole; k++) {
        RunRelease *release = &report->release[0];
        is_whole = try_rate(report, k, release);
        report->tuned[k] = release->loss;
        if (!(report->tuned[k] < best)) continue;
        best = report->tuned[k];
        report->rate = options->tune.value[k];
    }
    progress_end();
    if (is_whole && isinf(best)) die("--tune: version 1 diverges at every one of these rates");
    return is_whole;
}

/* ---- speed */

double run_measure(const RunOptions *options, const World *world)
{
    Problem *problem = versions_problem(world->versions, (DataMix){1, 1, 0.0});
    problem->start(problem, TUNING_SEED);
    Optimizer *optimizer =
        optimizer_create(options->optimizer, world->backend, problem->parameters);
    Schedule *schedule = schedule_create("constant", (ScheduleDefaults){.total = 40, .peak = 1e-6});
    TrainingRun run = {.problem = problem,
                       .optimizer = optimizer,
                       .schedule = schedule,
                       .steps = 3,
                       .log_every = 3,
                       .evaluation_batches = TRAINING_NO_EVALUATION};
    training_run(&run); /* pages, caches */
    double start_s = clock_s(), taken_s = 0.0;
    int64_t first = run.steps;
    while (taken_s < 0.3 && run.steps < 40) {
        run.first_step = run.steps;
        run.steps += 3;
        training_run(&run);
        taken_s = clock_s() - start_s;
    }
    optimizer_free(optimizer);
    schedule_free(schedule);
    return taken_s / (double)(run.steps - first);
}
