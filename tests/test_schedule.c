#include "optim/schedule.h"

#include "base/die.h"
#include "close.h"
#include "dying.h"
#include "io/csv.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>
#include <math.h>

enum { TOTAL = 40 };

static const ScheduleDefaults defaults = {TOTAL, 0.3};

static Schedule *schedule(const char *text) { return schedule_create(text, defaults); }

/* One rate of a schedule that is needed for nothing else. */
static double rate_at(const char *text, int64_t step)
{
    Schedule *one = schedule(text);
    double rate = schedule_rate(one, step);
    schedule_free(one);
    return rate;
}

/* ---- the ends */

static double start_of(const char *text)
{
    Schedule *one = schedule(text);
    double rate = schedule_start(one);
    schedule_free(one);
    return rate;
}

Test(schedule, before_the_first_update_it_has_its_peak_or_where_its_warm_up_begins)
{
    cr_assert(eq(dbl, start_of("cosine"), 0.3));
    cr_assert(eq(dbl, start_of("linear:peak=0.5,total=3+cosine"), 0.5));
    cr_assert(eq(dbl, start_of("inverse_sqrt"), 0.3));
    cr_assert(eq(dbl, start_of("wsd:warmup=5"), 0.0));
    cr_assert(eq(dbl, start_of("wsd:warmup=5,from=0.5"), 0.15));
}

Test(schedule, as_the_laws_count_the_rate_of_an_update_stands_one_place_behind)
{
    Schedule *one = schedule("wsd:warmup=5,from=0.5");
    double *rate = schedule_rates(one, TOTAL + 1);
    cr_assert(eq(dbl, rate[0], schedule_start(one)));
    for (int64_t s = 1; s <= TOTAL + 1; s++)
        cr_expect(eq(dbl, rate[s], schedule_rate(one, s - 1)), "step %d", (int)s);
    cr_expect(eq(dbl, rate[TOTAL + 1], rate[TOTAL]), "after its end it stays");
    free(rate);
    schedule_free(one);
}

/* Every kind whose rate falls to the floor at the end, with its first updates after a warm-up. */
static const char *const falling[] = {
    "linear:floor=0.25,warmup=7",
    "cosine:floor=0.25,warmup=7",
    "wsd:floor=0.25,warmup=7",
    "wsd:floor=0.25,warmup=7,decay=20,shape=linear",
    "wsd:floor=0.25,warmup=7,decay=20,shape=cosine",
    "wsd:floor=0.25,warmup=7,decay=20,shape=1-square",
    "wsd:floor=0.25,warmup=7,decay=20,shape=exponential",
    "knee:floor=0.25,warmup=7",
    "multistep_cosine:floor=0.0625,warmup=7",
};
enum { FALLING = sizeof falling / sizeof *falling };

Test(schedule, the_warm_up_rises_in_a_straight_line_to_the_peak_at_its_last_step)
{
    for (int k = 0; k < FALLING; k++) {
        Schedule *one = schedule(falling[k]);
        for (int s = 0; s < 7; s++)
            close_check_one(falling[k], schedule_rate(one, s), 0.3 * (s + 1) / 7.0, 1e-16);
        cr_expect(eq(dbl, schedule_rate(one, 6), 0.3));
        schedule_free(one);
    }
}

Test(schedule, the_last_step_has_the_floor_exactly_and_everything_after_it_too)
{
    for (int k = 0; k < FALLING; k++) {
        Schedule *one = schedule(falling[k]);
        double floor = k == FALLING - 1 ? 0.0625 : 0.25;
        cr_expect(eq(dbl, schedule_rate(one, TOTAL - 1), 0.3 * floor), "%s", falling[k]);
        cr_expect(schedule_rate(one, TOTAL - 2) > 0.3 * floor, "%s", falling[k]);
        cr_expect(eq(dbl, schedule_rate(one, TOTAL), 0.3 * floor));
        cr_expect(eq(dbl, schedule_rate(one, INT64_C(1) << 60), 0.3 * floor));
        cr_expect(eq(i64, schedule_total(one), TOTAL));
        schedule_free(one);
    }
}

