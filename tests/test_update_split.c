/* Long segments in parts: other borders, the same training. */
#include "update/account.h"
#include "update/cost.h"
#include "update/split.h"

#include "updating.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

static const char *const paradigms[] = {"path_switching", "ptfs", "cpt:optimizer=reset", "wsd_s",
                                        "trunk:average=lawa,samples=2"};
enum { PARADIGMS = sizeof paradigms / sizeof *paradigms, MOST = 3 };

static Plan *plan_in_parts(int64_t most)
{
    Plan *plan = plan_create(PARADIGMS, paradigms, setting);
    if (most) plan_split(plan, most);
    return plan;
}

Test(update_split, no_part_is_longer_than_asked_and_each_begins_where_one_ended)
{
    Plan *plan = plan_in_parts(MOST);
    for (int s = 0; s < plan->segment_count; s++) {
        const Segment *segment = &plan->segment[s];
        cr_expect(segment->steps >= 1 && segment->steps <= MOST);
        cr_expect(lt(int, segment->from, s));
        const Segment *from = segment->from < 0 ? NULL : &plan->segment[segment->from];
        cr_expect(eq(i64, segment->first, from ? from->first + from->steps : 0));
    }
    plan_free(plan);
}

Test(update_split, accounts_and_the_names_of_the_ends_stay)
{
    const UpdateSize size = {.tokens = 1, .parameter_bytes = 4, .optimizer_bytes = 8};
    Plan *whole = plan_in_parts(0), *parts = plan_in_parts(MOST);
    cr_expect(gt(int, parts->segment_count, whole->segment_count + 1));
    cr_expect(eq(i64, account_sharing(parts).run, account_sharing(whole).run));
    for (int k = 0; k < PARADIGMS; k++) {
        Account a = account_paradigm(whole, k, VERSIONS, &size);
        Account b = account_paradigm(parts, k, VERSIONS, &size);
        cr_expect(eq(i64, a.steps, b.steps));
        cr_expect(eq(i64, a.unshared, b.unshared));
        cr_expect(eq(i64, a.kept_bytes, b.kept_bytes));
    }
    for (int p = 0; p < whole->path_count; p++) {
        char *a = plan_key(whole, whole->end[p]), *b = plan_key(parts, parts->end[p]);
        cr_expect(eq(str, a, b));
        free(a), free(b);
    }
    plan_free(whole), plan_free(parts);
}

Test(update_split, a_plan_whose_segments_are_short_enough_stays)
{
    Plan *whole = plan_in_parts(0), *parts = plan_in_parts(VERSIONS * STEPS);
    cr_assert(eq(int, parts->segment_count, whole->segment_count));
    for (int s = 0; s < whole->segment_count; s++) {
        const Segment *a = &whole->segment[s], *b = &parts->segment[s];
        cr_expect(a->from == b->from && a->first == b->first && a->steps == b->steps);
        cr_expect(eq(int, a->path, b->path));
    }
    plan_free(whole), plan_free(parts);
}

Test(update_split, training_in_parts_releases_the_same_bytes)
{
    Plan *whole = plan_in_parts(0), *parts = plan_in_parts(MOST);
    Bench one, other;
    bench_open(&one, net);
    bench_open(&other, net);
    UpdateRun run = run_of(&one, whole, "adamw:clip=1,decay=0.1");
    UpdateRun run_in_parts = run_of(&other, parts, "adamw:clip=1,decay=0.1");
    update_run(&run);
    UpdateResult result = update_run(&run_in_parts);
    cr_expect(eq(i64, result.trained, account_sharing(parts).run));
    cr_expect(eq(int, other.calls, parts->path_count));
    for (int p = 0; p < parts->path_count; p++)
        cr_expect(same(&one, one.released[p], other.released[p]), "path %d", p);
    bench_close(&one);
    bench_close(&other);
    plan_free(whole), plan_free(parts);
}

/* ---- what the planner says beside the runner's counts */

Test(update_cost, shares_and_counts_are_those_of_the_closed_formulas)
{
    static const struct {
        const char *text;
        double share, counted; /* of four versions, in units of 10 T and of T */
    } rows[] = {{"ptfs", 1.0, 10.0},
                {"cpt", 0.4, 4.0},
                {"path_switching:alpha=0.6", 0.58, 5.8},
                {"path_switching:alpha=0.6,shape=multistep", 0.58, 4.0 + 3 * 0.12},
                {"wsd_s:alpha=0.6", 0.4, 4.0}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        Paradigm *paradigm = paradigm_create(rows[k].text);
        cr_expect(epsilon_eq(dbl, cost_ratio(paradigm, 4), rows[k].share, 1e-15));
        cr_expect(epsilon_eq(dbl, cost_counted(paradigm, 4), rows[k].counted, 1e-12));
        paradigm_free(paradigm);
    }
}

/* What `plan` prints is units x T; T = 100 makes alpha whole. */
Test(update_cost, units_times_t_are_the_runners_counted_updates)
{
    for (int k = 0; k < paradigm_kind_count(); k++)
        for (int versions = 1; versions <= 6; versions++) {
            const char *text = paradigm_kind_name(k);
            UpdateSetting of = {
                .versions = versions, .steps = 100, .warmup = 10, .peak = 4e-3, .floor = 0.1};
            const CostSetting cost = {
                .parameters = 1, .tokens_per_version = 100, .peak_flops = 1, .utilisation = 1};
            const UpdateSize size = {.tokens = 1};
            Plan *plan = plan_create(1, &text, of);
            double tokens = cost_of(&cost, paradigm_cost(plan->paradigm[0], versions)).tokens;
            Account account = account_paradigm(plan, 0, versions, &size);
            cr_expect(epsilon_eq(dbl, account.tokens, tokens, 1e-9), "%s, %d", text, versions);
            plan_free(plan);
        }
}
