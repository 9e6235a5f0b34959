/* What the equation says where nobody has looked: schedules that it likes better than it should,
 * and the law of end points that follows from it. */
#include "questions.h"

#include "base/die.h"
#include "base/grid.h"
#include "fit/fit.h"
#include "law/law.h"

#include <math.h>
#include <stdlib.h>

enum { ENDS = 17 };

static double end_of(const World *world, const char *schedule, int64_t steps)
{
    double loss = NAN;
    world->losses(world, schedule, steps, 1, &steps, &loss);
    return loss;
}

static void write_end(const Asked *asked, const char *schedule, int64_t index, double level,
                      int64_t steps, double measured)
{
    Row row = asked->row;
    row.schedule = schedule;
    row.schedule_index = index;
    row.level_index = index;
    row.level = level;
    row.steps = steps;
    row.measured = measured;
    row_write(&row, asked->job);
}

/* 0: a cosine; 1, 2: with so many steps of rate 0 behind it; 3: a rate that drops to 0 at once, so
 * many steps before the end; 4: the best decay by a cosine, for comparison. */
void ask_limits(const Asked *asked)
{
    const World *world = asked->world;
    static const struct {
        const char *schedule;
        int64_t more;
    } rows[] = {{"cosine", 0},
                {"cosine:total=20000+multistep:milestones=0,factor=0", 1000},
                {"cosine:total=20000+multistep:milestones=0,factor=0", 5000},
                {"multistep:milestones=17500,factor=0", 0},
                {"wsd:decay=0.25,shape=cosine", 0}};
    for (int k = 0; k < 5; k++) {
        int64_t steps = world->steps + rows[k].more;
        write_end(asked, rows[k].schedule, k, (double)rows[k].more, steps,
                  end_of(world, rows[k].schedule, steps));
    }
}

/* End points of one form at 1 to 5 times the steps, and the law L0 + A s^−α of them. */
static void reduce(const Asked *asked, int64_t index, const char *schedule)
{
    const World *world = asked->world;
    int64_t step[ENDS];
    double loss[ENDS];
    for (int k = 0; k < ENDS; k++) {
        step[k] = llround(grid_linear(1.0, 5.0, k, ENDS) * (double)world->steps);
        loss[k] = end_of(world, schedule, step[k]);
    }
    double *rate = world_rates("constant", step[ENDS - 1], world->rate);
    LawRun run = {
        .steps = step[ENDS - 1] + 1, .rate = rate, .points = ENDS, .step = step, .loss = loss};
    const LawRun *runs[] = {&run};
    FitData *data = fit_data(law_find("chinchilla"), 1, runs);
    FitOptions options = fit_options();
    FitResult fit = fit_run(data, &options, NULL);
    FitQuality quality = fit_quality(&fit, &run);
    Row row = asked->row;
    row.schedule = schedule;
    row.schedule_index = index;
    row.steps = step[ENDS - 1];
    row.law = (LawCells){.name = "chinchilla",
                         .fitted = "ends",
                         .points = ENDS,
                         .free = fit.free_count,
                         .evaluations = fit.evaluations,
                         .objective = fit.objective,
                         .lambda = NAN,
                         .r2 = quality.r2,
                         .mae = quality.mae,
                         .relative = quality.relative,
                         .worst = quality.worst,
                         .L0 = fit.theta[0],
                         .A = fit.theta[1],
                         .alpha = fit.theta[2],
                         .C = NAN};
    row_write(&row, asked->job);
    fit_data_free(data);
    free(rate);
}

/* Steps of the one run that the annealing law needs for 100 end points at 1, 2 … 100 thousand
 * steps, over those of a cosine run for each (table 2 of the paper). */
static void write_cost(const Asked *asked)
{
    double chinchilla = 0.0;
    for (int k = 1; k <= 100; k++) chinchilla += 1000.0 * k;
    write_end(asked, "cost", 0, 0, 0, 50e3 / chinchilla);
}

void ask_reduction(const Asked *asked)
{
    write_cost(asked);
    reduce(asked, 0, "cosine");
    reduce(asked, 1, "wsd:decay=0.1,shape=cosine");
}
