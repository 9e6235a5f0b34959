#include "update/account.h"
#include "update/cost.h"
#include "update/equal.h"

#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

/* T = 100 updates, so that alpha = 0.6 is whole. */
static const UpdateSetting usual = {
    .versions = 4, .steps = 100, .warmup = 10, .peak = 4e-3, .floor = 0.1};
static const UpdateSize nothing = {0};

static UpdateSetting of_versions(int versions)
{
    UpdateSetting setting = usual;
    setting.versions = versions;
    return setting;
}

static Plan *plan_of_one(const char *paradigm, UpdateSetting setting)
{
    return plan_create(1, &paradigm, setting);
}

/* Updates of one paradigm alone, all its versions. */
static int64_t steps_of(const char *paradigm, UpdateSetting setting)
{
    Plan *plan = plan_of_one(paradigm, setting);
    int64_t steps = account_paradigm(plan, 0, setting.versions, &nothing).steps;
    plan_free(plan);
    return steps;
}

static double rate_at(const char *paradigm, int version, int64_t step)
{
    Paradigm *p = paradigm_create(paradigm);
    Path path = paradigm_path(p, &usual, version);
    double rate = schedule_rate(path.schedule, step);
    path_clear(&path);
    paradigm_free(p);
    return rate;
}

/* ---- what is trained */

Test(update_plan, four_versions_cost_10_and_4_and_5_point_8_and_the_ratio_is_0_point_58)
{
    int64_t ptfs = steps_of("ptfs", usual), ours = steps_of("path_switching:alpha=0.6", usual);
    cr_expect(eq(i64, ptfs, 1000));
    cr_expect(eq(i64, steps_of("cpt", usual), 400));
    cr_expect(eq(i64, ours, 580));
    cr_expect(eq(i64, 100 * ours, 58 * ptfs));
}

/* Every paradigm whose branches leave the trunk's rate with their first update. */
static const char *const counted[] = {"ptfs",
                                      "ptfs:shape=knee",
                                      "ptfs:shape=multistep",
                                      "ptfs_wsd",
                                      "cpt",
                                      "cpt:optimizer=reset,replay=0.25",
                                      "cpt_floor",
                                      "path_switching",
                                      "path_switching:alpha=0.2,shape=1-sqrt",
                                      "wsd_s",
                                      "path_switching:alpha=0.4,shape=linear,replay=0.5",
                                      "trunk",
                                      "trunk:average=wsm",
                                      "infinite",
                                      "wsd_s:alpha=1",
                                      "two_stage:cycle=2",
                                      "schedule_free:replay=0.25",
                                      "schedule_free"};
enum { COUNTED = sizeof counted / sizeof *counted };

Test(update_plan, counted_updates_are_the_closed_formulas_for_every_number_of_versions)
{
    for (int k = 0; k < COUNTED; k++)
        for (int versions = 1; versions <= 6; versions++) {
            Plan *plan = plan_of_one(counted[k], of_versions(versions));
            double units = paradigm_cost(plan->paradigm[0], versions);
            int64_t steps = account_paradigm(plan, 0, versions, &nothing).steps;
            cr_expect(eq(i64, steps, llround(100.0 * units)), "%s, %d", counted[k], versions);
            plan_free(plan);
        }
}

Test(update_plan, each_version_has_seen_as_many_updates_as_there_are_data_up_to_it)
{
    Plan *plan = plan_create(COUNTED, counted, usual);
    for (int p = 0; p < plan->path_count; p++) {
        int64_t sum = 0;
        for (int s = plan->end[p]; s != PLAN_SCRATCH; s = plan->segment[s].from) {
            cr_expect(plan_passes(plan, p, s));
            sum += plan->segment[s].steps;
        }
        cr_expect(eq(i64, sum, 100 * plan_version_of(plan, p)));
    }
    plan_free(plan);
}

