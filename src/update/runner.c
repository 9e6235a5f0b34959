#include "update/runner.h"

#include "base/clock.h"
#include "base/die.h"
#include "io/files.h"
#include "trial/checkpoint.h"
#include "trial/training_run.h"
#include "update/averages.h"
#include "update/state.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const UpdateRun *run;
    Problem *problem; /* of the segment at hand */
    Optimizer *optimizer;
    Averages *averages;
    int segment; /* that is trained … */
    bool is_observed;
    double observing_s; /* … and what looks at it took so far */
    bool is_stopped;
    UpdateResult result;
} Walk;

/* ---- one segment: trained, or loaded */

static char *checkpoint_path(const Walk *walk, int segment)
{
    if (!walk->run->folder) return NULL;
    char *key = plan_key(walk->run->plan, segment), *open = averages_key(walk->averages, segment);
    char *path = format_text("%s/%.32s%s.checkpoint", walk->run->folder, key, open);
    free(key);
    free(open);
    return path;
}

/* The caller frees. */
static char *optimizer_of(const UpdateRun *run, const Path *path)
{
    if (!path->optimizer) return format_text("%s", run->optimizer);
    const char *keys = strchr(run->optimizer, ':');
    return format_text("%s%s", path->optimizer, keys ? keys : "");
}

static void renew_optimizer(Walk *walk, int segment)
{
    const Plan *plan = walk->run->plan;
    char *text = optimizer_of(walk->run, &plan->path[plan->segment[segment].path]);
    optimizer_free(walk->optimizer);
    walk->optimizer = optimizer_create(text, walk->problem->backend, walk->problem->parameters);
    free(text);
}

/* Is there anything to observe on the segment? */
static bool is_observed(const UpdateRun *run, int number)
{
    const Segment *segment = &run->plan->segment[number];
    int64_t every = run->observe_every, end = segment->first + segment->steps;
    return every > 0 && end / every > segment->first / every &&
           (!run->observes || run->observes(run->context, number));
}

/* A device has then done what it was told before: its time is training's. */
static void wait_for_device(const Problem *problem)
{
    real first;
    problem->backend->download(problem->backend, sizeof first, problem->parameters->values, &first);
}

static void observe(Walk *walk, int64_t done)
{
    const UpdateRun *run = walk->run;
    wait_for_device(walk->problem);
    double start_s = clock_s();
    optimizer_average_in(walk->optimizer);
    run->observe(run->context, &(ObservedUpdate){walk->segment, done, walk->problem});
    optimizer_average_out(walk->optimizer);
    walk->observing_s += clock_s() - start_s;
}

static void after_update(void *context, int64_t done)
{
    Walk *walk = context;
    averages_add(walk->averages, done);
    if (walk->is_observed && done % walk->run->observe_every == 0) observe(walk, done);
}

static bool train_segment(Walk *walk, int number)
{
    const Plan *plan = walk->run->plan;
    const Segment *segment = &plan->segment[number];
    if (plan_resets(plan, number)) renew_optimizer(walk, number);
    averages_enter(walk->averages, number);
    walk->segment = number;
    walk->is_observed = is_observed(walk->run, number);
    walk->observing_s = 0.0;
    double start_s = clock_s();
    TrainingRun training = {.problem = walk->problem,
                            .optimizer = walk->optimizer,
                            .schedule = plan->path[segment->path].schedule,
                            .first_step = segment->first,
                            .steps = segment->first + segment->steps,
                            .log_every = walk->run->check_every,
                            .evaluation_batches = TRAINING_NO_EVALUATION,
                            .give_up_loss = walk->run->give_up_loss,
                            .context = walk,
                            .updated = after_update};
    TrainingResult result = training_run(&training);
    walk->result.trained += result.steps - segment->first;
    if (walk->run->segment_s)
        walk->run->segment_s[number] = clock_s() - start_s - walk->observing_s;
    return result.outcome == OUTCOME_SPENT;
}

