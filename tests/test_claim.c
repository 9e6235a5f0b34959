#include "trial/claim.h"

#include "base/die.h"
#include "io/csv.h"
#include "io/files.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A folder with one trials.csv and one claims.cfg, judged. */
typedef struct {
    char *folder;
    int failed;
    Csv *claims;
} Judged;

static char *put(const char *folder, const char *name, const char *text)
{
    char *path = format_text("%s/%s", folder, name);
    files_replace(path, strlen(text), text);
    return path;
}

static Judged judge_for(const char *profile, const char *trials, const char *claims)
{
    char *folder = format_text("%s/claim-XXXXXX", P_tmpdir);
    cr_assert(ne(ptr, mkdtemp(folder), NULL));
    if (trials) free(put(folder, "trials.csv", trials));
    char *path = put(folder, "claims.cfg", claims);
    Judged judged = {.folder = folder, .failed = claims_evaluate(path, folder, profile)};
    char *table = format_text("%s/claims.csv", folder);
    judged.claims = csv_read(table);
    free(table);
    free(path);
    return judged;
}

static Judged judge(const char *trials, const char *claims)
{
    return judge_for("quick", trials, claims);
}

static char *said(const Judged *judged, int64_t row, const char *column)
{
    return (char *)csv_text(judged->claims, row, csv_column(judged->claims, column));
}

static double number(const Judged *judged, int64_t row, const char *column)
{
    return csv_real(judged->claims, row, csv_column(judged->claims, column));
}

/* What every claim must say, whatever it is about. */
#define COMMON "statement = s\nsource = ours\ndomain = own\nscale = small\nreason = because\n"

#define EXPECT_VERDICT(trials, keys, verdict)                                                      \
    do {                                                                                           \
        Judged judged_ = judge(trials, "[C]\n" COMMON keys);                                       \
        cr_expect(eq(str, said(&judged_, 0, "verdict"), verdict), "%s", keys);                     \
    } while (0)

/* ---- the regions of the kinds */

static const char five[] = "name,value\na,1\nb,2\nc,3\nd,4\ne,5\n";

Test(claim, about_a_number_holds_within_its_tolerance)
{
    EXPECT_VERDICT(five, "kind=number\nselect=name=c\nvalue=value\nexpect=3\ntolerance=0.1",
                   "reproduced");
    EXPECT_VERDICT(five, "kind=number\nselect=name=c\nvalue=value\nexpect=3.2\ntolerance=0.1",
                   "not reproduced");
    EXPECT_VERDICT(five, "kind=number\nselect=value>=3\nvalue=value\nexpect=3\ntolerance=0.1",
                   "undecided");
}

Test(claim, about_a_number_is_partly_found_only_where_a_null_value_is_named)
{
    EXPECT_VERDICT(five, "kind=number\nselect=name=c\nvalue=value\nexpect=4\ntolerance=0.1\nnull=0",
                   "partly");
    EXPECT_VERDICT(five,
                   "kind=number\nselect=name=c\nvalue=value\nexpect=4\ntolerance=0.1\nnull=3.5",
                   "not reproduced");
}

Test(claim, about_an_edge_expects_one)
{
    EXPECT_VERDICT(five, "kind=edge\nselect=name=a\nvalue=value\ntolerance=0.01", "reproduced");
    EXPECT_VERDICT(five, "kind=edge\nselect=name=b\nvalue=value\ntolerance=0.01", "not reproduced");
}

Test(claim, about_a_bound_looks_at_the_far_end)
{
    EXPECT_VERDICT(five, "kind=bound\nselect=value>0\nvalue=value\nhigh=5.1", "reproduced");
    EXPECT_VERDICT(five, "kind=bound\nselect=value>0\nvalue=value\nhigh=4.9", "undecided");
    EXPECT_VERDICT(five, "kind=bound\nselect=value>0\nvalue=value\nhigh=0.9", "not reproduced");
    EXPECT_VERDICT(five, "kind=bound\nselect=value>0\nvalue=value\nlow=0.9", "reproduced");
    EXPECT_VERDICT(five, "kind=bound\nselect=value>0\nvalue=value\nlow=0.9\nhigh=5.1",
                   "reproduced");
}