Test(schedule, nothing_rises_after_its_warm_up_but_cycles)
{
    static const char *const others[] = {
        "constant:warmup=7",     "multistep:warmup=7",       "inverse_sqrt:warmup=7",
        "inverse_time:warmup=7", "cosine:cycle=20,warmup=7",
    };
    for (int k = 0; k < FALLING + 5; k++) {
        Schedule *one = schedule(k < FALLING ? falling[k] : others[k - FALLING]);
        for (int s = 7; s < TOTAL + 3; s++)
            cr_expect(schedule_rate(one, s) <= schedule_rate(one, s - 1), "%s: step %d",
                      schedule_text(one), s);
        schedule_free(one);
    }
}

/* With ten times the steps no step is longer than a tenth of what it was, times a factor for
 * roots: continuous schedules have no jump that stays. */
Test(schedule, decays_are_continuous)
{
    for (int k = 0; k < FALLING; k++) {
        Schedule *fine = schedule_create(falling[k], (ScheduleDefaults){1000000, 1.0});
        double largest = 0.0;
        for (int s = 7; s < 1000000; s++)
            largest = fmax(largest, schedule_rate(fine, s - 1) - schedule_rate(fine, s));
        /* The steepest slopes are those of 20 steps; 1-sqrt begins with sqrt(1 / 200000). */
        bool short_decay = strstr(falling[k], "decay=20") != NULL;
        cr_expect(largest < (short_decay ? 0.1 : 2.3e-3), "%s: %g", falling[k], largest);
        schedule_free(fine);
    }
}

Test(schedule, an_exponential_decay_is_a_constant_factor_a_step)
{
    Schedule *one = schedule("wsd:decay=20,shape=exponential,floor=0.01");
    for (int s = 20; s < TOTAL; s++)
        close_check_one("factor", schedule_rate(one, s) / schedule_rate(one, s - 1),
                        pow(0.01, 1.0 / 20.0), 1e-14); /* floor + (1 − floor) g loses two digits */
    schedule_free(one);
}

Test(schedule, a_decay_may_be_a_share_or_steps)
{
    static const char *const pairs[][2] = {{"wsd:decay=0.25", "wsd:decay=10"},
                                           {"knee:explore=0.75", "knee:explore=30"},
                                           {"cyclic:hold=0.5,half=0.1", "cyclic:hold=20,half=4"}};
    for (int k = 0; k < 3; k++) {
        Schedule *share = schedule(pairs[k][0]), *steps = schedule(pairs[k][1]);
        for (int s = 0; s < TOTAL; s++)
            cr_expect(eq(dbl, schedule_rate(share, s), schedule_rate(steps, s)));
        schedule_free(share);
        schedule_free(steps);
    }
    cr_expect(eq(dbl, rate_at("wsd:decay=10", 29), 0.3)); /* 30 updates at the peak … */
    cr_expect(rate_at("wsd:decay=10", 30) < 0.3);         /* … then 10 that decay */
    cr_expect(eq(dbl, rate_at("wsd:decay=0", 39), 0.3));
    cr_expect(eq(dbl, rate_at("linear:warmup=40", 39), 0.3)); /* no step is left to decay */
}

/* Staying is what the published losses of cycles shorter than the run mean: see the law below. */
Test(schedule, a_cosine_shorter_than_its_run_stays_rises_again_or_restarts)
{
    cr_expect(eq(dbl, rate_at("cosine:cycle=20", 19), 0.0));
    close_check_one("rise", rate_at("cosine:cycle=20,after=rise", 39), 0.3, 1e-15);
    cr_expect(eq(dbl, rate_at("cosine:cycle=20", 39), 0.0));
    cr_expect(eq(dbl, rate_at("cosine:cycle=20,after=restart", 39), 0.0));
    cr_expect(eq(dbl, rate_at("cosine:cycle=20,after=restart", 20), rate_at("cosine:cycle=20", 0)));
    /* A cycle counts the warm-up in: the floor is at step cycle − 1. */
    cr_expect(eq(dbl, rate_at("cosine:cycle=20,warmup=5", 19), 0.0));
}