/* Each segment goes on where the one before ended, and is the same on every path through it. */
Test(update_plan, a_segment_is_the_same_updates_on_every_path_through_it)
{
    Plan *plan = plan_create(COUNTED, counted, usual);
    for (int s = 0; s < plan->segment_count; s++) {
        const Segment *segment = &plan->segment[s];
        const Segment *from = segment->from < 0 ? NULL : &plan->segment[segment->from];
        cr_expect(lt(int, segment->from, s));
        cr_expect(eq(i64, segment->first, from ? from->first + from->steps : 0));
        for (int p = 0; p < plan->path_count; p++)
            if (plan_passes(plan, p, s))
                cr_expect(path_common(&plan->path[p], &plan->path[segment->path]) >=
                          segment->first + segment->steps);
    }
    plan_free(plan);
}

/* No two segments from the same place begin with the same update: nothing is trained twice. */
Test(update_plan, segments_from_one_place_differ_in_their_first_update)
{
    Plan *plan = plan_create(COUNTED, counted, usual);
    for (int a = 0; a < plan->segment_count; a++)
        for (int b = 0; b < a; b++) {
            const Segment *x = &plan->segment[a], *y = &plan->segment[b];
            if (x->from != y->from) continue;
            int64_t common = path_common(&plan->path[x->path], &plan->path[y->path]);
            cr_expect(common <= x->first, "%d and %d", a, b);
        }
    plan_free(plan);
}

Test(update_plan, version_1_of_a_cosine_is_trained_once_for_all_that_begin_with_it)
{
    static const char *const cosines[] = {"ptfs", "cpt", "cpt:optimizer=reset", "cpt_floor",
                                          "cpt:replay=0.25"};
    Plan *plan = plan_create(5, cosines, usual);
    for (int k = 1; k < 5; k++)
        cr_expect(eq(int, plan->end[plan_path(plan, k, 1)], plan->end[0]), "%s", cosines[k]);
    /* 10 of ptfs, 3 more for each of the others */
    cr_expect(eq(i64, account_sharing(plan).run, 100 * (10 + 4 * 3)));
    plan_free(plan);
}

/* Branches of 0.2 and of 0.6, averages and the trunk itself: one trunk of 4 T. */
Test(update_plan, a_trunk_is_trained_once_for_branches_of_every_length_and_for_its_averages)
{
    static const char *const texts[] = {"path_switching:alpha=0.6", "path_switching:alpha=0.2",
                                        "trunk", "trunk:average=lawa", "trunk:average=ema"};
    Plan *plan = plan_create(5, texts, usual);
    Sharing sharing = account_sharing(plan);
    cr_expect(eq(i64, sharing.run, 400 + 4 * 60 + 4 * 20));
    cr_expect(eq(i64, sharing.paradigms, 580 + 460 + 3 * 400));
    cr_expect(eq(i64, sharing.unshared, 5 * 1000));
    plan_free(plan);
}

/* The rate of a multi-step branch is the trunk's for the first 80 % of it: the trunk may go on for
 * so long, and the branches are 0.2 alpha. */
Test(update_plan, a_multistep_branch_shares_the_trunk_until_its_first_step_down)
{
    cr_expect(eq(i64, steps_of("path_switching:alpha=0.6,shape=multistep", usual), 400 + 3 * 12));
}

/* Then a branch of version 1 is all of it, and its warm-up is the trunk's. */
Test(update_plan, with_an_alpha_of_1_only_the_warm_up_is_shared_by_version_1)
{
    cr_expect(eq(i64, steps_of("path_switching:alpha=1", usual), 700 - 10));
}

Test(update_plan, a_plan_of_the_same_paradigm_twice_costs_the_same_as_once)
{
    static const char *const twice[] = {"path_switching:shape=linear", "path_switching:shape=knee"};
    Plan *plan = plan_create(2, twice, usual);
    cr_expect(eq(i64, account_sharing(plan).run, 580));
    plan_free(plan);
}

/* The same rates on the same data, by another optimizer. */
Test(update_plan, paths_of_another_optimizer_share_nothing_and_have_keys_of_their_own)
{
    static const char *const texts[] = {"trunk", "schedule_free", "schedule_free"};
    Plan *plan = plan_create(3, texts, usual);
    const Path *trunk = &plan->path[0], *other = &plan->path[plan_path(plan, 1, 1)];
    for (int64_t t = 0; t < 100; t++)
        cr_expect(eq(dbl, schedule_rate(trunk->schedule, t), schedule_rate(other->schedule, t)));
    cr_expect(eq(i64, account_sharing(plan).run, 800));
    char *a = plan_key(plan, plan->end[0]), *b = plan_key(plan, plan->end[plan_path(plan, 1, 1)]);
    cr_expect(ne(str, a, b));
    free(a), free(b);
    plan_free(plan);
}