#define ORDER "kind=order\nselect=side=l\nagainst=side=r\npair=key\nvalue=value\n"
static const char sides[] = "side,key,value\nl,1,9\nl,2,8\nr,2,20\nr,1,20\n";

Test(claim, about_an_order_wants_its_least_effect)
{
    EXPECT_VERDICT(sides, ORDER "quantity=difference\ndirection=less\neffect=5", "reproduced");
    EXPECT_VERDICT(sides, ORDER "quantity=difference\ndirection=less\neffect=11.5", "undecided");
    EXPECT_VERDICT(sides, ORDER "quantity=difference\ndirection=less\neffect=13", "partly");
    EXPECT_VERDICT(sides, ORDER "quantity=difference\ndirection=greater\neffect=0",
                   "not reproduced");
}

/* The ratios are 0.45 and 0.4. */
Test(claim, about_an_order_of_ratios_counts_from_one)
{
    EXPECT_VERDICT(sides, ORDER "quantity=ratio\ndirection=less\neffect=0.5", "reproduced");
    EXPECT_VERDICT(sides, ORDER "quantity=ratio\ndirection=less\neffect=0.57", "undecided");
    EXPECT_VERDICT(sides, ORDER "quantity=ratio\ndirection=less\neffect=0.7", "partly");
    EXPECT_VERDICT(sides, ORDER "quantity=ratio\ndirection=greater\neffect=0", "not reproduced");
}

#define EQUAL "kind=equal\nselect=side=l\nagainst=side=r\npair=key\nvalue=value\n"
Test(claim, about_equality_lies_inside_its_margin_on_both_sides)
{
    const char *near = "side,key,value\nl,1,101\nl,2,99\nr,1,100\nr,2,100\n";
    EXPECT_VERDICT(near, EQUAL "quantity=difference\nmargin=1.5", "reproduced");
    EXPECT_VERDICT(near, EQUAL "quantity=difference\nmargin=0.5", "undecided");
    EXPECT_VERDICT(near, EQUAL "quantity=ratio\nmargin=0.02", "reproduced");
    EXPECT_VERDICT(sides, EQUAL "quantity=ratio\nmargin=0.5", "not reproduced");
}

/* y = x^-0.5 up to x = 16, then y = x^-1 scaled to fit: local slopes -0.5, -0.5, -1. */
static const char power[] = "x,y\n1,1\n16,0.25\n4,0.5\n64,0.0625\n";

#define SLOPES "value=y\nx=x\n"
Test(claim, about_an_exponent_takes_every_local_slope)
{
    EXPECT_VERDICT(
        power,
        "kind=exponent\nselect=x<=16\nquantity=local_slope\nexpect=-0.5\ntolerance=1e-9\n" SLOPES,
        "reproduced");
    EXPECT_VERDICT(
        power,
        "kind=exponent\nselect=x>0\nquantity=local_slope\nexpect=-0.5\ntolerance=0.1\n" SLOPES,
        "undecided");
    EXPECT_VERDICT(
        power,
        "kind=exponent\nselect=x>=16\nquantity=local_slope\nexpect=-0.5\ntolerance=0.1\n" SLOPES,
        "partly");
    EXPECT_VERDICT(
        power,
        "kind=exponent\nselect=x>=16\nquantity=local_slope\nexpect=0.5\ntolerance=0.1\n" SLOPES,
        "not reproduced");
}

Test(claim, about_an_exponent_near_zero_has_no_direction)
{
    EXPECT_VERDICT(
        power, "kind=exponent\nselect=x>0\nquantity=local_slope\nexpect=0\ntolerance=0.05\n" SLOPES,
        "not reproduced");
}

