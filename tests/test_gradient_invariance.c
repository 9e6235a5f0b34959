/* Exact laws of methods without the root (Lin et al. 2024): how they go on when the loss, the batch
 * or the coordinates change, and what one method has to do with another. In double, so that equal
 * means equal to many digits. */
#include "close.h"
#include "base/die.h"
#include "optim/invariance.h"
#include "optim/whitening.h"

#include <criterion/new/assert.h>
#include <stdlib.h>

enum { STEPS = 100 };

/* In the end. */
static double apart(const InvarianceLaw *law)
{
    double difference[STEPS];
    Backend *backend = backend_cpu();
    invariance_differences(law, backend, STEPS, difference);
    backend->close(backend);
    return difference[STEPS - 1];
}

/* Those that theory says hold, or those that it says do not. */
static int check_laws(bool hold)
{
    int checked = 0;
    for (int k = 0; k < invariance_law_count; k++) {
        const InvarianceLaw *law = &invariance_laws[k];
        if (law->holds != hold) continue;
        double difference = apart(law);
        checked++;
        cr_expect(hold ? difference <= INVARIANCE_EQUAL : difference >= INVARIANCE_APART,
                  "%s of %s: %.3g apart", law->setting, law->method, difference);
    }
    return checked;
}

Test(invariance, what_theory_says_changes_nothing_changes_nothing)
{
    cr_expect(ge(int, check_laws(true), 13));
}

Test(invariance, what_is_left_behind_or_no_law_of_the_method_changes_much)
{
    cr_expect(ge(int, check_laws(false), 12));
}

/* Powers of two round nothing. */
Test(invariance, a_sum_over_the_batch_is_its_mean_with_the_batch_factor_to_the_last_bit)
{
    for (int k = 0; k < invariance_law_count; k++)
        if (!strcmp(invariance_laws[k].setting, "batch"))
            cr_expect(eq(dbl, apart(&invariance_laws[k]), 0.0), "%s", invariance_laws[k].method);
}

/* ---- one method as another */

Test(invariance, the_power_one_half_is_adamw_and_one_is_the_method_without_root)
{
    static const char *const pairs[][2] = {
        {"adamw:beta1=0.8,beta2=0.9,epsilon=1e-3,decay=0.1",
         "adam_p:power=0.5,beta1=0.8,beta2=0.9,epsilon=1e-3,decay=0.1"},
        {"rf_adamw:beta1=0.8,beta2=0.9,epsilon=1e-3,batch=4,decay=0.1",
         "adam_p:power=1,beta1=0.8,beta2=0.9,epsilon=1e-3,batch=4,start=0.25,unbias=0,decay=0.1"},
        {"sgd:momentum=0.8,dampening=0", "adam_p:power=0,beta1=0.8,epsilon=0,unbias=0"},
        {"sgd:momentum=0.8", "rf_rmsprop:momentum=0.8,damping=0,batch=4,state=frozen"},
    };
    for (int k = 0; k < 4; k++) {
        /* m of Adam is 1 − beta1 times that of momentum. */
        InvarianceLaw same = {.plain = {pairs[k][0], k == 2 ? 0.01 : 0.05, 1.0, NULL, NULL},
                              .changed = {pairs[k][1], 0.05, 1.0, NULL, NULL}};
        cr_expect(le(dbl, apart(&same), INVARIANCE_EQUAL), "%s", pairs[k][1]);
    }
}

/* ---- the curvature that is found */

/* S fluctuates by some sqrt(1 − beta2), and a product of what fluctuates together is off by the
 * square; 30,000 steps average the rest to 1 % (36 entries with one effective sample a step). */
Test(invariance, the_curvature_found_is_that_of_the_gradients)
{
    static const char *const kinds[] = {"if_shampoo", "rf_shampoo"};
    Backend *backend = backend_cpu();
    for (int kind = 0; kind < 2; kind++) {
        double error[2];
        for (int slow = 0; slow < 2; slow++) {
            char *text =
                format_text("%s:beta2=%g,batch=4,damping=0", kinds[kind], slow ? 0.998 : 0.95);
            Whitening whitening = {text, 4.0, 3000, 30000};
            error[slow] = whitening_error(&whitening, backend);
            free(text);
        }
        cr_expect(lt(dbl, error[1], 0.02), "%s: %g", kinds[kind], error[1]);
        cr_expect(lt(dbl, error[1], 0.5 * error[0]), "%s: %g, %g", kinds[kind], error[1], error[0]);
    }
    backend->close(backend);
}