Test(update_plan, keys_name_segments_whatever_else_is_in_the_plan)
{
    static const char *const few[] = {"path_switching"}, *const many[] = {"trunk", "cpt",
                                                                          "path_switching"};
    Plan *a = plan_create(1, few, usual), *b = plan_create(3, many, usual);
    for (int v = 1; v <= 4; v++) {
        char *one = plan_key(a, a->end[plan_path(a, 0, v)]);
        char *two = plan_key(b, b->end[plan_path(b, 2, v)]);
        char *other = plan_key(b, b->end[plan_path(b, 1, v)]);
        cr_expect(eq(str, one, two));
        cr_expect(ne(str, two, other));
        free(one), free(two), free(other);
    }
    plan_free(a);
    plan_free(b);
}

/* ---- rates: the formulas of the dossier's section 1, one update later (schedule_kinds.h) */

Test(update_plan, version_k_of_path_switching_has_the_rate_of_the_papers_formula)
{
    const double pi = acos(-1.0);
    for (int k = 1; k <= 4; k++)
        for (int64_t t = 0; t < 100 * k; t++) {
            double u = (double)(t + 1 - (100 * k - 60)) / 60.0;
            double share = t < 10     ? (double)(t + 1) / 10.0
                           : u <= 0.0 ? 1.0
                                      : 0.1 + 0.9 * 0.5 * (1.0 + cos(pi * u));
            /* a few roundings of numbers up to the peak */
            cr_expect(epsilon_eq(dbl, rate_at("path_switching", k, t), 4e-3 * share, 1e-17));
        }
}

Test(update_plan, every_decay_ends_at_the_same_floor)
{
    static const char *const decays[] = {"ptfs",
                                         "ptfs_wsd",
                                         "cpt",
                                         "path_switching",
                                         "wsd_s",
                                         "infinite",
                                         "path_switching:shape=1-sqrt",
                                         "ptfs:shape=knee",
                                         "ptfs:shape=1-sqrt",
                                         "ptfs:shape=exponential",
                                         "infinite:shape=exponential"};
    for (size_t k = 0; k < sizeof decays / sizeof *decays; k++)
        for (int v = 1; v <= 4; v++)
            cr_expect(epsilon_eq(dbl, rate_at(decays[k], v, 100 * v - 1), 4e-4, 1e-18), "%s, %d",
                      decays[k], v);
}

Test(update_plan, continual_training_warms_up_from_its_last_rate_and_the_floor_stays)
{
    cr_expect(epsilon_eq(dbl, rate_at("cpt", 2, 100), 4e-4 + 0.1 * 3.6e-3, 1e-17));
    cr_expect(eq(dbl, rate_at("cpt", 2, 109), 4e-3));
    for (int64_t t = 100; t < 400; t++)
        cr_expect(epsilon_eq(dbl, rate_at("cpt_floor", 4, t), 4e-4, 1e-18));
    cr_expect(eq(dbl, rate_at("wsd_s", 2, 100), 4e-3));
    cr_expect(eq(dbl, rate_at("infinite", 4, 200), 0.55 * 4e-3));
    cr_expect(eq(dbl, rate_at("trunk:peak=0.5", 4, 399), 2e-3));
}

/* At the switch a cosine of cycle 2 T is half way down, one of cycle 4 T has 1/2 + 1/sqrt(8) of
 * its way left (warm-up apart: W of the cycle). */
Test(update_plan, the_longer_the_first_cycle_the_higher_the_rate_at_the_switch_and_the_end_is_one)
{
    static const char *const cycles[] = {"two_stage:cycle=1", "two_stage:cycle=2",
                                         "two_stage:cycle=4", "two_stage:cycle=0"};
    static const double lengths[] = {90, 190, 390};
    for (int c = 0; c < 4; c++) {
        double x = c < 3 ? 90.0 / lengths[c] : 0.0;
        double share = 0.1 + 0.9 * 0.5 * (1.0 + cos(acos(-1.0) * x));
        cr_expect(epsilon_eq(dbl, rate_at(cycles[c], 2, 99), 4e-3 * share, 1e-17));
        cr_expect(eq(dbl, rate_at(cycles[c], 2, 109), 4e-3));
        cr_expect(epsilon_eq(dbl, rate_at(cycles[c], 2, 199), 4e-4, 1e-18));
    }
    cr_expect(eq(i64, steps_of("two_stage:cycle=0", of_versions(2)), 200));
}