Test(claim, about_a_trend_wants_its_side_of_zero)
{
    EXPECT_VERDICT(power,
                   "kind=trend\nselect=x>0\nquantity=slope\ndirection=less\neffect=0\n" SLOPES,
                   "reproduced");
    EXPECT_VERDICT(power,
                   "kind=trend\nselect=x>0\nquantity=slope\ndirection=greater\neffect=0\n" SLOPES,
                   "not reproduced");
    EXPECT_VERDICT(power,
                   "kind=trend\nselect=x>0\nquantity=slope\ndirection=less\neffect=2\n" SLOPES,
                   "partly");
}

Test(claim, that_is_exact_holds_or_fails_ends_included)
{
    EXPECT_VERDICT(five, "kind=exact\nselect=name=c\nvalue=value\nexpect=3\ntolerance=0", "holds");
    EXPECT_VERDICT(five, "kind=exact\nselect=value>0\nvalue=value\nlow=1\nhigh=5", "holds");
    EXPECT_VERDICT(five, "kind=exact\nselect=value>0\nvalue=value\nlow=1\nhigh=4", "fails");
}

Test(claim, about_a_fitted_law_reproduces_nothing)
{
    Judged judged = judge(five, "[C]\nstatement=s\nsource=ours\ndomain=law\nscale=s\nreason=r\n"
                                "kind=edge\nselect=name=a\nvalue=value\ntolerance=0.01\n");
    cr_expect(eq(str, said(&judged, 0, "verdict"), "holds"));
}

Test(claim, turns_when_its_constant_is_broken)
{
    const char *right = "[C]\n" COMMON "kind=number\nselect=value>0\nvalue=value\ninterval=t\n"
                        "expect=3\ntolerance=4\n";
    const char *wrong = "[C]\n" COMMON "kind=number\nselect=value>0\nvalue=value\ninterval=t\n"
                        "expect=30\ntolerance=4\n";
    Judged good = judge(five, right), bad = judge(five, wrong);
    cr_expect(eq(str, said(&good, 0, "verdict"), "reproduced"));
    cr_expect(eq(int, good.failed, 0));
    cr_expect(eq(str, said(&bad, 0, "verdict"), "not reproduced"));
    cr_expect(eq(int, bad.failed, 1));
}

/* ---- values */

Test(claim, divides_columns)
{
    EXPECT_VERDICT("a,b\n6,2\n9,3\n", "kind=exact\nselect=a>0\nvalue=a/b\nexpect=3\ntolerance=0",
                   "holds");
}

Test(claim, compares_cells_as_numbers_where_both_are)
{
    const char *rows = "name,rate,value\nx,1e-3,1\ny,0.001,1\nx=y,2,1\n0.0010,3,1\n";
    Judged judged = judge(rows, "[A]\n" COMMON "kind=edge\ntolerance=1\nvalue=value\n"
                                "select=rate=0.0010\n"
                                "[B]\n" COMMON "kind=edge\ntolerance=1\nvalue=value\n"
                                "select=name=x=y\n"
                                "[C]\n" COMMON "kind=edge\ntolerance=1\nvalue=value\n"
                                "select=rate!=1e-3\n"
                                "[D]\n" COMMON "kind=edge\ntolerance=1\nvalue=value\n"
                                "select=rate<3 rate>=1e-3 name!=y\n");
    const double expected[] = {2, 1, 2, 2};
    for (int64_t k = 0; k < 4; k++) cr_expect(eq(dbl, number(&judged, k, "n"), expected[k]));
}

Test(claim, pairs_by_key_and_leaves_out_rows_without_a_partner)
{
    const char *rows = "side,key,repeat,value\nl,1,1,5\nl,1,2,6\nl,2,1,7\nr,1,2,1\nr,2,1,1\n"
                       "r,3,1,100\n";
    Judged judged = judge(rows, "[C]\n" COMMON "kind=exact\nselect=side=l\nagainst=side=r\n"
                                "pair=key repeat\nquantity=difference\nvalue=value\nlow=5\n"
                                "high=6\n");
    cr_expect(eq(str, said(&judged, 0, "verdict"), "holds"));
    cr_expect(eq(dbl, number(&judged, 0, "n"), 2));
    cr_expect(eq(str, said(&judged, 0, "reason"), "2 rows without a partner"));
}

