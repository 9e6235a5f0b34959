#include "law_watch.h"

#include "predict.h"

#include "base/die.h"
#include "fit/estimate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WATCHED = 2 };

typedef struct {
    int path;
    int64_t points;
    int64_t *step;
    double *loss;
} Seen;

struct LawWatch {
    const Plan *plan;
    Seen seen[WATCHED];
};

/* ---- watching */

/* The first undecayed or retrained arm's path of this version. */
static int find_path(const Plan *plan, const char *kind, int version)
{
    for (int k = 0; k < plan->paradigm_count; k++) {
        int path = plan_path(plan, k, version);
        bool is_kind = !strcmp(paradigm_name(plan->paradigm[k]), kind);
        if (is_kind && !plan->path[path].average.kind) return path;
    }
    die_usage("--prediction-arms: the law is fitted to ptfs and to a trunk without an average, and "
              "there is no %s in the group",
              kind);
}

LawWatch *law_watch_create(const Plan *plan, int64_t every)
{
    LawWatch *watch = alloc_zeroed(1, sizeof *watch);
    watch->plan = plan;
    watch->seen[0].path = find_path(plan, "ptfs", 1);
    watch->seen[1].path = find_path(plan, "trunk", plan->setting.versions);
    for (int k = 0; k < WATCHED; k++) {
        Seen *seen = &watch->seen[k];
        size_t room = (size_t)(plan->path[seen->path].steps / every + 1);
        seen->step = alloc_zeroed(room, sizeof *seen->step);
        seen->loss = alloc_zeroed(room, sizeof *seen->loss);
    }
    return watch;
}

void law_watch_free(LawWatch *watch)
{
    if (!watch) return;
    for (int k = 0; k < WATCHED; k++) {
        free(watch->seen[k].step);
        free(watch->seen[k].loss);
    }
    free(watch);
}

bool law_watch_wants(const LawWatch *watch, int segment)
{
    return plan_passes(watch->plan, watch->seen[0].path, segment) ||
           plan_passes(watch->plan, watch->seen[1].path, segment);
}

void law_watch_add(LawWatch *watch, int segment, int64_t step, double loss)
{
    for (int k = 0; k < WATCHED; k++) {
        Seen *seen = &watch->seen[k];
        if (!plan_passes(watch->plan, seen->path, segment)) continue;
        seen->step[seen->points] = step;
        seen->loss[seen->points++] = loss;
    }
}

/* ---- the law */

/* The first losses fall by another law: what is not twice as far as the warm-up is left out. */
static LawRun seen_run(const LawWatch *watch, const Seen *seen)
{
    int64_t warmup = watch->plan->setting.warmup;
    LawRun run = predict_run(&watch->plan->path[seen->path], warmup, WARMUP_AS_PEAK);
    run.name = "seen", run.points = seen->points, run.step = seen->step, run.loss = seen->loss;
    return run_from(run, 2 * warmup);
}

static double last_loss(const FitResult *fitted, const Path *path, int64_t warmup)
{
    LawRun run = predict_run(path, warmup, WARMUP_AS_PEAK);
    double loss;
    law_predict_run(fitted->law, fitted->theta, &run, 1, &path->steps, &loss);
    free((void *)run.rate);
    return loss;
}

void law_watch_foretell(const LawWatch *watch, double foretold[])
{
    const Plan *plan = watch->plan;
    double longest = (double)plan->setting.steps;
    LawRun first = seen_run(watch, &watch->seen[0]), second = seen_run(watch, &watch->seen[1]);
    for (int p = 0; p < plan->path_count; p++) foretold[p] = NAN;
    if (run_has_losses(&first) && run_has_losses(&second)) {
        FitResult fitted = estimate_scanned(WATCHED, (const LawRun *const[]){&first, &second},
                                            longest / 100.0, longest);
        for (int p = 0; p < plan->path_count; p++)
            if (!plan->path[p].average.kind)
                foretold[p] = last_loss(&fitted, &plan->path[p], plan->setting.warmup);
    }
    free((void *)first.rate);
    free((void *)second.rate);
}

void law_watch_write(const LawWatch *watch, char *const arm[], const StudyJob *job)
{
    for (int k = 0; k < WATCHED; k++) {
        const Seen *seen = &watch->seen[k];
        for (int64_t p = 0; p < seen->points; p++) {
            const Schedule *schedule = watch->plan->path[seen->path].schedule;
            CurveRow point = {.arm = arm[plan_paradigm_of(watch->plan, seen->path)],
                              .version = plan_version_of(watch->plan, seen->path),
                              .step = seen->step[p],
                              .rate = schedule_rate(schedule, seen->step[p] - 1),
                              .loss = seen->loss[p]};
            curve_write(&point, job);
        }
    }
}
