#include "objective/margin.h"

#include "base/die.h"
#include "compute/blas.h"
#include "compute/rowpass.h"
#include "designs.h"
#include "golden/logistic.h"
#include "objective/corral.h"
#include "objective/sets.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>
#include <math.h>

static const double tolerance = 1e-9;

static Design *open(const char *spec)
{
    return set_open(spec, "data/cache", rng_stream(1000, 0, RNG_DATA));
}

static Margin find(const char *spec)
{
    Design *design = open(spec);
    Margin margin = margin_find(design, tolerance, 10000, NULL);
    design_free(design);
    return margin;
}

/* Sets whose largest margin is known by construction: two opposite supports, or rows that
 * surround the first axis. */
Test(margin, known_margins_are_found)
{
    static const struct {
        const char *spec;
        double gamma;
    } known[] = {{"single", 1.0},
                 {"pair:gamma=0.1", 0.1},
                 {"pair:gamma=0.3", 0.3},
                 {"hard:gamma=0.2", 0.2},
                 {"toy", 0.2},
                 {"imbalanced:n=50", 0.5},
                 {"spread:gamma=0.2", 0.2},
                 {"scalars:a1=3,a2=0.01,n2=7", 0.01}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        Margin margin = find(known[k].spec);
        cr_expect(eq(int, (int)margin.verdict, (int)MARGIN_SEPARABLE), "%s", known[k].spec);
        /* The promised tolerance on either side of gamma, and rounding. */
        double slack = (tolerance + 1e-12) * known[k].gamma;
        cr_expect(epsilon_eq(dbl, margin.low, known[k].gamma, slack), "%s", known[k].spec);
        cr_expect(epsilon_eq(dbl, margin.high, known[k].gamma, slack), "%s", known[k].spec);
    }
}

Test(margin, the_direction_has_the_margin_it_claims)
{
    static const char *const specs[] = {"random:n=100,d=30", "mixture", "spread", "pair"};
    for (int k = 0; k < 4; k++) {
        Design *design = open(specs[k]);
        double w[30], *z = alloc_zeroed((size_t)design->rows, sizeof *z), least = INFINITY;
        Margin margin = margin_find(design, tolerance, 10000, w);
        rowpass_margins(design, w, z);
        for (int64_t i = 0; i < design->rows; i++) least = fmin(least, z[i]);
        /* A sum of 30 terms of at most 1, in another order. */
        cr_expect(epsilon_eq(dbl, blas_norm(design->cols, w), 1.0, 1e-15 * 30.0));
        cr_expect(epsilon_eq(dbl, least, margin.low, 1e-14));
        cr_expect(le(dbl, margin.low, margin.high * (1.0 + 1e-14)));
        design_free(design);
        free(z);
    }
}

Test(margin, a_quadratic_programme_finds_the_same)
{
    Design *design = design_golden(GOLDEN_ROWS, GOLDEN_COLS, 1.0);
    Margin margin = margin_find(design, tolerance, 10000, NULL);
    /* SLSQP stops at 1e-15 of its objective, half the square of the inverse. */
    cr_expect(epsilon_eq(dbl, margin.low, golden_margin, 2e-9));
    cr_expect(epsilon_eq(dbl, margin.high, golden_margin, 2e-9));
    design_free(design);
}

Test(margin, rows_around_the_origin_are_inseparable)
{
    static const char *const specs[] = {"scalars:a1=1,a2=-1", "scalars:a1=1,a2=-0.001,n2=500",
                                        "mixture:noise=0.2"};
    for (int k = 0; k < 3; k++) {
        Margin margin = find(specs[k]);
        cr_expect(eq(int, (int)margin.verdict, (int)MARGIN_INSEPARABLE), "%s", specs[k]);
        cr_expect(eq(dbl, margin.low, 0.0), "%s", specs[k]);
    }
    Design *design = design_golden(GOLDEN_ROWS, GOLDEN_COLS, 0.0);
    Margin margin = margin_find(design, tolerance, 10000, NULL);
    cr_expect(eq(int, (int)margin.verdict, (int)MARGIN_INSEPARABLE));
    design_free(design);
}

Test(margin, a_zero_row_is_the_origin_itself)
{
    Design *design = design_create(2, 2);
    design_row(design, 0)[0] = 1.0;
    Margin margin = margin_find(design, tolerance, 100, NULL);
    cr_expect(eq(int, (int)margin.verdict, (int)MARGIN_INSEPARABLE));
    design_free(design);
}