Test(claim, refuses_keys_that_do_not_tell_rows_apart, .exit_code = 1)
{
    judge("side,key,value\nl,1,5\nr,1,1\nr,1,2\n",
          "[C]\n" COMMON "kind=exact\nselect=side=l\nagainst=side=r\npair=key\n"
          "quantity=difference\nvalue=value\nlow=5\n");
}

Test(claim, refuses_two_rows_that_want_the_same_partner, .exit_code = 1)
{
    judge("side,key,value\nl,1,5\nl,1,6\nr,1,2\n",
          "[C]\n" COMMON "kind=exact\nselect=side=l\nagainst=side=r\npair=key\n"
          "quantity=difference\nvalue=value\nlow=3\n");
}

Test(claim, fits_a_slope_for_each_group)
{
    const char *rows = "set,x,y\na,1,1\nb,1,5\na,10,10\nb,10,500\na,100,100\n";
    Judged judged = judge(rows, "[C]\n" COMMON "kind=bound\nselect=x>0\nquantity=slope\nvalue=y\n"
                                "x=x\ngroup=set\nlow=0\n");
    cr_expect(eq(dbl, number(&judged, 0, "n"), 2));
    /* Logarithms of powers of ten are right to 1 ulp or so. */
    cr_expect(epsilon_eq(dbl, number(&judged, 0, "low"), 1.0, 1e-14));
    cr_expect(epsilon_eq(dbl, number(&judged, 0, "high"), 2.0, 1e-14));
}

/* Of seed 1 two cells of four are above 0, of seed 2 three of four: 0 itself is not. */
Test(claim, takes_a_share_for_each_group)
{
#define CELLS "seed,gap\n1,-1\n2,3\n1,0.5\n1,2\n2,inf\n2,1\n1,0\n2,-2\n"
    const char *claim = "[C]\n" COMMON "kind=bound\nselect=seed>0\nquantity=positive\nvalue=gap\n"
                        "group=seed\nlow=0.4\n";
    Judged judged = judge(CELLS, claim);
    cr_expect(eq(str, said(&judged, 0, "verdict"), "reproduced"));
    cr_expect(eq(dbl, number(&judged, 0, "n"), 2));
    cr_expect(eq(dbl, number(&judged, 0, "low"), 0.5));
    cr_expect(eq(dbl, number(&judged, 0, "high"), 0.75));
    judged = judge(CELLS "2,nan\n", claim);
    cr_expect(eq(str, said(&judged, 0, "verdict"), "undecided"), "a share of what is not known");
#undef CELLS
}

Test(claim, merges_repeats_before_it_takes_local_slopes)
{
    /* Geometric means 2 and 8 at x = 1 and 4. */
    const char *rows = "x,y\n1,1\n4,16\n1,4\n4,4\n";
    Judged judged = judge(rows, "[C]\n" COMMON "kind=exponent\nselect=x>0\nquantity=local_slope\n"
                                "value=y\nx=x\nexpect=1\ntolerance=1e-9\n");
    cr_expect(eq(str, said(&judged, 0, "verdict"), "reproduced"));
    cr_expect(eq(dbl, number(&judged, 0, "n"), 1));
}

/* ---- what cannot be judged */

#define EDGE "kind=edge\ntolerance=0.1\nvalue=value\n"

Test(claim, is_not_run_where_its_data_are_absent)
{
    const char *rows = "set,outcome,value\na,absent,nan\nb,reached,1\nc,absent,nan\n";
    Judged judged = judge(rows, "[A]\n" COMMON EDGE "select=set=a\n"
                                "[B]\n" COMMON EDGE "select=set=a outcome=reached\n"
                                "[C]\n" COMMON EDGE "select=set!=a\n"
                                "[D]\n" COMMON EDGE "select=set=z\n");
    cr_expect(eq(str, said(&judged, 0, "verdict"), "not run"));
    cr_expect(eq(str, said(&judged, 0, "reason"), "data absent"));
    cr_expect(eq(str, said(&judged, 1, "reason"), "data absent"));
    cr_expect(eq(str, said(&judged, 2, "verdict"), "reproduced"));
    cr_expect(eq(str, said(&judged, 2, "reason"), "1 row without data"));
    cr_expect(eq(str, said(&judged, 3, "reason"), "no rows match"));
    cr_expect(eq(int, judged.failed, 0));
}