Test(update_plan, a_paradigm_may_have_a_floor_of_its_own)
{
    cr_expect(eq(dbl, rate_at("path_switching:floor=0", 2, 199), 0.0));
    cr_expect(epsilon_eq(dbl, rate_at("path_switching:floor=0.5", 2, 199), 2e-3, 1e-17));
    cr_expect(eq(dbl, rate_at("path_switching:floor=1", 2, 199), 4e-3));
    cr_expect(epsilon_eq(dbl, rate_at("path_switching", 2, 199), 4e-4, 1e-18));
}

/* ---- data */

Test(update_plan, only_pretraining_from_scratch_mixes_versions_and_replay_begins_with_the_second)
{
    Paradigm *ptfs = paradigm_create("ptfs"), *cpt = paradigm_create("cpt:replay=0.25");
    Path mixed = paradigm_path(ptfs, &usual, 3), turns = paradigm_path(cpt, &usual, 3);
    cr_expect(eq(int, mixed.count, 1));
    cr_expect(data_mix_same(mixed.stretch[0].mix, (DataMix){1, 3, 0.0}));
    for (int v = 1; v <= 3; v++)
        for (int64_t t = 100 * (v - 1); t < 100 * v; t += 99)
            cr_expect(
                data_mix_same(path_stretch(&turns, t)->mix, (DataMix){v, v, v > 1 ? 0.25 : 0.0}));
    path_clear(&mixed), path_clear(&turns);
    paradigm_free(ptfs), paradigm_free(cpt);
}

Test(update_plan, an_optimizer_that_resets_does_so_before_the_first_update_of_a_version)
{
    Plan *plan = plan_of_one("cpt:optimizer=reset", usual);
    for (int s = 0; s < plan->segment_count; s++)
        cr_expect(eq(int, plan_resets(plan, s), plan->segment[s].first > 0));
    cr_expect(eq(int, plan->segment_count, 4));
    plan_free(plan);
}

/* ---- what is kept */

/* One number per parameter, two of the optimizer's. */
Test(update_plan, a_trunk_keeps_a_whole_state_and_one_path_the_optimizers_alone)
{
    static const struct {
        const char *text;
        int64_t kept;
    } rows[] = {{"ptfs", 0},           {"cpt", 2},     {"cpt:optimizer=reset", 0},
                {"path_switching", 3}, {"wsd_s", 2},   {"trunk:average=ema", 3},
                {"trunk", 2},          {"infinite", 3}};
    const UpdateSize size = {.tokens = 512, .flops = 7, .parameter_bytes = 1, .optimizer_bytes = 2};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        Plan *plan = plan_of_one(rows[k].text, usual);
        Account account = account_paradigm(plan, 0, 4, &size);
        cr_expect(eq(i64, account.kept_bytes, rows[k].kept), "%s", rows[k].text);
        cr_expect(eq(i64, account_paradigm(plan, 0, 1, &size).kept_bytes, 0));
        cr_expect(eq(i64, account.released_bytes, 4));
        cr_expect(eq(dbl, account.tokens, 512.0 * (double)account.steps));
        cr_expect(eq(dbl, account.flops, 7.0 * (double)account.steps));
        plan_free(plan);
    }
}

/* ---- averages */

static const char *const averages[] = {"lawa", "ema", "wsm"};

Test(update_plan, weights_of_an_average_are_positive_and_sum_to_1)
{
    for (int k = 0; k < 3; k++)
        for (int64_t n = 1; n <= 64; n *= 4) {
            Average a = {average_kind(averages[k]), 5 * n, 5, 0.98};
            double sum = 0.0;
            for (int64_t i = 1; i <= n; i++) {
                cr_expect(gt(dbl, average_weight(&a, i), 0.0));
                sum += average_weight(&a, i);
            }
            cr_expect(epsilon_eq(dbl, sum, 1.0, 1e-13)); /* 64 roundings of 1e-16 */
        }
}