Test(margin, equal_rows_and_dependent_rows_do_no_harm)
{
    Design *design = design_create(200, 3);
    for (int64_t i = 0; i < 200; i++) {
        double *row = design_row(design, i);
        row[0] = 0.25, row[1] = (double)(i % 5) - 2.0; /* a line, forty times over */
    }
    Margin margin = margin_find(design, tolerance, 100, NULL);
    cr_expect(eq(int, (int)margin.verdict, (int)MARGIN_SEPARABLE));
    cr_expect(epsilon_eq(dbl, margin.high, 0.25, 1e-9));
    design_free(design);
}

Test(margin, the_corral_refuses_what_it_holds_and_solves_again_after_a_removal)
{
    Corral *corral = corral_create(2, 3);
    cr_expect(corral_add(corral, 0, (double[]){1.0, 1.0}));
    cr_expect(corral_add(corral, 1, (double[]){1.0, -1.0}));
    cr_expect(not(corral_add(corral, 1, (double[]){1.0, -1.0})));
    cr_expect(not(corral_add(corral, 2, (double[]){1.0, 0.5}))); /* on their line */
    cr_expect(corral_add(corral, 3, (double[]){3.0, 1.0}));
    corral_remove(corral, 0);
    /* The line through (1, -1) and (3, 1) is nearest to the origin at (1, -1). */
    corral_solve(corral);
    cr_expect(epsilon_eq(dbl, corral->affine[0], 1.0, 1e-14));
    cr_expect(epsilon_eq(dbl, corral->affine[1], 0.0, 1e-14));
    corral_free(corral);
}

Test(margin, margins_scale_with_the_rows)
{
    Design *design = open("spread");
    Margin before = margin_find(design, tolerance, 1000, NULL);
    design_scale_rows(design, 1e-3);
    Margin after = margin_find(design, tolerance, 1000, NULL);
    cr_expect(epsilon_eq(dbl, after.high, 1e-3 * before.high, 3e-9 * after.high));
    design_free(design);
}

Test(margin, too_few_passes_leave_it_open_and_bounds_stay_true)
{
    Design *design = open("random:n=100,d=40,gamma=0.05");
    double gamma = margin_find(design, tolerance, 10000, NULL).low;
    for (int64_t passes = 1; passes < 30; passes++) {
        Margin margin = margin_find(design, tolerance, passes, NULL);
        cr_expect(le(i64, margin.iterations, passes));
        cr_expect(le(dbl, margin.low, gamma * (1.0 + tolerance)));
        cr_expect(ge(dbl, margin.high, gamma));
        cr_expect(ne(int, (int)margin.verdict, (int)MARGIN_INSEPARABLE));
    }
    Margin first = margin_find(design, tolerance, 1, NULL);
    cr_expect(eq(int, (int)first.verdict, (int)MARGIN_UNDECIDED));
    design_free(design);
}

/* scikit-learn's hard-margin SVM (SVC, C = 1e10) on the same rows, printed to four digits. */
Test(margin, real_sets_have_the_margins_of_a_hard_margin_svm)
{
    static const struct {
        const char *spec;
        double gamma;
    } measured[] = {{"digits:positive=0,negative=1", 0.1205},
                    {"digits:positive=0", 0.0357},
                    {"digits:positive=3,negative=8", 0.0441},
                    {"iris:positive=setosa", 0.1445},
                    {"wine:positive=0", 0.0695},
                    {"wine:positive=1", 0.0327}};
    for (size_t k = 0; k < sizeof measured / sizeof *measured; k++) {
        char *file = set_missing_file(measured[k].spec, "data/cache");
        if (file) cr_skip_test("%s is not there: run data/fetch.sh", file);
        Margin margin = find(measured[k].spec);
        cr_expect(eq(int, (int)margin.verdict, (int)MARGIN_SEPARABLE), "%s", measured[k].spec);
        cr_expect(epsilon_eq(dbl, margin.low, measured[k].gamma, 5.1e-5), "%s", measured[k].spec);
    }
    cr_expect(eq(int, (int)find("iris:positive=versicolor").verdict, (int)MARGIN_INSEPARABLE));
}

/* Ill-conditioned: a linear programme says separable, an SVM only that gamma <= 7.5e-4. */
Test(margin, breast_cancer_is_separable_by_very_little)
{
    char *file = set_missing_file("breast", "data/cache");
    if (file) cr_skip_test("%s is not there: run data/fetch.sh", file);
    Margin margin = find("breast");
    cr_expect(eq(int, (int)margin.verdict, (int)MARGIN_SEPARABLE));
    cr_expect(lt(dbl, margin.high, 7.5e-4));
    cr_expect(gt(dbl, margin.low, 0.999 * margin.high));
}
