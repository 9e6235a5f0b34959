/* Who wins, and how often one wins who should not. */
#include "trial/ranking.h"

#include "base/rng.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

Test(ranking, of_two_is_decided_by_the_interval_of_their_paired_differences)
{
    const double measure[2][5] = {{3.1, 5.2, 4.0, 7.3, 1.1}, {2.0, 4.4, 2.9, 6.1, 0.3}};
    double difference[5];
    for (int s = 0; s < 5; s++) difference[s] = measure[0][s] - measure[1][s];
    Interval expected = stats_t_interval(5, difference, 0.95);
    Ranking ranking = {2, 5, &measure[0][0], 0.95};
    Standing standing[2];
    cr_expect(eq(int, (int)ranking_judge(&ranking, standing), (int)RANKING_WON));
    cr_expect(eq(i64, standing[0].contestant, 1));
    cr_expect(epsilon_eq(dbl, standing[1].behind.low, expected.low, 1e-15));
    cr_expect(epsilon_eq(dbl, standing[1].behind.high, expected.high, 1e-15));
    cr_expect(standing[1].is_told_apart);
    cr_expect(eq(dbl, ranking_seeds_needed(&ranking, standing), 0.0));
}

/* Means 1 apart, but in differences of −1 and 3: what pairing would hide without it shows. */
Test(ranking, is_undecided_where_the_interval_holds_0_and_says_how_many_seeds)
{
    const double measure[2][4] = {{0.0, 0.0, 0.0, 0.0}, {-1.0, 3.0, -1.0, 3.0}};
    Ranking ranking = {2, 4, &measure[0][0], 0.95};
    Standing standing[2];
    cr_expect(eq(int, (int)ranking_judge(&ranking, standing), (int)RANKING_UNDECIDED));
    cr_expect(eq(i64, standing[0].contestant, 0));
    cr_expect(not(standing[1].is_told_apart));
    double needed = stats_pairs_needed(1.0, sqrt(16.0 / 3.0), 0.95, RANKING_POWER);
    cr_expect(eq(dbl, ranking_seeds_needed(&ranking, standing), needed));
    cr_expect(gt(dbl, needed, 5.0));
}

Test(ranking, whoever_failed_stands_behind_and_is_not_compared)
{
    const double measure[4][3] = {
        {0.1, NAN, 0.1}, {5.0, 5.1, 5.2}, {INFINITY, NAN, 0.0}, {6.0, 6.1, 6.3}};
    Ranking ranking = {4, 3, &measure[0][0], 0.95};
    Standing standing[4];
    cr_expect(eq(int, (int)ranking_judge(&ranking, standing), (int)RANKING_WON));
    const int64_t order[] = {1, 3, 0, 2}, failed[] = {0, 0, 1, 2};
    for (int k = 0; k < 4; k++) {
        cr_expect(eq(i64, standing[k].contestant, order[k]));
        cr_expect(eq(i64, standing[k].failed, failed[k]));
    }
    cr_expect(epsilon_eq(dbl, standing[2].mean.estimate, 0.1, 1e-15));
    cr_expect(isnan(standing[2].behind.low) && !standing[2].is_told_apart);
}

Test(ranking, nobody_wins_where_everyone_failed_or_nobody_ran)
{
    const double measure[2][2] = {{NAN, 1.0}, {1.0, NAN}};
    Standing standing[2];
    Ranking ranking = {2, 2, &measure[0][0], 0.95}, empty = {2, 0, &measure[0][0], 0.95};
    cr_expect(eq(int, (int)ranking_judge(&ranking, standing), (int)RANKING_WITHOUT));
    cr_expect(eq(int, (int)ranking_judge(&empty, standing), (int)RANKING_WITHOUT));
}

Test(ranking, equal_means_keep_their_order_and_are_undecided)
{
    const double measure[3][2] = {{1.0, 1.0}, {1.0, 1.0}, {1.0, 1.0}};
    Ranking ranking = {3, 2, &measure[0][0], 0.95};
    Standing standing[3];
    cr_expect(eq(int, (int)ranking_judge(&ranking, standing), (int)RANKING_UNDECIDED));
    for (int k = 0; k < 3; k++) cr_expect(eq(i64, standing[k].contestant, k));
    cr_expect(isinf(ranking_seeds_needed(&ranking, standing)));
}

