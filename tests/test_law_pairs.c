/* Pairs of schedules that the annealing law cannot tell apart. */
#include "law/law.h"
#include "law/pairs.h"
#include "schedules.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

enum { STEPS = 1000 };
#define PEAK 3e-3

static LawPath *path_of(double *rate)
{
    LawRun run = {.steps = STEPS + 1, .rate = rate};
    LawPath *path = path_create(&run);
    free(rate);
    return path;
}

static LawPath *path_of_stairs(const Staircase *stairs)
{
    double *rate = rates_of(STEPS);
    for (int64_t s = 0; s <= STEPS; s++)
        rate[s] = stairs->level[(s > stairs->begin[0]) + (s > stairs->begin[1])];
    return path_of(rate);
}

static void check_pair(double *rate, double lambda)
{
    LawPath *a = path_of(rate);
    Staircase stairs;
    cr_assert(pairs_staircase(a, lambda, STEPS / 4, 3 * STEPS / 4, &stairs));
    LawPath *b = path_of_stairs(&stairs);
    int64_t last = STEPS;
    double s2[2], far = 0.0;
    path_annealing(a, lambda, 1, &last, &s2[0], NULL);
    path_annealing(b, lambda, 1, &last, &s2[1], NULL);
    for (int64_t s = 0; s <= STEPS; s++) far = fmax(far, fabs(a->rate[s] - b->rate[s]));
    /* some units in the last place of sums of 1000 terms, solved for two levels */
    cr_expect(fabs(a->area[STEPS] / b->area[STEPS] - 1.0) < 1e-13, "S1 %.17g", a->area[STEPS]);
    cr_expect(fabs(s2[0] / s2[1] - 1.0) < 1e-11, "S2 %.17g %.17g", s2[0], s2[1]);
    cr_expect(far > 0.2 * PEAK, "the shapes differ");
    double theta[] = {2.0, .4, .5, 5.0, lambda}, loss[2];
    law_predict(law_find("annealing"), theta, a, 1, &last, &loss[0], NULL);
    law_predict(law_find("annealing"), theta, b, 1, &last, &loss[1], NULL);
    cr_expect(fabs(loss[0] - loss[1]) < 1e-12, "the law's losses");
    path_free(a);
    path_free(b);
}

Test(pairs, a_staircase_has_the_sums_of_a_cosine_and_of_a_decayed_constant_rate)
{
    for (int k = 0; k < 3; k++) {
        double lambda = (double[]){.9, .98, .995}[k];
        check_pair(schedule_cosine(0, STEPS, PEAK, .1 * PEAK), lambda);
        check_pair(schedule_wsd(6 * STEPS / 10, STEPS, PEAK, shape_cosine), lambda);
    }
}

Test(pairs, a_schedule_that_only_rises_has_none)
{
    double *rate = rates_of(STEPS);
    for (int64_t s = 0; s <= STEPS; s++) rate[s] = PEAK * (1.0 + (double)s / STEPS);
    LawPath *path = path_of(rate);
    Staircase stairs;
    /* less than the steps' share of the first rate can be left over: a level below 0 */
    path->area[STEPS] = 0.2 * PEAK * STEPS;
    cr_assert(not(pairs_staircase(path, .98, STEPS / 4, 3 * STEPS / 4, &stairs)));
    path_free(path);
}