/* ---- independent implementations */

Test(schedule, rates_are_those_of_pytorch_and_of_the_papers_formulas)
{
    Csv *csv = csv_read("tests/golden/schedules.csv");
    Schedule *one = NULL;
    for (int64_t r = 0; r < csv_rows(csv); r++) {
        const char *text = csv_text(csv, r, 0);
        if (r == 0 || strcmp(text, csv_text(csv, r - 1, 0)) != 0) {
            schedule_free(one);
            one = schedule(text);
        }
        int64_t step = csv_int(csv, r, 1);
        char *what = format_text("%s, step %lld", text, (long long)step);
        /* PyTorch multiplies rates up step by step: 40 roundings of rates below 0.3, and near a
         * cosine's floor it divides by a small number. */
        close_check_one(what, schedule_rate(one, step), csv_real(csv, r, 2), 5e-15);
        free(what);
    }
    schedule_free(one);
    csv_free(csv);
}

/* The annealing law L = 2.628 + 0.429 S1^−0.55 − 0.411 S2 with lambda 0.999 of Tissue et al. 2024,
 * eq. 1, on eta_0 = peak and then the schedule's rates. */
static double law(const char *text, int64_t total)
{
    Schedule *one = schedule_create(text, (ScheduleDefaults){total, 2e-4});
    double before = 2e-4, area = before, momentum = 0.0, annealed = 0.0;
    for (int64_t s = 0; s < total; s++) {
        double rate = schedule_rate(one, s);
        momentum = 0.999 * momentum + (before - rate);
        area += rate, annealed += momentum, before = rate;
    }
    schedule_free(one);
    return 2.628 + 0.429 * pow(area, -0.550) - 0.411 * annealed;
}

Test(schedule, the_annealing_law_on_these_schedules_gives_its_published_losses)
{
    static const struct {
        const char *text;
        int64_t total;
        double loss;
    } published[] = {
        {"constant", 20000, 2.8281},
        {"constant", 100000, 2.7106},
        {"cosine", 10000, 2.9785},
        {"cosine", 20000, 2.8398},
        {"cosine", 60000, 2.7060},
        {"wsd:shape=cosine,decay=0.25", 20000, 2.7729},
        {"wsd:shape=cosine,decay=0.145", 100000, 2.6337},
        {"wsd:shape=cosine,decay=0.1", 50000, 2.6819},
        {"wsd:shape=1-sqrt,decay=0.1", 50000, 2.6809},
        {"wsd:shape=1-sqrt,decay=0.5", 50000, 2.6986},
        {"multistep_cosine", 60000, 2.6983},
        {"cosine:floor=0.1,cycle=300000", 500000, 2.6129},
        {"cosine:floor=0.1,cycle=700000", 500000, 2.6093},
        {"cosine", 500000, 2.5957},
    };
    for (size_t k = 0; k < sizeof published / sizeof *published; k++) {
        char *what = format_text("%s, %lld", published[k].text, (long long)published[k].total);
        /* Printed with four digits. */
        close_check_one(what, law(published[k].text, published[k].total), published[k].loss,
                        5.1e-5);
        free(what);
    }
}

/* ---- pieces */