/* Differences of exactly 1 under every seed: 2^(1 - n) is 1/16 for five seeds and 1/32 for six. */
Test(ranking, differences_without_spread_have_no_interval_and_few_of_them_show_nothing)
{
    const double measure[2][6] = {{1.0, 3.0, 2.0, 5.0, 4.0, 0.0}, {2.0, 4.0, 3.0, 6.0, 5.0, 1.0}};
    for (int64_t seeds = 2; seeds <= 6; seeds++) {
        double some[12];
        for (int64_t s = 0; s < seeds; s++)
            some[s] = measure[0][s], some[seeds + s] = measure[1][s];
        Ranking ranking = {2, seeds, some, 0.95};
        Standing standing[2];
        RankingVerdict verdict = ranking_judge(&ranking, standing);
        cr_expect(verdict == (seeds < 6 ? RANKING_UNDECIDED : RANKING_WON), "%d", (int)seeds);
        cr_expect(standing[1].is_without_spread && isnan(standing[1].behind.low));
        cr_expect(eq(dbl, standing[1].behind.estimate, 1.0));
        cr_expect(eq(dbl, ranking_seeds_needed(&ranking, standing), seeds < 6 ? 6.0 : 0.0));
    }
}

/* 0.3 - 0.1 and 0.5 - 0.3 are not the same bits. */
Test(ranking, rounding_is_no_spread_and_a_small_difference_is)
{
    double measure[2][3] = {{0.1, 0.3, 0.2}, {0.3, 0.5, 0.4}};
    Ranking ranking = {2, 3, &measure[0][0], 0.95};
    Standing standing[2];
    ranking_judge(&ranking, standing);
    cr_expect(standing[1].is_without_spread);
    measure[1][2] += 1e-9;
    ranking_judge(&ranking, standing);
    cr_expect(not(standing[1].is_without_spread || isnan(standing[1].behind.low)));
}

typedef struct {
    double won, first, apart; /* shares: anyone won; row 0 won; row 0 was told apart */
} Shares;

/* Seeds move all contestants alike (deviation 3) and each by itself (1); the last row is `behind`
 * worse than the rest. */
static Shares play(int64_t contestants, int64_t seeds, double behind)
{
    enum { CONTESTS = 2000, MOST = 200 };
    double measure[MOST];
    Standing standing[8];
    Shares shares = {0};
    for (uint32_t r = 0; r < CONTESTS; r++) {
        Rng rng = rng_stream(1, r, RNG_NOISE);
        for (int64_t s = 0; s < seeds; s++) {
            double common = 3.0 * rng_normal(&rng);
            for (int64_t k = 0; k < contestants; k++)
                measure[k * seeds + s] =
                    common + rng_normal(&rng) + (k == contestants - 1 ? behind : 0.0);
        }
        Ranking ranking = {contestants, seeds, measure, 0.95};
        bool is_won = ranking_judge(&ranking, standing) == RANKING_WON;
        shares.won += is_won / (double)CONTESTS;
        shares.first += (is_won && standing[0].contestant == 0) / (double)CONTESTS;
        for (int64_t k = 1; k < contestants; k++)
            if (standing[k].contestant == 0)
                shares.apart += standing[k].is_told_apart / (double)CONTESTS;
    }
    return shares;
}

/* Of two equals one wins in exactly one case of twenty: sqrt(0.05 0.95 / 2000) = 0.0049, and five
 * of them are passed once in millions of streams. */
Test(ranking, of_two_equals_one_wins_as_seldom_as_the_level_says)
{
    cr_expect(epsilon_eq(dbl, play(2, 5, 0.0).won, 0.05, 0.0245));
}

/* One of eight equals is told apart from the first of them in at most (1 - 0.95)/2; without the
 * correction for seven others it is three times that. Five of sqrt(0.025 0.975 / 2000) = 0.0035. */
Test(ranking, the_best_in_truth_is_seldom_told_apart_from_the_first)
{
    Shares shares = play(8, 6, 0.0);
    cr_expect(lt(dbl, shares.apart, 0.025 + 0.0175), "%g", shares.apart);
    cr_expect(lt(dbl, shares.won, 0.025), "%g", shares.won);
}

/* Row 2 of three is the best by 0.4; half of (1 - 0.95)/2 for each of the others, and five of
 * sqrt(0.0125 0.9875 / 2000) = 0.0025. */
Test(ranking, a_wrong_winner_is_rarer_than_the_level_says)
{
    Shares shares = play(3, 8, -0.4);
    cr_expect(lt(dbl, shares.first, 0.0125 + 0.0125));
    cr_expect(lt(dbl, shares.first, shares.won));
}

/* With differences of mean 1 and deviation sqrt(2): sqrt(0.8 0.2 / 2000) = 0.009, five of them,
 * and 0.02 for the rounding up to whole seeds and the noncentral t. */
Test(ranking, the_seeds_that_it_asks_for_decide_it_in_four_of_five_cases)
{
    double needed = stats_pairs_needed(1.0, sqrt(2.0), 0.95, RANKING_POWER);
    double won = play(2, (int64_t)needed, 1.0).first;
    cr_expect(epsilon_eq(dbl, won, RANKING_POWER, 0.065), "%g with %g seeds", won, needed);
}
