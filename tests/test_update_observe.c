#include "update/account.h"

#include "dying.h"
#include "updating.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

/* A trunk, branches off it, an average along it and data of their own: segments begin and end
 * between the points of observation. */
static const char *const paradigms[] = {"trunk", "path_switching:alpha=0.3",
                                        "trunk:average=lawa,window=0.8,samples=4", "cpt"};
enum { PARADIGMS = sizeof paradigms / sizeof *paradigms, EVERY = 4, LOOKS = 256 };

typedef struct {
    Bench bench;
    int count;
    struct {
        int segment;
        int64_t step;
        double loss;
    } look[LOOKS];
} Observer;

static void note(void *context, const ObservedUpdate *observed)
{
    Observer *observer = context; /* its bench comes first */
    Problem *problem = observer->bench.problem[0];
    double loss = problem->evaluate(problem, SPLIT_VALIDATION, 4).loss;
    cr_assert(lt(int, observer->count, LOOKS));
    observer->look[observer->count].segment = observed->segment;
    observer->look[observer->count].step = observed->step;
    observer->look[observer->count++].loss = loss;
}

static UpdateRun observed_run(Observer *observer, const Plan *plan)
{
    UpdateRun run = run_of(&observer->bench, plan, "adamw:clip=1");
    run.context = observer;
    run.observe_every = EVERY;
    run.observe = note;
    return run;
}

static Observer *observer_open(void)
{
    Observer *observer = calloc(1, sizeof *observer);
    bench_open(&observer->bench, net);
    return observer;
}

static void observer_close(Observer *observer)
{
    bench_close(&observer->bench);
    free(observer);
}

Test(update_observe, observing_changes_no_byte_of_what_is_released)
{
    Plan *plan = plan_create(PARADIGMS, paradigms, setting);
    Observer *observer = observer_open();
    Bench unseen;
    bench_open(&unseen, net);
    UpdateRun run = observed_run(observer, plan), plain = run_of(&unseen, plan, "adamw:clip=1");
    update_run(&run);
    update_run(&plain);
    for (int p = 0; p < plan->path_count; p++)
        cr_expect(same(&unseen, unseen.released[p], observer->bench.released[p]), "path %d", p);
    bench_close(&unseen);
    observer_close(observer);
    plan_free(plan);
}

/* The loss of a path that is trained alone, after `steps` updates. */
static double loss_alone(Bench *bench, const Path *path, int64_t steps)
{
    Path part = *path;
    part.stretch = calloc((size_t)path->count, sizeof *part.stretch);
    for (part.count = 0; !part.count || part.stretch[part.count - 1].end < steps; part.count++)
        part.stretch[part.count] = path->stretch[part.count];
    part.stretch[part.count - 1].end = steps;
    free(trained_alone(bench, &part, "adamw:clip=1"));
    free(part.stretch);
    return bench->problem[0]->evaluate(bench->problem[0], SPLIT_VALIDATION, 4).loss;
}

Test(update_observe, what_is_told_is_the_loss_of_the_path_at_every_so_many_updates_each_once)
{
    Plan *plan = plan_create(PARADIGMS, paradigms, setting);
    Observer *observer = observer_open();
    UpdateRun run = observed_run(observer, plan);
    update_run(&run);
    int expected = 0;
    for (int s = 0; s < plan->segment_count; s++)
        for (int64_t step = 1; step <= plan->segment[s].steps; step++)
            expected += (plan->segment[s].first + step) % EVERY == 0;
    cr_expect(eq(int, observer->count, expected));
    Bench alone;
    bench_open(&alone, net);
    for (int k = 0; k < observer->count; k++) {
        const Segment *segment = &plan->segment[observer->look[k].segment];
        int64_t step = observer->look[k].step;
        cr_expect(eq(i64, step % EVERY, 0));
        cr_expect(step > segment->first && step <= segment->first + segment->steps);
        double loss = loss_alone(&alone, &plan->path[segment->path], step);
        cr_expect(eq(dbl, observer->look[k].loss, loss), "look %d", k);
    }
    bench_close(&alone);
    observer_close(observer);
    plan_free(plan);
}

Test(update_observe, a_run_that_goes_on_tells_everything_again)
{
    Plan *plan = plan_create(PARADIGMS, paradigms, setting);
    Observer *whole = observer_open(), *again = observer_open(), *stopped = observer_open();
    UpdateRun run = observed_run(whole, plan);
    update_run(&run);
    const char *folder = scratch_path("observed");
    stopped->bench.segments_left = 3;
    run = observed_run(stopped, plan);
    run.folder = folder;
    cr_expect(not(update_run(&run).is_whole));
    run = observed_run(again, plan);
    run.folder = folder;
    update_run(&run);
    cr_assert(eq(int, again->count, whole->count));
    cr_expect(eq(int, memcmp(again->look, whole->look, sizeof whole->look), 0));
    for (int p = 0; p < plan->path_count; p++)
        cr_expect(same(&whole->bench, whole->bench.released[p], again->bench.released[p]));
    observer_close(whole), observer_close(again), observer_close(stopped);
    plan_free(plan);
}

static bool is_of_the_trunk(void *context, int segment)
{
    const Observer *observer = context;
    return plan_passes(observer->bench.plan, plan_path(observer->bench.plan, 0, VERSIONS), segment);
}

Test(update_observe, what_nobody_observes_is_loaded_and_the_rest_is_told_again)
{
    Plan *plan = plan_create(PARADIGMS, paradigms, setting);
    const char *folder = scratch_path("trunk_observed");
    Observer *first = observer_open(), *again = observer_open();
    Observer *both[] = {first, again};
    for (int k = 0; k < 2; k++) {
        UpdateRun run = observed_run(both[k], plan);
        run.observes = is_of_the_trunk;
        run.folder = folder;
        UpdateResult result = update_run(&run);
        /* The trunk has a look on each of its segments but those shorter than EVERY. */
        if (k == 1) cr_expect(result.loaded > 0 && result.trained <= VERSIONS * STEPS);
    }
    cr_assert(eq(int, first->count, VERSIONS *STEPS / EVERY));
    cr_expect(eq(int, again->count, first->count));
    cr_expect(eq(int, memcmp(again->look, first->look, sizeof first->look), 0));
    for (int p = 0; p < plan->path_count; p++)
        cr_expect(same(&first->bench, first->bench.released[p], again->bench.released[p]));
    observer_close(first), observer_close(again);
    plan_free(plan);
}

/* ---- wall time */

static void dawdle(void *context, const ObservedUpdate *observed)
{
    (void)context, (void)observed;
    usleep(200000);
}

Test(update_observe, seconds_are_those_of_training_and_0_where_nothing_was_trained)
{
    static const char *const one[] = {"cpt"};
    Plan *plan = plan_create(1, one, setting);
    double segment_s[VERSIONS];
    for (int round = 0; round < 2; round++) {
        Observer *observer = observer_open();
        UpdateRun run = observed_run(observer, plan);
        run.folder = scratch_path("timed");
        run.segment_s = segment_s;
        run.observe = dawdle;
        if (round == 1) run.observe_every = 0;
        cr_assert(eq(int, plan->segment_count, VERSIONS));
        update_run(&run);
        for (int s = 0; s < VERSIONS; s++)
            /* Ten updates of a net of 1400 numbers take milliseconds, two looks 0.4 s. */
            if (round == 0)
                cr_expect(segment_s[s] > 0.0 && segment_s[s] < 0.35, "%g s", segment_s[s]);
            else
                cr_expect(eq(dbl, segment_s[s], 0.0));
        observer_close(observer);
    }
    plan_free(plan);
}
