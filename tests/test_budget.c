/* How many runs a length of time buys. */
#include "trial/budget.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

static const bool nobody[3], first[3] = {true, false, false};

/* Of all three stages. */
static double whole_s(const Budget *budget, const int64_t runs[])
{
    return budget_search_s(budget, runs) + budget_beside_s(budget);
}

Test(budget, a_run_is_a_first_step_with_its_evaluation_and_all_others)
{
    /* 2 s of evaluation, 0.25 s a step: exact in binary. */
    cr_expect(eq(dbl, budget_run_s(2.25, 4.0, 8, 100), 27.0));
    cr_expect(eq(dbl, budget_run_s(2.25, 4.0, 8, 1), 2.25));
}

Test(budget, a_slow_first_step_does_not_make_the_others_free)
{
    cr_expect(eq(dbl, budget_run_s(5.0, 4.0, 8, 100), 50.0));
}

/* 2 finals and 3 reports of everyone take 5 (1 + 2 + 4) = 35 s; 7, 3 and 1 runs 17 s, 8, 4 and 2
 * 24 s. */
Test(budget, everyone_gets_the_same_time_and_the_slow_fewer_runs)
{
    const double run_s[3] = {1.0, 2.0, 4.0};
    const Budget budget = {1, 3, run_s, nobody, 2, 3};
    int64_t runs[3];
    budget_share(&budget, 58.0, runs);
    cr_expect(eq(i64, runs[0], 7));
    cr_expect(eq(i64, runs[1], 3));
    cr_expect(eq(i64, runs[2], 1));
    cr_expect(eq(dbl, whole_s(&budget, runs), 52.0));
    budget_share(&budget, 59.0, runs);
    cr_expect(eq(i64, runs[0], 8));
    cr_expect(eq(i64, runs[2], 2));
    cr_expect(eq(dbl, budget_seeds_s(&budget, 2.0), 14.0));
}

/* Noise of a timing must not decide who is searched more; a factor of two does. */
Test(budget, times_that_differ_little_buy_the_same_runs)
{
    const double run_s[3] = {1.0, 1.2, 2.4};
    const Budget budget = {1, 3, run_s, nobody, 0, 2};
    int64_t runs[3];
    budget_share(&budget, 100.0, runs);
    cr_expect(eq(i64, runs[0], runs[1]));
    cr_expect(eq(i64, runs[2], runs[0] / 2));
    cr_expect(whole_s(&budget, runs) <= 100.0);
}

/* One run takes 60 s and there are three stages, each a single round of the 64. */
Test(budget, more_processes_than_runs_make_no_run_shorter)
{
    const double run_s[3] = {60.0, 60.0, 60.0};
    const Budget budget = {64, 3, run_s, nobody, 6, 5};
    int64_t runs[3];
    cr_expect(eq(dbl, budget_least_s(&budget, 4, runs), 180.0));
    budget_share(&budget, 179.0, runs);
    cr_expect(eq(i64, runs[0], 0));
    budget_share(&budget, 180.0, runs);
    for (int k = 0; k < 3; k++) cr_expect(eq(i64, runs[k], 21)); /* 63 of 64 */
    budget_share(&budget, 240.0, runs);
    for (int k = 0; k < 3; k++) cr_expect(eq(i64, runs[k], 42)); /* 126 of 128 */
    cr_expect(eq(dbl, budget_seeds_s(&budget, 21.0), 60.0));
    cr_expect(eq(dbl, budget_seeds_s(&budget, 22.0), 120.0));
}

/* A stage is never over before its slowest run. */
Test(budget, a_single_slow_run_is_waited_for)
{
    const double run_s[2] = {1.0, 50.0};
    const Budget budget = {8, 2, run_s, nobody, 0, 1};
    const int64_t runs[2] = {3, 1};
    cr_expect(eq(dbl, budget_search_s(&budget, runs), 50.0));
    cr_expect(eq(dbl, budget_beside_s(&budget), 50.0));
}

Test(budget, two_processes_have_twice_the_time)
{
    const double run_s[2] = {1.0, 1.0};
    const Budget one = {0, 2, run_s, nobody, 6, 5}, two = {2, 2, run_s, nobody, 6, 5};
    int64_t alone[2], together[2];
    budget_share(&one, 60.0, alone);
    budget_share(&two, 30.0, together);
    cr_expect(eq(i64, alone[0], 19));
    cr_expect(eq(i64, together[0], 19));
    cr_expect(eq(dbl, budget_least_s(&two, 4, together), 0.5 * budget_least_s(&one, 4, alone)));
}

/* 2 reports of each, 4 finals of all but the first, and its single run. */
Test(budget, who_has_nothing_to_search_has_one_run_and_no_finals)
{
    const double run_s[3] = {1.0, 1.0, 1.0};
    const Budget budget = {1, 3, run_s, first, 4, 2};
    int64_t runs[3];
    cr_expect(eq(dbl, budget_beside_s(&budget), 14.0));
    cr_expect(eq(dbl, budget_least_s(&budget, 4, runs), 23.0));
    budget_share(&budget, 35.0, runs);
    cr_expect(eq(i64, runs[0], 1));
    cr_expect(eq(i64, runs[1], 10));
}

Test(budget, the_least_time_just_buys_the_least_runs)
{
    const double run_s[3] = {1.0, 2.0, 4.1};
    const Budget budget = {1, 3, run_s, nobody, 2, 3};
    int64_t least[3], runs[3];
    double least_s = budget_least_s(&budget, 4, least);
    budget_share(&budget, least_s, runs);
    cr_expect(eq(i64, runs[2], 4));
    for (int k = 0; k < 3; k++) cr_expect(eq(i64, runs[k], least[k]));
    budget_share(&budget, least_s * 0.999, runs);
    cr_expect(eq(i64, runs[2], 3));
}

Test(budget, times_that_were_not_measured_stay_unknown)
{
    const double run_s[2] = {NAN, NAN};
    const Budget budget = {4, 2, run_s, nobody, 2, 3};
    cr_expect(isnan(budget_seeds_s(&budget, 2.0)));
    cr_expect(isnan(budget_beside_s(&budget)));
}
