/* Edges along the axis of rates, where they are known. */
#include "objective/sets.h"
#include "solve/edge.h"
#include "solve/instance.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

static Instance *open(const char *set, double lambda)
{
    return instance_create(set_open(set, ".", rng_stream(1000, 0, RNG_DATA)), lambda,
                           INSTANCE_MINIMISER);
}

/* |w| grows where |1 - eta lambda| > 1: slowly just above the edge, and just below it the cycle is
 * large. What edge.h promises, relative. */
Test(edge, one_row_blows_up_above_two_over_lambda)
{
    const double lambdas[] = {1e-1, 1e-2, 1e-3};
    for (int k = 0; k < 3; k++) {
        Instance *one = open("single", lambdas[k]);
        double edge = edge_blow_up(one->objective, 1.0 / lambdas[k], 3.0 / lambdas[k]);
        cr_expect(epsilon_eq(dbl, edge * lambdas[k] / 2.0, 1.0, 5e-4), "lambda %g", lambdas[k]);
        instance_free(one);
    }
}

Test(edge, there_is_none_where_neither_end_or_both_ends_blow_up)
{
    Instance *one = open("single", 1e-2);
    cr_expect(isnan(edge_blow_up(one->objective, 10.0, 150.0)));
    cr_expect(isnan(edge_blow_up(one->objective, 250.0, 400.0)));
    instance_free(one);
}

/* In one dimension convergence from 0 ends at the critical step (2506.02336, section 4). Just
 * above it runs leave the minimiser slowly: 20000 steps see an excess of a thousandth. */
Test(edge, one_row_first_fails_at_its_critical_step)
{
    Instance *one = open("single", 1e-3);
    double critical = one->facts.critical;
    double edge = edge_first_failure(one->objective, one->minimiser, 0.1 * critical, 2 * critical);
    cr_expect(epsilon_eq(dbl, edge / critical, 1.0, 2e-3));
    instance_free(one);
}

/* 2506.02336 says nothing of this set: above 1/lambda a large cycle coexists. */
Test(edge, a_large_cycle_makes_the_first_failure_come_early)
{
    Instance *two = open("scalars:a1=1,n1=199,a2=0.01,n2=1", 1e-6);
    double critical = two->facts.critical;
    double edge = edge_first_failure(two->objective, two->minimiser, 0.3 * critical, critical);
    cr_expect(lt(dbl, edge, 0.95 * critical));
    cr_expect(gt(dbl, edge, 1.0 / two->facts.lambda));
    instance_free(two);
}

Test(edge, first_failure_is_low_when_low_fails_and_none_when_none_does)
{
    Instance *one = open("single", 1e-2);
    double critical = one->facts.critical;
    cr_expect(eq(dbl, edge_first_failure(one->objective, one->minimiser, 1.5 * critical, 1e3),
                 1.5 * critical));
    cr_expect(
        isnan(edge_first_failure(one->objective, one->minimiser, 0.1 * critical, 0.9 * critical)));
    instance_free(one);
}