Test(claim, is_undecided_where_a_value_is_not_finite)
{
    const char *rows = "name,value\na,1\nb,nan\nc,inf\n";
    Judged judged = judge(rows, "[A]\n" COMMON EDGE "select=name!=z\n"
                                "[B]\n" COMMON "kind=exact\nselect=name!=z\nvalue=value\nlow=0\n");
    cr_expect(eq(str, said(&judged, 0, "verdict"), "undecided"));
    cr_expect(eq(str, said(&judged, 0, "reason"), "2 of 3 values are not finite"));
    cr_expect(eq(str, said(&judged, 1, "verdict"), "fails"));
}

Test(claim, has_no_key_twice, .exit_code = 1)
{
    judge(five, "[C]\n" COMMON EDGE "select=name=a\nvalue=value\n");
}

/* A budget that ran out is no measured count, on either side of a ratio; a worker that died leaves
 * zeros. Measures other than counts may be those of runs that were never meant to arrive. */
Test(claim, rests_on_no_count_of_a_run_that_did_not_arrive)
{
    const char *rows = "set,method,outcome,steps,value\n"
                       "a,slow,spent,100,1\na,fast,reached,10,1\n"
                       "b,slow,reached,100,1\nb,fast,diverged,3,1\n"
                       "c,slow,reached,100,1\nc,fast,crashed,0,0\n"
                       "d,slow,reached,100,1\nd,fast,reached,10,1\n";
    Judged judged = judge(
        rows, "[A]\n" COMMON "kind=bound\nselect=method=slow\nvalue=steps\nhigh=1000\n"
              "[B]\n" COMMON "kind=order\nselect=method=fast\nagainst=method=slow\npair=set\n"
              "quantity=ratio\nvalue=steps\ndirection=less\neffect=0.1\n"
              "[C]\n" COMMON "kind=number\nselect=set!=c\nvalue=value\nexpect=1\ntolerance=1\n"
              "[D]\n" COMMON "kind=number\nselect=set=c\nvalue=value\nexpect=1\ntolerance=2\n");
    cr_expect(eq(str, said(&judged, 0, "reason"), "1 of 4 values are not finite"));
    cr_expect(eq(str, said(&judged, 1, "reason"), "3 of 4 values are not finite"));
    cr_expect(eq(str, said(&judged, 2, "verdict"), "reproduced"));
    cr_expect(eq(str, said(&judged, 3, "reason"), "1 of 2 values are not finite"));
}

Test(claim, is_undecided_with_one_value_and_a_t_interval)
{
    Judged judged = judge(five, "[C]\n" COMMON EDGE "select=name=a\ninterval=t\n");
    cr_expect(eq(str, said(&judged, 0, "verdict"), "undecided"));
    cr_expect(eq(str, said(&judged, 0, "reason"), "an interval of a mean needs at least 2 values"));
}

/* Mean 3, deviation sqrt(2.5), distance 1 to the border:
 * (2.5758 x 1.5811 / 1)^2 = 16.6, so 17. */
Test(claim, says_how_many_repeats_would_decide)
{
    Judged judged = judge(five, "[C]\n" COMMON "kind=bound\nselect=value>0\nvalue=value\n"
                                "interval=t\nhigh=4\n");
    cr_expect(eq(str, said(&judged, 0, "verdict"), "undecided"));
    cr_expect(eq(str, said(&judged, 0, "reason"), "about 17 repeats would decide"));
}

/* Distances of 0.04 and 0.041: (2.5758 x 1.5811 / 0.04)^2 = 10367.03, and 9867.5; on the border
 * none. */
