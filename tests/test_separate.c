#include "solve/separate.h"

#include "objective/margin.h"
#include "objective/sets.h"
#include "solve/theory.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

static const SeparateKind *kind_named(const char *name)
{
    for (int k = 0; k < separate_count(); k++)
        if (strcmp(name, separate_at(k)->name) == 0) return separate_at(k);
    cr_fatal("no kind '%s'", name);
}

static SolveResult steps_on(const char *set, const char *kind, int64_t max_steps)
{
    Design *design = set_open(set, ".", rng_stream(7, 0, RNG_DATA));
    SolveResult result = separate_run(kind_named(kind), design, max_steps);
    design_free(design);
    return result;
}

/* Novikoff 1962: the number of updates is at most (longest row / margin)². */
Test(separate, the_perceptron_keeps_its_bound)
{
    const char *sets[] = {"pair:gamma=0.1", "hard:gamma=0.2", "random:n=50,d=10,gamma=0.1"};
    for (int s = 0; s < 3; s++) {
        Design *design = set_open(sets[s], ".", rng_stream(7, 0, RNG_DATA));
        double gamma = margin_find(design, 1e-6, 100000, NULL).low;
        SolveResult result = separate_run(kind_named("perceptron"), design, 1000000);
        cr_expect(eq(int, result.outcome, OUTCOME_REACHED), "%s", sets[s]);
        cr_expect(le(dbl, (double)result.steps, theory_perceptron_updates(design, gamma)));
        design_free(design);
    }
}

/* By hand: rows (.5, -1) once and (.5, 1): the first update takes row 0 to w = (.5, -1), which has
 * row 1 at .25 - 1 < 0; the second gives w = (1, 0), on the right side of both. */
Test(separate, the_perceptron_takes_rows_in_turn)
{
    cr_assert(eq(i64, steps_on("imbalanced:n=2", "perceptron", 10).steps, 2));
}

/* One row: the first step of every method is right. */
Test(separate, one_row_takes_one_step)
{
    for (int k = 0; k < separate_count(); k++)
        cr_expect(eq(i64, steps_on("single", separate_at(k)->name, 10).steps, 1), "%s",
                  separate_at(k)->name);
}

/* Tyurin 2025: a huge step is the batch perceptron, up to its first step of half the length. */
Test(separate, a_huge_step_is_the_batch_perceptron)
{
    int64_t huge = steps_on("imbalanced:n=300", "gd_huge", 100000).steps;
    int64_t batch = steps_on("imbalanced:n=300", "batch_perceptron", 100000).steps;
    cr_assert(le(dbl, fabs((double)huge / (double)batch - 1.0), 1.0));
    cr_assert(gt(i64, batch, 30)); /* of order n: most rows must be outvoted one by one */
}

Test(separate, a_budget_too_small_is_spent)
{
    cr_assert(eq(int, steps_on("pair:gamma=0.1", "gd_unit", 1).outcome, OUTCOME_SPENT));
}
