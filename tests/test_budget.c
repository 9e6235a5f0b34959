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
    int64_t runs[3];
    budget_share(60.0, 3, run_s, 5, runs);
    cr_expect(eq(i64, runs[0], 15));
    cr_expect(eq(i64, runs[1], 5));
    cr_expect(eq(i64, runs[2], 0));
    cr_expect(eq(dbl, budget_total_s(2, run_s, 5, runs), 40.0));
}

Test(budget, the_least_time_just_buys_the_least_runs)
{
    const double run_s[3] = {1.0, 2.0, 4.0};
    int64_t runs[3];
    double least = budget_least_s(3, run_s, 5, 4);
    budget_share(least, 3, run_s, 5, runs);
    cr_expect(eq(i64, runs[2], 4));
    budget_share(least * 0.999, 3, run_s, 5, runs);
    cr_expect(eq(i64, runs[2], 3));
}