/* x_i = x_0 + Σ_{j ≤ i} d_j: the merge moves by each d with the factor of a 1-sqrt decay. */
Test(update_plan, a_merge_is_the_sum_of_the_moves_under_a_decay_of_1_minus_sqrt)
{
    enum { N = 20 };
    Average wsm = {average_kind("wsm"), N, 1, 0.0}, lawa = {average_kind("lawa"), N, 1, 0.0};
    double x = 3.0, merged = 0.0, meant = 0.0, decayed = 3.0, line = 3.0;
    for (int64_t i = 1; i <= N; i++) {
        double move = sin(7.0 * (double)i), share = (double)(i - 1) / N;
        x += move;
        merged += average_weight(&wsm, i) * x;
        meant += average_weight(&lawa, i) * x;
        decayed += (1.0 - sqrt(share)) * move;
        line += (1.0 - share) * move;
    }
    cr_expect(epsilon_eq(dbl, merged, decayed, 1e-13)); /* some hundred roundings of 1e-16 */
    cr_expect(epsilon_eq(dbl, meant, line, 1e-13));
}

Test(update_plan, a_moving_average_forgets_by_its_decay_for_every_update)
{
    Average a = {average_kind("ema"), 50, 5, 0.98};
    for (int64_t i = 1; i < 10; i++)
        cr_expect(epsilon_eq(dbl, average_weight(&a, i) / average_weight(&a, i + 1), pow(0.98, 5.0),
                             1e-14));
    Average flat = {average_kind("ema"), 50, 5, 1.0};
    cr_expect(eq(dbl, average_weight(&flat, 3), 0.1));
}

Test(update_plan, samples_end_with_the_last_update_and_fill_the_window)
{
    Average a = {average_kind("lawa"), 20, 5, 0.0};
    const int64_t taken[] = {85, 90, 95, 100};
    for (int64_t done = 0; done <= 110; done++) {
        int64_t number = average_sample_at(&a, done, 100);
        if (number)
            cr_expect(eq(i64, done, taken[number - 1]));
        else
            cr_expect(done < 85 || done > 100 || done % 5);
    }
}

/* ---- costs */

static const CostSetting big = {.parameters = 1.2e9,
                                .tokens_per_version = 10e9,
                                .peak_flops = 989e12,
                                .price = 2.5,
                                .utilisation = 0.4,
                                .state_bytes = 8,
                                .parameter_bytes = 4};

/* 6 x 1.2e9 x 10e9 = 7.2e19 operations; at 0.4 x 989e12 a second 182 002 s = 50.556 h. */
Test(update_plan, a_version_of_1_point_2_billion_and_10_billion_tokens_is_50_gpu_hours)
{
    Cost one = cost_of(&big, 1.0), all = cost_of(&big, 10.0);
    cr_expect(epsilon_eq(dbl, one.flops, 7.2e19, 1e5));
    cr_expect(epsilon_eq(dbl, one.gpu_hours, 50.5561, 1e-4)); /* as printed above */
    cr_expect(epsilon_eq(dbl, one.money, 126.390, 1e-3));
    cr_expect(epsilon_eq(dbl, all.money, 10.0 * one.money, 1e-9));
    cr_expect(eq(dbl, all.tokens, 100e9));
}

static int even(const char *a, const char *b)
{
    Paradigm *x = paradigm_create(a), *y = paradigm_create(b);
    int versions = cost_break_even(x, y, 100);
    paradigm_free(x), paradigm_free(y);
    return versions;
}

Test(update_plan, path_switching_pays_from_the_second_version_on_and_never_against_one_path)
{
    cr_expect(eq(int, even("path_switching:alpha=0.6", "ptfs"), 2));
    cr_expect(eq(int, even("path_switching:alpha=1", "ptfs"), 3)); /* 3 and 3, then 5 and 6 */
    cr_expect(eq(int, even("path_switching", "wsd_s"), 0));
    cr_expect(eq(int, even("cpt", "path_switching"), 2));
}

