/* A3: the loss turns later than the rate, and the later the steeper the rate came there.
 *
 * schedule_index 0: from a long constant rate a line down in N steps, then a line up; the loss has
 * its minimum behind the lowest rate. 1: from a low rate a line up in N steps, then a line down;
 * the loss has its maximum behind the highest. The second line is the same for all N. level: the
 * slope of the first line, in shares of the peak a step; measured: the lag of the loss in steps. */
#include "questions.h"

#include "base/die.h"
#include "base/extremes.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { LEGS = 3, OBSERVED = 60 };

typedef struct {
    char *schedule;
    int64_t begin, top, end; /* of the first line, of the second, of the run */
    int64_t leg;
} Turn;

/* N = 1/30, 1/6, 1/2 of the steps before; the second line 1/2; floor 1/10 of the peak. */
static Turn make_turn(int64_t steps, bool rises, int64_t index)
{
    Turn turn = {.leg = (int64_t[LEGS]){steps / 30, steps / 6, steps / 2}[index]};
    long long before = steps, low = steps / 3, leg = turn.leg, second = steps / 2;
    turn.begin = rises ? before + 2 * low : before;
    turn.top = turn.begin + leg;
    turn.end = turn.top + second;
    turn.schedule =
        rises ? format_text("constant:total=%lld+linear:total=%lld,floor=0.1+"
                            "multistep:milestones=0,factor=0.1,total=%lld+"
                            "constant:warmup=%lld,total=%lld+linear:floor=0.1,total=%lld",
                            before, low, low, leg, leg, second)
              : format_text("constant:total=%lld+linear:total=%lld,floor=0.1+constant:warmup=%lld,"
                            "total=%lld",
                            before, leg, second, second);
    return turn;
}

static double lag_of(const World *world, const Observed *seen, const Turn *turn, bool rises)
{
    double x[OBSERVED + 2], y[OBSERVED + 2];
    int64_t n = seen->run.points;
    assert(n >= 2 && n <= OBSERVED + 2);
    for (int64_t p = 0; p < n; p++) {
        x[p] = (double)seen->step[p];
        y[p] = rises ? -seen->loss[p] : seen->loss[p];
    }
    double reach = fmax(world->reach * (double)world->steps, 2.0 * (x[1] - x[0]));
    return extremes_turn(n, x, y, reach) - (double)turn->top;
}

static void write_curve(const Asked *asked, const Observed *seen, const Turn *turn, int64_t index)
{
    for (int64_t p = 0; p < seen->run.points; p++) {
        CurveRow point = {.schedule_index = index,
                          .step = seen->step[p] - turn->top,
                          .rate = seen->rate[seen->step[p]],
                          .train_loss = NAN,
                          .validation_loss = seen->loss[p],
                          .predicted = NAN};
        curve_write(&point, asked->job);
    }
}

static void write_lag(const Asked *asked, bool rises, int64_t leg)
{
    const World *world = asked->world;
    Turn turn = make_turn(world->steps, rises, leg);
    int64_t every = (turn.end - turn.begin) / OBSERVED + 1;
    Observed seen = world_observe(world, turn.schedule, turn.end, turn.begin, every);
    Row row = asked->row;
    row.schedule = turn.schedule;
    row.schedule_index = rises;
    row.level_index = leg;
    row.level = 0.9 / (double)turn.leg;
    row.steps = turn.end;
    row.outcome = seen.outcome;
    if (seen.outcome == OUTCOME_SPENT) {
        row.measured = lag_of(world, &seen, &turn, rises);
        write_curve(asked, &seen, &turn, LEGS * rises + leg);
    }
    row_write(&row, asked->job);
    observed_free(&seen);
    free(turn.schedule);
}

void ask_delay(const Asked *asked)
{
    for (int rises = 0; rises < 2; rises++)
        for (int64_t leg = 0; leg < LEGS; leg++) write_lag(asked, rises, leg);
}
