#include "group.h"

#include "law_watch.h"
#include "segments.h"
#include "world.h"

#include "base/die.h"
#include "base/spec.h"
#include "update/runner.h"

#include <math.h>
#include <stdlib.h>

enum { CHECK_EVERY = 50 };

typedef struct {
    Outcome outcome;
    double *loss; /* of each domain */
} Release;

typedef struct {
    const Group *group;
    World world;
    UpdateSize size;
    Plan *plan;
    Release *release; /* of each path of the plan */
    LawWatch *watch;  /* NULL: nothing is foretold */
    double *foretold; /* of each path */
} Trial;

/* ---- training */

static Problem *problem_of(void *context, DataMix mix)
{
    return versions_problem(((Trial *)context)->world.versions, mix);
}

static void keep(void *context, const ReleasedVersion *released)
{
    Trial *trial = context;
    Release *release = &trial->release[released->path];
    release->outcome = released->outcome;
    if (released->outcome == OUTCOME_SPENT)
        world_losses(&trial->world, config.evaluation_batches, release->loss);
    for (int d = 0; d < trial->world.domains; d++) {
        if (release->outcome == OUTCOME_SPENT && isfinite(release->loss[d])) continue;
        release->outcome = OUTCOME_DIVERGED;
        release->loss[d] = INFINITY;
    }
}

static double mean_loss(const Trial *trial, const double loss[])
{
    double sum = 0.0;
    for (int d = 0; d < trial->world.domains; d++) sum += loss[d];
    return sum / trial->world.domains;
}

static bool observes(void *context, int segment)
{
    return law_watch_wants(((Trial *)context)->watch, segment);
}

static void observe(void *context, const ObservedUpdate *observed)
{
    Trial *trial = context;
    double *loss = alloc_zeroed((size_t)trial->world.domains, sizeof *loss);
    world_losses(&trial->world, config.evaluation_batches, loss);
    law_watch_add(trial->watch, observed->segment, observed->step, mean_loss(trial, loss));
    free(loss);
}

static Trial trial_open(const Group *group)
{
    const Row *row = &group->row;
    WorldSetting setting = {.texts = config.texts,
                            .model = row->model,
                            .versions = group->setting.versions,
                            .shifts = group->shifts,
                            .batch = config.batch,
                            .seed = (uint64_t)row->seed};
    Trial trial = {.group = group,
                   .world = world_open(&setting),
                   .plan = plan_create(group->arms.count, (const char *const *)group->arms.paradigm,
                                       group->setting)};
    trial.size = world_size(&trial.world, config.batch, config.optimizer);
    trial.release = alloc_zeroed((size_t)trial.plan->path_count, sizeof *trial.release);
    for (int p = 0; p < trial.plan->path_count; p++)
        trial.release[p].loss =
            alloc_zeroed((size_t)trial.world.domains, sizeof *trial.release[p].loss);
    trial.foretold = alloc_zeroed((size_t)trial.plan->path_count, sizeof *trial.foretold);
    for (int p = 0; p < trial.plan->path_count; p++) trial.foretold[p] = NAN;
    if (group->observe_every) trial.watch = law_watch_create(trial.plan, group->observe_every);
    return trial;
}

static void trial_close(Trial *trial)
{
    for (int p = 0; p < trial->plan->path_count; p++) free(trial->release[p].loss);
    free(trial->release);
    free(trial->foretold);
    law_watch_free(trial->watch);
    plan_free(trial->plan);
    world_close(&trial->world);
}

static void train(Trial *trial, const StudyJob *job)
{
    char *folder = segments_folder(job, account_sharing(trial->plan).run);
    UpdateRun run = {.plan = trial->plan,
                     .optimizer = config.optimizer,
                     .seed = (uint64_t)trial->group->row.seed,
                     .problem = problem_of,
                     .release = keep,
                     .observe_every = trial->group->observe_every,
                     .observe = observe,
                     .observes = observes,
                     .context = trial,
                     .check_every = CHECK_EVERY,
                     .folder = folder};
    update_run(&run);
    segments_remove(folder);
    free(folder);
    if (!trial->watch) return;
    law_watch_foretell(trial->watch, trial->foretold);
    law_watch_write(trial->watch, trial->group->arms.name, job);
}

