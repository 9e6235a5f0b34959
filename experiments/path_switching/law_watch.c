#include "law_watch.h"

#include "base/die.h"
#include "base/grid.h"
#include "fit/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WATCHED = 2, SCAN = 21 };

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

/* rate[s] is in force at step s; rate[0], before the first update, is where the warm-up begins. */
static double *rates_of(const Path *path)
{
    double *rate = alloc_zeroed((size_t)path->steps + 1, sizeof *rate);
    rate[0] = schedule_start(path->schedule);
    for (int64_t s = 1; s <= path->steps; s++) rate[s] = schedule_rate(path->schedule, s - 1);
    return rate;
}

/* The first losses fall by another law: what is not twice as far as the warm-up is left out. */
static LawRun run_of(const LawWatch *watch, const Seen *seen)
{
    const UpdateSetting *setting = &watch->plan->setting;
    const Path *path = &watch->plan->path[seen->path];
    int64_t first = 0;
    while (first < seen->points && seen->step[first] < 2 * setting->warmup) first++;
    return (LawRun){.name = "seen",
                    .steps = path->steps + 1,
                    .rate = rates_of(path),
                    .warmup = setting->warmup,
                    .points = seen->points - first,
                    .step = seen->step + first,
                    .loss = seen->loss + first};
}

static bool is_fit_for_a_law(const LawRun *run)
{
    for (int64_t p = 0; p < run->points; p++)
        if (!(run->loss[p] > 0.0) || !isfinite(run->loss[p])) return false;
    return run->points > 0;
}

/* λ is tried at memories of a hundredth of T to T, then fitted from the best. */
static FitResult fit(const LawRun *const run[], double version_steps)
{
    const Law *law = law_find("annealing");
    FitData *data = fit_data(law, WATCHED, run);
    FitOptions options = fit_options();
    double scan[SCAN];
    for (int64_t k = 0; k < SCAN; k++)
        scan[k] = path_lambda(grid_log(fmax(1.5, version_steps / 100.0), version_steps, k, SCAN));
    options.scanned = law_parameter(law, "lambda");
    options.scan = scan, options.scan_count = SCAN;
    options.refine = true;
    FitResult result = fit_run(data, &options, NULL);
    fit_data_free(data);
    return result;
}

static double last_loss(const FitResult *fitted, const Path *path, int64_t warmup)
{
    double *rate = rates_of(path), loss;
    LawRun run = {.steps = path->steps + 1, .rate = rate, .warmup = warmup};
    LawPath *features = path_create(&run);
    law_predict(fitted->law, fitted->theta, features, 1, &path->steps, &loss, NULL);
    path_free(features);
    free(rate);
    return loss;
}

void law_watch_foretell(const LawWatch *watch, double foretold[])
{
    const Plan *plan = watch->plan;
    LawRun first = run_of(watch, &watch->seen[0]), second = run_of(watch, &watch->seen[1]);
    for (int p = 0; p < plan->path_count; p++) foretold[p] = NAN;
    if (is_fit_for_a_law(&first) && is_fit_for_a_law(&second)) {
        FitResult fitted =
            fit((const LawRun *const[]){&first, &second}, (double)plan->setting.steps);
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
