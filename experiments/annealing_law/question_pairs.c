/* A14: schedules with the same S1 and S2 at their end, of unlike shape. Level 0 is the schedule as
 * it was given, level 1 its staircase; measured: the loss at the end. */
#include "questions.h"

#include "base/die.h"
#include "base/words.h"
#include "law/pairs.h"

#include <math.h>
#include <stdlib.h>

static char *spell(const Staircase *stairs, int64_t steps)
{
    return format_text("constant:peak=%.17g,total=%lld+constant:peak=%.17g,total=%lld+"
                       "constant:peak=%.17g,total=%lld",
                       stairs->level[0], (long long)stairs->begin[0], stairs->level[1],
                       (long long)(stairs->begin[1] - stairs->begin[0]), stairs->level[2],
                       (long long)(steps - stairs->begin[1]));
}

static char *staircase_of(const World *world, const char *schedule)
{
    int64_t steps = world->steps;
    double *rate = world_rates(schedule, steps, world->rate);
    LawRun run = {.steps = steps + 1, .rate = rate};
    LawPath *path = path_create(&run);
    double lambda = path_lambda(config.memory * (double)steps);
    Staircase stairs;
    if (!pairs_staircase(path, lambda, steps / 4, 3 * steps / 4, &stairs))
        die("--pair-schedules: no staircase has the sums of '%s'", schedule);
    path_free(path);
    free(rate);
    return spell(&stairs, steps);
}

static void write_curve(const Asked *asked, const Observed *seen, int64_t index)
{
    for (int64_t p = 0; p < seen->run.points; p++) {
        CurveRow point = {.schedule_index = index,
                          .step = seen->step[p],
                          .rate = seen->rate[seen->step[p]],
                          .train_loss = NAN,
                          .validation_loss = seen->loss[p],
                          .predicted = NAN};
        curve_write(&point, asked->job);
    }
}

static void write_member(const Asked *asked, int64_t pair, int64_t member, const char *schedule)
{
    int64_t steps = asked->world->steps, every = steps / 20;
    Observed seen = world_observe(asked->world, schedule, steps, every, every);
    Row row = asked->row;
    row.schedule = schedule;
    row.schedule_index = pair;
    row.level_index = member;
    row.level = (double)member;
    row.steps = steps;
    row.outcome = seen.outcome;
    if (seen.outcome == OUTCOME_SPENT) {
        row.measured = seen.loss[seen.run.points - 1];
        write_curve(asked, &seen, 2 * pair + member);
    }
    row_write(&row, asked->job);
    observed_free(&seen);
}

void ask_pairs(const Asked *asked)
{
    for (int64_t pair = 0; pair < words_count(config.pair_schedules); pair++) {
        char *given = words_item(config.pair_schedules, pair);
        char *stairs = staircase_of(asked->world, given);
        write_member(asked, pair, 0, given);
        write_member(asked, pair, 1, stairs);
        free(stairs);
        free(given);
    }
}