Test(schedule, pieces_follow_one_another_and_each_is_what_it_is_alone)
{
    Schedule *joined =
        schedule("cosine:total=15,floor=0.1+constant:total=10,peak=2e+0+linear:warmup=5");
    Schedule *first = schedule("cosine:total=15,floor=0.1"),
             *last = schedule("linear:warmup=5,total=15,from=6.666666666666667");
    cr_expect(eq(i64, schedule_total(joined), TOTAL)); /* the last piece takes what is left */
    for (int s = 0; s < 15; s++)
        cr_expect(eq(dbl, schedule_rate(joined, s), schedule_rate(first, s)));
    for (int s = 15; s < 25; s++) cr_expect(eq(dbl, schedule_rate(joined, s), 2.0));
    for (int s = 25; s < TOTAL + 5; s++)
        close_check_one("last", schedule_rate(joined, s), schedule_rate(last, s - 25), 1e-15);
    schedule_free(joined);
    schedule_free(first);
    schedule_free(last);
}

/* Continual training: from where the piece before ended to the new peak (Tissue et al., figure
 * 14), or, if asked, from 0. */
Test(schedule, a_new_warm_up_begins_where_the_piece_before_ended)
{
    Schedule *one = schedule("cosine:total=20,floor=0.1+cosine:warmup=10,peak=0.2");
    for (int s = 20; s < 30; s++)
        close_check_one("rise", schedule_rate(one, s), 0.03 + 0.17 * (s - 19) / 10.0, 1e-15);
    cr_expect(eq(dbl, schedule_rate(one, TOTAL - 1), 0.0));
    schedule_free(one);
    close_check_one("from 0", rate_at("constant:total=20+constant:warmup=10,from=0", 20), 0.03,
                    1e-16);
}

/* ---- a file */

Test(schedule, a_file_gives_its_rates_held_or_in_straight_lines)
{
    const char *path = scratch_text("rates.csv", "step,rate\r\n2,0.5\n4,0.1\n10,0.7\n");
    char *held = format_text("csv:file=%s", path);
    char *straight = format_text("csv:between=linear,file=%s", path);
    static const double want[2][12] = {
        {0.5, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.7, 0.7},
        {0.5, 0.5, 0.5, 0.3, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.7}};
    for (int k = 0; k < 2; k++) {
        Schedule *one = schedule_create(k ? straight : held, (ScheduleDefaults){0, 0.0});
        cr_expect(eq(i64, schedule_total(one), 11)); /* to its last row, where nobody says */
        for (int s = 0; s < 12; s++)
            close_check_one("rate", schedule_rate(one, s), want[k][s], 1e-15);
        schedule_free(one);
    }
    free(held);
    free(straight);
}

Test(schedule, a_schedule_written_to_a_file_is_read_back_with_the_same_bits)
{
    Schedule *one = schedule("wsd:warmup=5,decay=0.3"), *again;
    char text[4096] = "step,rate\n";
    for (int s = 0; s < TOTAL; s++)
        sprintf(text + strlen(text), "%d,%.17g\n", s, schedule_rate(one, s));
    char *spec = format_text("csv:file=%s", scratch_text("written.csv", text));
    again = schedule(spec);
    for (int s = 0; s < TOTAL + 5; s++)
        cr_expect(eq(dbl, schedule_rate(again, s), schedule_rate(one, s)));
    schedule_free(one);
    schedule_free(again);
    free(spec);
}

static void create(void *text) { schedule_free(schedule(text)); }

static void expect_ending(const char *text, int code, const char *message)
{
    Ending ending = dying_run(create, (void *)text);
    cr_expect(eq(int, ending.exit_code, code), "%s: %d", text, ending.exit_code);
    cr_expect(strstr(ending.err, message) != NULL, "%s: %s", text, ending.err);
}

Test(schedule, a_file_that_was_changed_is_not_the_schedule_that_was_spelled_out)
{
    char *spec = format_text("csv:file=%s", scratch_text("rates.csv", "step,rate\n0,0.5\n"));
    Schedule *before = schedule(spec);
    schedule_free(schedule(schedule_text(before)));
    scratch_text("rates.csv", "step,rate\n0,0.25\n");
    expect_ending(schedule_text(before), 1, "is not the file of");
    schedule_free(before);
    free(spec);
}