/* ---- rows */

static double number_of(const Paradigm *paradigm, const char *key)
{
    Spec *spec = spec_parse(paradigm_text(paradigm));
    double number = spec_real(spec, key, NAN);
    spec_free(spec);
    return number;
}

static void fill_costs(Row *row, const Trial *trial, int arm, int version)
{
    const Plan *plan = trial->plan;
    const Paradigm *paradigm = plan->paradigm[arm];
    Account account = account_paradigm(plan, arm, version, &trial->size);
    row->path_steps = plan->path[plan_path(plan, arm, version)].steps;
    row->cost_steps = account.steps;
    row->unshared_steps = account.unshared;
    row->formula_steps = paradigm_cost(paradigm, version) * (double)plan->setting.steps;
    row->cost = (double)account.steps / (double)plan->setting.steps;
    row->run_steps = account_sharing(plan).run;
    row->tokens = account.tokens;
    row->flops = account.flops;
    row->kept_bytes = account.kept_bytes;
    row->released_bytes = account.released_bytes;
}

static void write_version(const Trial *trial, int arm, int version, const StudyJob *job)
{
    const Release *release = &trial->release[plan_path(trial->plan, arm, version)];
    const Paradigm *paradigm = trial->plan->paradigm[arm];
    Row row = trial->group->row;
    row.arm = trial->group->arms.name[arm];
    row.paradigm = paradigm_text(paradigm);
    row.version = version;
    row.alpha = number_of(paradigm, "alpha");
    row.replay = number_of(paradigm, "replay");
    row.parameters = trial->size.parameter_bytes / (int64_t)sizeof(real);
    row.outcome = release->outcome;
    fill_costs(&row, trial, arm, version);
    for (int d = 0; d < trial->world.domains; d++) {
        char *domain = world_domain(config.texts, d);
        row.domain = domain;
        row_set_loss(&row, release->loss[d]);
        row_write(&row, job);
        free(domain);
    }
    row.domain = "all";
    row_set_loss(&row, mean_loss(trial, release->loss));
    row.predicted = trial->foretold[plan_path(trial->plan, arm, version)];
    row_write(&row, job);
}

void group_run(const Group *group, const StudyJob *job)
{
    if (world_is_absent(config.texts)) {
        group_write_without(group, OUTCOME_ABSENT, job);
        return;
    }
    Trial trial = trial_open(group);
    train(&trial, job);
    for (int arm = 0; arm < group->arms.count; arm++)
        for (int version = 1; version <= group->setting.versions; version++)
            write_version(&trial, arm, version, job);
    trial_close(&trial);
}

void group_write_without(const Group *group, Outcome outcome, const StudyJob *job)
{
    Row row = group->row;
    row.outcome = outcome;
    for (int arm = 0; arm < group->arms.count; arm++) {
        row.arm = group->arms.name[arm];
        row.paradigm = group->arms.paradigm[arm];
        row.version = row.versions;
        row_write(&row, job);
    }
}

/* A path that does not fit into T ends the program here, before any trial. */
static void check_paths(const Paradigm *paradigm, const UpdateSetting *setting)
{
    for (int version = 1; version <= setting->versions; version++) {
        Path path = paradigm_path(paradigm, setting, version);
        path_clear(&path);
    }
}

double group_cost(const Group *group)
{
    double cost = 0.0;
    for (int k = 0; k < group->arms.count; k++) {
        Paradigm *paradigm = paradigm_create(group->arms.paradigm[k]);
        cost += paradigm_cost(paradigm, group->setting.versions) * (double)group->setting.steps;
        check_paths(paradigm, &group->setting);
        paradigm_free(paradigm);
    }
    return cost;
}
