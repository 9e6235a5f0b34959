/* Exact laws and the mean square in float, as the program measures them (tests/
 * test_gradient_invariance.c has the laws in double). */
#include "optim/invariance.h"
#include "optim/stall.h"
#include "optim/whitening.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

static Backend *backend;

static void set_up(void) { backend = backend_cpu(); }
static void tear_down(void) { backend->close(backend); }

TestSuite(invariance_float, .init = set_up, .fini = tear_down);

Test(invariance_float, laws_hold_to_rounding_and_their_counterexamples_do_not)
{
    enum { STEPS = 40 };
    double difference[STEPS];
    for (int k = 0; k < invariance_law_count; k++) {
        const InvarianceLaw *law = &invariance_laws[k];
        invariance_differences(law, backend, STEPS, difference);
        double last = difference[STEPS - 1];
        cr_expect(law->holds ? last <= INVARIANCE_EQUAL : last >= INVARIANCE_APART,
                  "%s of %s: %.3g apart", law->setting, law->method, last);
    }
}

/* Wherever W goes, two walks of one text are one walk, to the bit. */
Test(invariance_float, a_walk_is_the_same_twice)
{
    double difference[5];
    InvarianceLaw law = invariance_laws[0];
    law.changed = law.plain;
    invariance_differences(&law, backend, 5, difference);
    for (int t = 0; t < 5; t++) cr_expect(eq(dbl, difference[t], 0.0));
}

/* After one step of sgd W' − W = −rate (c − 1) (H W0 + N_0): with c = 2 as long as W1 − W0. */
Test(invariance_float, the_difference_is_that_of_the_walks_over_the_size_of_the_first)
{
    InvarianceLaw law = {.plain = {"sgd", 0.05, 1, NULL, NULL},
                         .changed = {"sgd", 0.05, 2, NULL, NULL}};
    InvarianceLaw still = {.plain = {"sgd", 0.05, 1, NULL, NULL},
                           .changed = {"sgd", 0.05, 1e-30, NULL, NULL}};
    double doubled, stopped;
    invariance_differences(&law, backend, 1, &doubled);
    invariance_differences(&still, backend, 1, &stopped);
    cr_expect(lt(dbl, fabs(doubled - stopped), 1e-6)); /* some roundings of 6e-8 */
    cr_expect(gt(dbl, doubled, 0.01));
}

/* ---- the mean square alone */

static Stall stall(const char *state, double truth, double forget, int64_t steps)
{
    return (Stall){.state = state,
                   .batch = 128,
                   .truth = truth,
                   .forget = forget,
                   .numbers = 256,
                   .steps = steps,
                   .seed = 1000};
}

static double measured(const char *state, double truth, double forget, int64_t steps)
{
    Stall it = stall(state, truth, forget, steps);
    return stall_measure(&it, backend).median;
}

static double expected(double truth, double forget, int64_t steps)
{
    Stall it = stall("float32", truth, forget, steps);
    return stall_expected(&it);
}

Test(stall, what_is_expected_goes_from_the_start_to_the_truth)
{
    cr_expect(eq(dbl, expected(9.0, 0.01, 0), 1.0));
    cr_expect(lt(dbl, fabs(expected(9.0, 0.25, 1) - (0.75 + 0.25 * 9.0)), 1e-14));
    cr_expect(lt(dbl, fabs(expected(9.0, 0.01, 100000) - 9.0), 1e-12));
}

/* Squares of normal numbers in a mean over 1 / forget of them: 1000 is 4.5 %, and the median over
 * 256 of these is 0.4 % off. Six of these. */
Test(stall, in_float32_and_rounded_at_random_it_is_found, .init = set_up, .fini = tear_down)
{
    static const double truths[] = {0.01, 1.0, 9.0};
    for (int k = 0; k < 3; k++)
        for (int64_t steps = 500; steps <= 8000; steps *= 4) {
            double want = expected(truths[k], 1e-3, steps);
            double got = measured("float32", truths[k], 1e-3, steps);
            cr_expect(lt(dbl, fabs(got / want - 1.0), 0.025), "%g at %g", got, want);
            /* bfloat16 has steps of up to 0.8 % */
            got = measured("stochastic", truths[k], 1e-3, steps);
            cr_expect(lt(dbl, fabs(got / want - 1.0), 0.05), "%g at %g", got, want);
        }
}

/* 1 − 2^-9 is where the first number below 1 in bfloat16 (1 − 2^-8) becomes as near as 1. */
Test(stall, in_bfloat16_it_cannot_fall_below_two_to_the_minus_nine, .init = set_up,
     .fini = tear_down)
{
    cr_expect(eq(dbl, measured("bfloat16", 0.01, 0.99 / 512.0, 4000), 1.0));
    cr_expect(lt(dbl, measured("bfloat16", 0.01, 1.03 / 512.0, 4000), 0.1));
    cr_expect(gt(dbl, measured("bfloat16", 9.0, 1e-3, 8000), 13.5)); /* up it goes, not down */
    cr_expect(eq(dbl, measured("frozen", 0.01, 0.1, 100), 1.0));
}

/* ---- the curvature found */

/* In the long run, to what 20,000 gradients allow (tests/test_gradient_invariance.c says more). */
Test(whitening, factors_in_float_find_the_curvature_of_the_gradients, .init = set_up,
     .fini = tear_down)
{
    Whitening slow = {"if_shampoo:beta2=0.995,batch=4,damping=0", 4.0, 2000, 20000};
    cr_expect(lt(dbl, whitening_error(&slow, backend), 0.03));
    slow.text = "if_shampoo:beta2=0.995,batch=1,damping=0"; /* a quarter of it */
    cr_expect(lt(dbl, fabs(whitening_error(&slow, backend) - 0.75), 0.01));
    slow.text = "if_shampoo:beta2=0.995,batch=4,damping=0.1"; /* and more than it */
    cr_expect(gt(dbl, whitening_error(&slow, backend), 0.03));
}