Test(claim, gives_no_number_of_repeats_that_nobody_runs)
{
#define UP_TO(id, border)                                                                          \
    "[" id "]\n" COMMON "kind=bound\nselect=value>0\nvalue=value\ninterval=t\nhigh=" border "\n"
    Judged judged = judge(five, UP_TO("A", "3.04") UP_TO("B", "3.041") UP_TO("C", "3"));
    cr_expect(eq(str, said(&judged, 0, "reason"), "more than 10000 repeats would be needed"));
    cr_expect(eq(str, said(&judged, 1, "reason"), "about 9868 repeats would decide"));
    cr_expect(eq(str, said(&judged, 2, "reason"), "more than 10000 repeats would be needed"));
#undef UP_TO
}

Test(claim, waits_for_its_profile)
{
    const char *claims = "[C]\n" COMMON EDGE "select=name=a\nprofile=laptop\n";
    Judged early = judge_for("quick", five, claims), late = judge_for("full", five, claims);
    cr_expect(eq(str, said(&early, 0, "verdict"), "not run"));
    cr_expect(eq(str, said(&early, 0, "reason"), "judged from profile laptop on"));
    cr_expect(eq(str, said(&late, 0, "verdict"), "reproduced"));
}

Test(claim, needs_its_premise)
{
    Judged judged = judge(five, "[A]\n" COMMON EDGE "select=name=b\n"
                                "[B]\n" COMMON EDGE "select=name=a\npremise=A\n"
                                "[C]\n" COMMON EDGE "select=name=a\n"
                                "[D]\n" COMMON EDGE "select=name=a\npremise=C\n");
    cr_expect(eq(str, said(&judged, 1, "verdict"), "premise absent"));
    cr_expect(eq(str, said(&judged, 1, "reason"), "A was not found"));
    cr_expect(eq(str, said(&judged, 3, "verdict"), "reproduced"));
}

Test(claim, is_not_run_without_its_file)
{
    Judged judged = judge(NULL, "[C]\n" COMMON EDGE "select=name=b\n");
    cr_expect(eq(str, said(&judged, 0, "verdict"), "not run"));
    cr_expect(eq(str, said(&judged, 0, "reason"), "no trials.csv"));
}

Test(claim, keeps_commas_and_quotes_of_its_sentence)
{
    Judged judged = judge(five, "[C]\nstatement = Fast, and \"good\" = both # so\nsource=body\n"
                                "domain=own\nscale=s\nreason=r\n" EDGE "select=name=a\n");
    cr_expect(eq(str, said(&judged, 0, "statement"), "Fast, and \"good\" = both # so"));
}

/* ---- what is no claim */

#define REFUSED(name, keys)                                                                        \
    Test(claim_file, name, .exit_code = 1) { judge(five, "[C]\n" COMMON keys); }

REFUSED(with_an_unknown_key_is_refused, EDGE "select=name=a\ntolerence=1")
REFUSED(with_an_unknown_kind_is_refused, "kind=guess\nvalue=value\nselect=name=a")
REFUSED(with_an_unknown_column_is_refused, EDGE "select=nmae=a")
REFUSED(with_an_unknown_value_column_is_refused, "kind=edge\ntolerance=1\nvalue=x\nselect=name=a")
REFUSED(without_a_region_is_refused, "kind=exponent\nexpect=1\nvalue=value\nselect=name=a")
REFUSED(with_an_empty_region_is_refused, "kind=bound\nlow=2\nhigh=1\nvalue=value\nselect=name=a")
REFUSED(with_a_number_that_is_none_is_refused, EDGE "low=one\nselect=name=a")
REFUSED(without_a_direction_is_refused, "kind=trend\neffect=0\nvalue=value\nselect=name=a")
REFUSED(with_a_premise_that_is_not_above_is_refused, EDGE "select=name=a\npremise=Z")
REFUSED(named_twice_is_refused, EDGE "select=name=a\n[C]\n" COMMON EDGE "select=name=a")
