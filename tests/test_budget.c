/* How many runs a length of time buys. */
#include "trial/budget.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

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

Test(budget, everyone_gets_the_same_time_and_the_slow_fewer_runs)
{
    const double run_s[3] = {1.0, 2.0, 100.0};
    const Budget budget = {.jobs = 1, .count = 3, .run_s = run_s, .beside = 5};
    int64_t runs[3];
    budget_share(&budget, 60.0, runs);
    cr_expect(eq(i64, runs[0], 15));
    cr_expect(eq(i64, runs[1], 5));
    cr_expect(eq(i64, runs[2], 0));
    cr_expect(eq(dbl, budget_own_s(&budget, 0, runs[0]), 20.0));
    cr_expect(eq(dbl, budget_own_s(&budget, 1, runs[1]), 20.0));
    cr_expect(eq(dbl, budget_seeds_s(&budget, 2.0), 206.0));
}

Test(budget, two_processes_have_twice_the_time)
{
    const double run_s[2] = {1.0, 2.0};
    const Budget one = {.jobs = 0, .count = 2, .run_s = run_s, .beside = 5},
                 two = {.jobs = 2, .count = 2, .run_s = run_s, .beside = 5};
    int64_t alone[2], together[2];
    budget_share(&one, 60.0, alone);
    budget_share(&two, 30.0, together);
    cr_expect(eq(i64, alone[0], together[0]));
    cr_expect(eq(i64, alone[1], together[1]));
    cr_expect(eq(dbl, budget_least_s(&two, 4), 0.5 * budget_least_s(&one, 4)));
    cr_expect(eq(dbl, budget_own_s(&two, 1, 25), 30.0));
}

Test(budget, the_least_time_just_buys_the_least_runs)
{
    const double run_s[3] = {1.0, 2.0, 4.0};
    const Budget budget = {.jobs = 1, .count = 3, .run_s = run_s, .beside = 5};
    int64_t runs[3];
    double least_s = budget_least_s(&budget, 4);
    budget_share(&budget, least_s, runs);
    cr_expect(eq(i64, runs[2], 4));
    budget_share(&budget, least_s * 0.999, runs);
    cr_expect(eq(i64, runs[2], 3));
}