/* The dossier's table for alpha = 0.6 and N = 2 … 10, printed to three digits. */
Test(update_plan, the_ratio_to_pretraining_falls_with_the_versions_as_in_the_table)
{
    static const double table[] = {.867, .700, .580, .493, .429, .379, .339, .307, .280};
    Paradigm *ours = paradigm_create("path_switching"), *ptfs = paradigm_create("ptfs");
    for (int n = 2; n <= 10; n++)
        cr_expect(epsilon_eq(dbl, paradigm_cost(ours, n) / paradigm_cost(ptfs, n), table[n - 2],
                             5.01e-4));
    paradigm_free(ours), paradigm_free(ptfs);
}

Test(update_plan, what_is_kept_is_a_state_of_the_trunk)
{
    Paradigm *ours = paradigm_create("path_switching"), *ptfs = paradigm_create("ptfs");
    cr_expect(eq(dbl, cost_kept_bytes(&big, ours), 12.0 * 1.2e9));
    cr_expect(eq(dbl, cost_kept_bytes(&big, ptfs), 0.0));
    paradigm_free(ours), paradigm_free(ptfs);
}

/* Counting has no T of the user's: what needs many updates is counted by what it is. 1e-3: to a
 * thousandth of T. */
Test(update_plan, costs_are_counted_of_the_shortest_branch_and_the_finest_average)
{
    static const struct {
        const char *text;
        double kept; /* numbers for each parameter */
    } rows[] = {{"trunk:average=lawa,window=0.01", 3.0},
                {"trunk:average=ema,samples=600", 3.0},
                {"trunk:average=wsm,window=1e-9,samples=1000000", 3.0},
                {"path_switching:alpha=0.0004", 3.0},
                {"wsd_s:alpha=1e-9", 2.0},
                {"infinite:alpha=0.5995,cooldown=0.4005", 3.0}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        Paradigm *paradigm = paradigm_create(rows[k].text);
        cr_expect(eq(dbl, cost_kept_bytes(&big, paradigm), 4.0 * rows[k].kept * 1.2e9), "%s",
                  rows[k].text);
        cr_expect(epsilon_eq(dbl, cost_counted(paradigm, 2), paradigm_cost(paradigm, 2), 1e-3),
                  "%s", rows[k].text);
        paradigm_free(paradigm);
    }
}

/* ---- wrong texts */

static void make_short(void *context) { equal_setting(usual, *(double *)context); }

Test(update_plan, versions_of_no_update_and_of_endlessly_many_are_refused)
{
    static double shares[] = {0.004, 1e15, INFINITY, NAN};
    for (size_t k = 0; k < sizeof shares / sizeof *shares; k++) {
        Ending ending = dying_run(make_short, &shares[k]);
        cr_expect(eq(int, ending.exit_code, 2), "%g", shares[k]);
        cr_expect(ne(ptr, strstr(ending.err, "expected from 1 to 2^53"), NULL), "%s", ending.err);
    }
    cr_expect(eq(i64, equal_setting(usual, 0.005).steps, 1)); /* half an update, rounded */
}

static void make(void *context) { plan_free(plan_of_one(context, usual)); }

Test(update_plan, a_wrong_paradigm_ends_with_a_sentence_that_names_it)
{
    static const struct {
        const char *text, *says;
    } rows[] = {{"pfts", "path_switching"},
                {"path_switching:alpha=2", "alpha"},
                {"path_switching:alpha=0.001", "alpha T is less than one update"},
                {"path_switching:alpha=0.95", "warm-up"},
                {"ptfs:shape=square", "multistep"},
                {"ptfs:replay=0.1", "replay"},
                {"trunk:average=median", "lawa"},
                {"trunk:average=lawa,window=0.1,samples=20", "samples"},
                {"infinite:alpha=0.8", "cooldown"},
                {"cpt:optimizer=new", "reset"}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        Ending ending = dying_run(make, (void *)rows[k].text);
        cr_expect(eq(int, ending.exit_code, 2), "%s", rows[k].text);
        cr_expect(ne(ptr, strstr(ending.err, rows[k].says), NULL), "%s: %s", rows[k].text,
                  ending.err);
    }
}