Test(schedule, a_bad_file_ends_with_one_sentence)
{
    static const char *const bad[][2] = {
        {"", "no rows"},
        {"step,rate\n", "no rows"},
        {"step;rate\n1;2\n", ":1: expected the heading step,rate, found 'step;rate'"},
        {"step,rate\n1\n", ":2: expected STEP,RATE"},
        {"step,rate\n-1,1\n", ":2: expected STEP,RATE"},
        {"step,rate\n1,x\n", ":2: expected a rate from 0 on, found 'x'"},
        {"step,rate\n1,nan\n", ":2: expected a rate"},
        {"step,rate\n1,-1\n", ":2: expected a rate"},
        {"step,rate\n1,inf\n", ":2: expected a rate"},
        {"step,rate\n5,1\n5,2\n", ":3: steps must grow, found 5 after 5"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        char *text = format_text("csv:file=%s", scratch_text("bad.csv", bad[k][0]));
        expect_ending(text, 1, bad[k][1]);
        free(text);
    }
    expect_ending("csv:file=/does/not/exist", 1, "/does/not/exist: No such file");
}

/* ---- texts */

Test(schedule, a_wrong_text_ends_with_what_is_known)
{
    static const char *const wrong[][2] = {
        {"cosin", "schedule 'cosin' is not one of constant, linear, cosine, wsd, knee"},
        {"wsd:shape=round", "shape 'round' is not one of linear, cosine, 1-sqrt"},
        {"linear:decay=1", "unknown key 'decay'"},
        {"wsd:decay=1.5", "neither a share (up to 1) nor a whole number of steps"},
        {"wsd:decay=30,warmup=20", "before the warm-up's end"},
        {"wsd:shape=exponential", "needs a floor above 0"},
        {"cosine:cycle=5,warmup=5", "longer than the warm-up"},
        {"linear:floor=2", "floor = 2 is not in 0 … 1"},
        {"linear:peak=0", "peak = 0 is not in"},
        {"linear:warmup=41", "warmup = 41 is not in 0 … 40"},
        {"multistep:milestones=20/10", "milestones must grow"},
        {"multistep:milestones=a", "expected numbers joined with '/', found 'a'"},
        {"constant+constant", "no steps are left for constant"},
        {"csv", "give file=PATH"},
        {"cyclic:half=0", "at least one step"},
    };
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
        expect_ending(wrong[k][0], 2, wrong[k][1]);
}

static void create_without_defaults(void *text)
{
    schedule_free(schedule_create(text, (ScheduleDefaults){0, 0.0}));
}

Test(schedule, peak_and_total_must_come_from_somewhere)
{
    Ending no_total = dying_run(create_without_defaults, "linear:peak=1");
    cr_expect(strstr(no_total.err, "give total=STEPS") != NULL, "%s", no_total.err);
    Ending no_peak = dying_run(create_without_defaults, "linear:total=5");
    cr_expect(strstr(no_peak.err, "give peak=RATE") != NULL, "%s", no_peak.err);
    Ending both = dying_run(create_without_defaults, "linear:total=5,peak=1");
    cr_expect(eq(int, both.exit_code, 0));
}

Test(schedule, the_text_of_every_kind_spells_its_keys_out_and_means_the_same)
{
    for (int kind = 0; kind < schedule_kind_count(); kind++) {
        if (strcmp(schedule_kind_name(kind), "csv") == 0) continue;
        Schedule *one = schedule(schedule_kind_name(kind));
        Schedule *again = schedule_create(schedule_text(one), (ScheduleDefaults){7, 5.0});
        cr_expect(eq(str, (char *)schedule_text(again), (char *)schedule_text(one)));
        for (int s = 0; s < TOTAL; s++)
            cr_expect(eq(dbl, schedule_rate(again, s), schedule_rate(one, s)));
        schedule_free(one);
        schedule_free(again);
    }
}