/* A segment that diverged leaves no checkpoint: run again, it diverges again. */
static bool run_segment(Walk *walk, int number)
{
    const UpdateRun *run = walk->run;
    const Segment *segment = &run->plan->segment[number];
    Backend *backend = walk->problem->backend;
    char *path = checkpoint_path(walk, number);
    CheckpointInfo info = {.step = segment->first + segment->steps,
                           .seed = run->seed,
                           .configuration = run->configuration,
                           .remedy = "choose another --folder"};
    bool is_there = path && files_exist(path), is_good = true;
    const ParameterTable *table = averages_table(walk->averages, number);
    if (is_there && !is_observed(run, number)) {
        checkpoint_load(path, backend, table, walk->optimizer, &info);
        walk->result.loaded += segment->steps;
    } else {
        is_good = train_segment(walk, number);
        if (is_good && path && !is_there)
            checkpoint_save(path, backend, table, walk->optimizer, &info);
        walk->is_stopped = run->go_on && !run->go_on(run->context);
    }
    free(path);
    return is_good;
}

/* ---- releases */

static void release_path(Walk *walk, int path)
{
    const UpdateRun *run = walk->run;
    ReleasedVersion released = {.path = path,
                                .outcome = OUTCOME_SPENT,
                                .problem = walk->problem,
                                .steps = run->plan->path[path].steps};
    if (!run->plan->path[path].average.kind) {
        optimizer_average_in(walk->optimizer);
        run->release(run->context, &released);
        optimizer_average_out(walk->optimizer);
        return;
    }
    const ParameterTable *table = walk->problem->parameters;
    TrainingState *state = state_take(walk->problem->backend, table, walk->optimizer);
    averages_put(walk->averages, path);
    run->release(run->context, &released);
    state_put_back(state, table, walk->optimizer);
    state_free(state);
}

static void release_segment(Walk *walk, int segment)
{
    const Plan *plan = walk->run->plan;
    for (int p = 0; p < plan->path_count; p++)
        if (plan->end[p] == segment) release_path(walk, p);
}

/* All that would have come after a segment that diverged. */
static void release_diverged(Walk *walk, int segment)
{
    const Plan *plan = walk->run->plan;
    for (int p = 0; p < plan->path_count; p++) {
        if (!plan_passes(plan, p, segment)) continue;
        ReleasedVersion released = {
            .path = p, .outcome = OUTCOME_DIVERGED, .steps = plan->path[p].steps};
        walk->run->release(walk->run->context, &released);
    }
}

/* ---- the tree */

static int next_child(const Plan *plan, int of, int behind)
{
    for (int s = behind + 1; s < plan->segment_count; s++)
        if (plan->segment[s].from == of) return s;
    return plan->segment_count;
}

static void walk_from(Walk *walk, int segment);

static void walk_into(Walk *walk, int segment)
{
    if (!run_segment(walk, segment)) {
        release_diverged(walk, segment);
        return;
    }
    if (walk->is_stopped) return;
    release_segment(walk, segment);
    walk_from(walk, segment);
}

/* Random numbers, and nothing moved yet. */
static void start_anew(Walk *walk, int segment)
{
    walk->problem->start(walk->problem, walk->run->seed);
    renew_optimizer(walk, segment);
}

static Problem *problem_of(const Walk *walk, int segment)
{
    return walk->run->problem(walk->run->context, plan_mix(walk->run->plan, segment));
}

/* The state is kept for as long as another branch will need it. */
static void walk_from(Walk *walk, int segment)
{
    const Plan *plan = walk->run->plan;
    TrainingState *state = NULL;
    for (int child = next_child(plan, segment, segment), next; child < plan->segment_count;
         child = next) {
        if (walk->is_stopped) break;
        next = next_child(plan, segment, child);
        bool is_last = next == plan->segment_count, is_start = segment == PLAN_SCRATCH;
        const ParameterTable *table = walk->problem->parameters;
        if (state) state_put_back(state, table, walk->optimizer);
        if (!state && !is_last && !is_start)
            state = state_take(walk->problem->backend, table, walk->optimizer);
        if (is_last) state_free(state), state = NULL;
        walk->problem = problem_of(walk, child);
        if (is_start) start_anew(walk, child);
        walk_into(walk, child);
    }
    state_free(state);
}

UpdateResult update_run(const UpdateRun *run)
{
    Walk walk = {.run = run};
    if (run->folder) files_make_directory(run->folder);
    for (int s = 0; s < run->plan->segment_count && run->segment_s; s++) run->segment_s[s] = 0.0;
    walk.problem = problem_of(&walk, 0);
    walk.averages = averages_create(run->plan, walk.problem);
    walk_from(&walk, PLAN_SCRATCH);
    averages_free(walk.averages);
    optimizer_free(walk.optimizer);
    walk.result.is_whole = !walk.is_stopped;
    return walk.result;
}
