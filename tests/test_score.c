/* The order of runs: from its definition. */
#include "trial/score.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

Test(score, any_run_is_lower_than_a_failed_one)
{
    Score failed = {INFINITY, INFINITY}, poor = {1e300, 1e300};
    cr_expect(score_is_lower(poor, failed));
    cr_expect(!score_is_lower(failed, poor) && !score_is_lower(failed, failed));
}

Test(score, sorts_by_what_is_judged_then_by_loss_then_by_number)
{
    const Score score[] = {{0.3, 1.0}, {0.2, 9.0}, {INFINITY, INFINITY}, {0.2, 5.0},
                           {0.3, 1.0}, {0.1, 9.0}, {INFINITY, INFINITY}, {0.2, INFINITY}};
    int64_t number[] = {7, 6, 5, 4, 3, 2, 1, 0};
    const int64_t sorted[] = {5, 3, 1, 7, 0, 4, 2, 6};
    score_sort(8, number, score);
    cr_assert(memcmp(number, sorted, sizeof sorted) == 0);
}

Test(score, sorts_some_numbers_and_leaves_the_others_where_they_are)
{
    const Score score[] = {{0.4, 0.0}, {0.3, 0.0}, {0.2, 0.0}, {0.1, 0.0}};
    int64_t number[] = {0, 2, 1, 3};
    const int64_t sorted[] = {2, 0, 1, 3};
    score_sort(2, number, score);
    cr_assert(memcmp(number, sorted, sizeof sorted) == 0);
}
