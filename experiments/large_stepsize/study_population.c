/* L6 and L9: steps until the population risk is within a tenth of that of the regularised
 * minimiser, against n and label noise; the risk is measured on fresh rows. */
#include "studies.h"

#include "base/die.h"
#include "solve/method.h"
#include "solve/risk.h"
#include "solve/theory.h"

#include <stdlib.h>

/* lambda = 1/n, or 0 for the last two. */
typedef struct {
    const char *name, *method;
    bool regularised;
} Runner;

enum {
    UNIT,
    INVERSE_SMOOTH,
    SAMPLE_CUBE_ROOT,
    NESTEROV,
    NEAR_CRITICAL,
    EARLY_STOPPING,
    ADAPTIVE,
    RUNNERS,
};

static const Runner runners[RUNNERS] = {
    [UNIT] = {"gd_unit", "gd_unit", true},
    [INVERSE_SMOOTH] = {"gd_inverse_smooth", "gd_inverse_smooth", true},
    [SAMPLE_CUBE_ROOT] = {"gd_sample_cube_root", "gd_sample_cube_root", true},
    [NESTEROV] = {"nesterov", "nesterov", true},
    [NEAR_CRITICAL] = {"gd_near_critical", "gd_near_critical", true},
    [EARLY_STOPPING] = {"early_stopping", "gd_inverse_smooth", false},
    [ADAPTIVE] = {"adaptive", "adaptive", false},
};

/* The sample, regularised and not, and the fresh rows that measure the risk. */
typedef struct {
    Instance *regularised, *plain;
    Design *fresh;
    double target[2]; /* risk_factor times the risk of the regularised minimiser; theory's risk */
} Population;

static Design *draw(double rows, double noise, Rng rng)
{
    char *set = format_text("%s,n=%.0f,noise=%.17g", config.population, rows, noise);
    Design *design = open_design(set, rng);
    free(set);
    return design;
}

static Population population_open(double rows, double noise, int64_t repeat)
{
    Rng sample = data_stream(repeat, RNG_DATA), fresh = data_stream(repeat, RNG_NOISE);
    Population p = {.regularised = instance_create(
                        draw(rows, noise, sample), 1.0 / rows,
                        noise > 0.0 ? INSTANCE_MINIMISER : INSTANCE_MARGIN | INSTANCE_MINIMISER),
                    .plain = instance_create(draw(rows, noise, sample), 0.0, 0),
                    .fresh = draw((double)config.test_rows, noise, fresh)};
    p.target[0] = config.risk_factor * risk_of(p.fresh, p.regularised->minimiser);
    p.target[1] = theory_risk(p.regularised->facts.gamma, rows);
    return p;
}

static void population_close(Population *p)
{
    design_free(p->fresh);
    instance_free(p->plain);
    instance_free(p->regularised);
}

static SolveResult population_run_one(const Population *p, const Runner *runner, int level)
{
    const Instance *instance = runner->regularised ? p->regularised : p->plain;
    RiskWatch watch = risk_watch(p->fresh, p->target[level]);
    SolveTask task = {.max_steps = config.risk_budget * (int64_t)instance->facts.samples,
                      .target_value = -INFINITY,
                      .observer = {.context = &watch, .stop = risk_reached}};
    SolveResult result = method_run(method_named(runner->method), instance, task, NULL, NULL);
    return result;
}

/* ---- population: n x repeats; a row for each runner ---- */

static int64_t population_count(void) { return config.population_rows.count * config.repeats; }

static void population_factors(int64_t index, Row *row)
{
    Nested at = nested(index, 1, config.repeats);
    row->set = config.population;
    row->size = (int64_t)config.population_rows.value[at.first];
    row->repeat = at.third;
}

static double population_cost(int64_t index)
{
    Row row = row_begin("population");
    population_factors(index, &row);
    return 1e-8 * (double)row.size * (double)row.size;
}

static void population_run(const StudyJob *job, Row row)
{
    Population p = population_open((double)row.size, 0.0, row.repeat);
    for (int k = 0; k < 2 * RUNNERS; k++) {
        const Runner *runner = &runners[k / 2];
        SolveResult result = population_run_one(&p, runner, k % 2);
        row_result(&row, &result);
        row.method = runner->name;
        row.lambda = runner->regularised ? p.regularised->facts.lambda : 0.0;
        row.level_index = k % 2;
        row.level = p.target[k % 2];
        row.predicted = theory_separation_steps(p.regularised->facts.gamma);
        row_write(&row, job);
    }
    population_close(&p);
}

const Grid study_population = {"population", population_count, population_factors, population_run,
                               population_cost};

/* ---- payoff: noises x n x repeats; the speed-up of n^(1/3) over 1 ---- */

static int64_t payoff_count(void)
{
    return config.payoff_noises.count * config.payoff_rows.count * config.repeats;
}

static void payoff_factors(int64_t index, Row *row)
{
    Nested at = nested(index, config.payoff_rows.count, config.repeats);
    row->set = config.population;
    row->level_index = at.first;
    row->level = config.payoff_noises.value[at.first];
    row->size = (int64_t)config.payoff_rows.value[at.second];
    row->repeat = at.third;
}

/* measured: how many times fewer steps; predicted: the ratio of the steps' sizes. */
static void payoff_pair(const StudyJob *job, Row *row, const Population *p, const Runner *small,
                        const Runner *large)
{
    SolveResult slow = population_run_one(p, small, 0);
    SolveResult fast = population_run_one(p, large, 0);
    row_result(row, &fast);
    row->method = large->name;
    row->lambda = p->regularised->facts.lambda;
    row->measured = count_of(&slow, slow.steps) / count_of(&fast, fast.steps > 0 ? fast.steps : 1);
    row->predicted = fast.rate / slow.rate;
    row_write(row, job);
}

/* The paper's pair (1 and n^(1/3)), and the textbook's step against the critical one. */
static void payoff_run(const StudyJob *job, Row row)
{
    Population p = population_open((double)row.size, row.level, row.repeat);
    payoff_pair(job, &row, &p, &runners[UNIT], &runners[SAMPLE_CUBE_ROOT]);
    payoff_pair(job, &row, &p, &runners[INVERSE_SMOOTH], &runners[NEAR_CRITICAL]);
    population_close(&p);
}

const Grid study_payoff = {"payoff", payoff_count, payoff_factors, payoff_run, NULL};
