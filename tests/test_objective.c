#include "objective/logistic.h"

#include "base/die.h"
#include "compute/blas.h"
#include "designs.h"
#include "golden/logistic.h"
#include "objective/sets.h"
#include "quadratic.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>
#include <math.h>

enum { MOST = 8 };

static Design *open(const char *spec)
{
    return set_open(spec, "data/cache", rng_stream(1000, 0, RNG_DATA));
}

/* w + h v, or its gradient: central differences keep their sign. */
static double value_at(Objective *f, const double *w, double h, const double *v)
{
    double x[MOST];
    for (int64_t j = 0; j < f->dimension; j++) x[j] = w[j] + h * v[j];
    return f->value(f, x);
}

/* Rows of length 1 and |v| <= 2 bound the third derivatives by 8, the fourth by 16: with
 * h = 1e-5 truncation is below 2e-10, rounding 4e-16 / h below 1e-10. */
static void check_derivatives(Objective *f)
{
    const double h = 1e-5;
    double w[MOST] = {0.3, -1.2, 0.8, 2.0}, v[MOST] = {1.0, 0.5, -0.7, 0.2};
    double g[MOST], above[MOST], below[MOST], x[MOST], Hv[MOST], H[MOST * MOST];
    int64_t d = f->dimension;
    double value = f->gradient(f, w, g);
    cr_expect(eq(dbl, value, f->value(f, w)));
    double slope = (value_at(f, w, h, v) - value_at(f, w, -h, v)) / (2.0 * h);
    cr_expect(epsilon_eq(dbl, blas_dot(d, g, v), slope, 3e-10));

    f->fix_curvature(f, w);
    f->curvature(f, v, Hv);
    f->hessian(f, H);
    for (int64_t j = 0; j < d; j++) x[j] = w[j] + h * v[j];
    f->gradient(f, x, above);
    for (int64_t j = 0; j < d; j++) x[j] = w[j] - h * v[j];
    f->gradient(f, x, below);
    for (int64_t j = 0; j < d; j++) {
        cr_expect(epsilon_eq(dbl, Hv[j], (above[j] - below[j]) / (2.0 * h), 3e-10));
        cr_expect(epsilon_eq(dbl, blas_dot(d, H + j * d, v), Hv[j], 1e-15));
    }
}

Test(objective, gradients_and_curvatures_are_derivatives_of_the_value)
{
    Design *design = design_of(11, 4, DESIGN_FLOAT64);
    design_set_weight(design, 2, 3.0);
    Objective *all[] = {logistic_create(design, 0.03), log_exponential_create(design)};
    for (int k = 0; k < 2; k++) {
        check_derivatives(all[k]);
        all[k]->destroy(all[k]);
    }
    design_free(design);
}

Test(objective, calls_are_counted_and_making_an_objective_counts_none)
{
    double w[4] = {0}, g[4], H[16];
    Design *design = design_of(11, 4, DESIGN_FLOAT64);
    Objective *f = logistic_create(design, 0.1);
    cr_expect(eq(i64, f->values + f->gradients + f->products, 0));
    f->value(f, w);
    f->gradient(f, w, g), f->gradient(f, w, g);
    f->fix_curvature(f, w);
    f->curvature(f, w, g);
    f->hessian(f, H);
    cr_expect(eq(i64, f->values, 1));
    cr_expect(eq(i64, f->gradients, 2));
    cr_expect(eq(i64, f->products, 5));
    f->destroy(f);
    design_free(design);
}

Test(objective, one_row_of_length_one_is_a_quarter_and_lambda_smooth)
{
    Design *design = open("single");
    Objective *f = logistic_create(design, 0.125);
    cr_expect(eq(dbl, f->smooth, 0.375));
    cr_expect(eq(dbl, f->strong, 0.125));
    f->destroy(f);
    design_free(design);
}

/* For one row x = 1 the minimiser solves w = s(-w) / lambda, and there the curvature is
 * lambda (1 + w - lambda w²) (2506.02336, section 4, with s' = s (1 - s)). */
Test(objective, on_one_row_minimiser_and_critical_rate_have_their_closed_form)
{
    static const double published[] = {1.946, 2.169, 2.222, 2.239, 2.239,
                                       2.231, 2.221, 2.210, 2.200, 2.190};
    Design *design = open("single");
    double lambda = 0.1, w;
    for (int k = 0; k < 10; k++, lambda /= 10.0) {
        double optimum = logistic_minimise(design, lambda, &w);
        /* Newton leaves a few units in the last place. */
        cr_expect(epsilon_eq(dbl, w * lambda * (1.0 + exp(w)), 1.0, 4e-15 * (1.0 + w)));
        double by_hand = log1p(exp(-w)) + 0.5 * lambda * w * w;
        cr_expect(epsilon_eq(dbl, optimum, by_hand, 4e-16 * by_hand));
        double rate = logistic_critical_rate(design, lambda, &w);
        double closed = 2.0 / (lambda * (1.0 + w - lambda * w * w));
        cr_expect(epsilon_eq(dbl, rate, closed, 1e-13 * closed));
        /* Printed with three decimals. */
        cr_expect(epsilon_eq(dbl, rate * lambda * log(1.0 / lambda), published[k], 5.1e-4));
    }
    design_free(design);
}

Test(objective, on_the_pair_the_critical_rate_is_the_published_multiple)
{
    static const double published[] = {2.01, 1.19, 0.81, 0.68, 0.62, 0.58, 0.56, 0.54, 0.52, 0.51};
    Design *design = open("pair:gamma=0.3");
    double lambda = 0.1, w[2];
    for (int k = 0; k < 10; k++, lambda /= 10.0) {
        logistic_minimise(design, lambda, w);
        double rate = logistic_critical_rate(design, lambda, w);
        /* Printed with two decimals. */
        cr_expect(epsilon_eq(dbl, rate * lambda * log(1.0 / lambda), published[k], 5.1e-3));
    }
    design_free(design);
}

Test(objective, optimum_and_sharpness_agree_with_numpy_and_scipy)
{
    double w[GOLDEN_COLS];
    for (size_t k = 0; k < sizeof golden_logistic / sizeof *golden_logistic; k++) {
        double lambda = golden_logistic[k].lambda;
        Design *design = design_golden(GOLDEN_ROWS, GOLDEN_COLS, golden_logistic[k].lift);
        Objective *f = logistic_create(design, lambda);
        double optimum = logistic_minimise(design, lambda, w);
        /* Both are exact to rounding: some ten operations. The curvature moves with the
         * minimiser, which SciPy gives to about 1e-12. */
        cr_expect(epsilon_eq(dbl, optimum, golden_logistic[k].optimum, 2e-15 * optimum));
        cr_expect(epsilon_eq(dbl, f->smooth, golden_logistic[k].smooth, 2e-15));
        cr_expect(epsilon_eq(dbl, objective_sharpness(f, w), golden_logistic[k].sharpness,
                             1e-10 * golden_logistic[k].sharpness));
        f->destroy(f);
        design_free(design);
    }
}

Test(objective, tiny_lambda_leaves_a_gap_at_the_last_digit_only)
{
    /* The gap of a lambda-strongly convex F is at most |g|² / (2 lambda). */
    static const char *const sets[] = {"hard:gamma=0.2", "pair:gamma=0.1", "spread"};
    double w[20], g[20];
    for (int k = 0; k < 3; k++)
        for (double lambda = 1e-3; lambda > 1e-11; lambda *= 0.1) {
            Design *design = open(sets[k]);
            Objective *f = logistic_create(design, lambda);
            double optimum = logistic_minimise(design, lambda, w);
            f->gradient(f, w, g);
            double gap = blas_dot(f->dimension, g, g) / (2.0 * lambda);
            cr_expect(lt(dbl, gap, 1e-15 * optimum));
            f->destroy(f);
            design_free(design);
        }
}

Test(objective, newton_solves_a_quadratic_in_one_step_to_zero)
{
    Quadratic q = quadratic(5, 1e-3, 10.0);
    double w[5] = {1.0, -2.0, 3.0, -4.0, 5.0};
    /* The step cancels each coordinate to 1 ulp, squared. */
    cr_expect(lt(dbl, fabs(objective_minimise(&q.objective, w)), 1e-29));
    for (int j = 0; j < 5; j++) cr_expect(epsilon_eq(dbl, w[j], 0.0, 1e-15));
}

Test(objective, without_a_minimiser_the_value_is_nan)
{
    double w[2];
    Design *design = open("pair:gamma=0.3");
    cr_expect(isnan(logistic_minimise(design, 0.0, w)));
    design_free(design);
}

Test(objective, inseparable_rows_have_a_minimiser_without_regularisation)
{
    double w[GOLDEN_COLS], g[GOLDEN_COLS];
    Design *design = design_golden(GOLDEN_ROWS, GOLDEN_COLS, 0.0);
    double optimum = logistic_minimise(design, 0.0, w);
    Objective *f = logistic_create(design, 0.0);
    cr_expect(epsilon_eq(dbl, optimum, golden_logistic[3].optimum, 1e-4));
    f->gradient(f, w, g);
    cr_expect(lt(dbl, blas_norm(GOLDEN_COLS, g), 1e-15));
    f->destroy(f);
    design_free(design);
}

/* Zero columns change nothing, but take the minimiser past the dense Hessian and
 * the sharpness past dense eigenvalues. */
Test(objective, the_iterative_paths_agree_with_the_dense_ones)
{
    enum { WIDE = 1600 };
    double small[GOLDEN_COLS], *w = alloc_zeroed(WIDE, sizeof *w), lambda = 1e-4;
    Design *narrow = design_golden(GOLDEN_ROWS, GOLDEN_COLS, 1.0);
    Design *wide = design_create(GOLDEN_ROWS, WIDE);
    for (int64_t i = 0; i < GOLDEN_ROWS; i++)
        for (int64_t j = 0; j < GOLDEN_COLS; j++)
            design_row(wide, i)[j * 311] = design_row(narrow, i)[j];
    double optimum = logistic_minimise(narrow, lambda, small);
    cr_expect(epsilon_eq(dbl, logistic_minimise(wide, lambda, w), optimum, 2e-15 * optimum));
    double rate = logistic_critical_rate(narrow, lambda, small);
    /* The two minimisers differ by sqrt(2 gap / lambda), about 1e-8 of their length at worst. */
    cr_expect(epsilon_eq(dbl, logistic_critical_rate(wide, lambda, w), rate, 1e-7 * rate));
    /* Conjugate gradients solve for the whole Newton step: as many steps as Cholesky. */
    Objective *dense = logistic_create(narrow, 0.01), *iterative = logistic_create(wide, 0.01);
    memset(w, 0, WIDE * sizeof *w), memset(small, 0, sizeof small);
    objective_minimise(dense, small), objective_minimise(iterative, w);
    cr_expect(le(i64, iterative->gradients, dense->gradients + 1));
    dense->destroy(dense), iterative->destroy(iterative);
    design_free(narrow);
    design_free(wide);
    free(w);
}

Test(objective, lanczos_finds_the_largest_eigenvalue_to_twelve_digits)
{
    enum { D = 150 };
    Design *design = design_of(300, D, DESIGN_FLOAT64);
    Objective *f = logistic_create(design, 1e-3);
    double *H = alloc_zeroed(D * D, sizeof *H), values[D], origin[D] = {0};
    f->fix_curvature(f, origin);
    f->hessian(f, H);
    blas_eigenvalues(D, H, values);
    cr_expect(epsilon_eq(dbl, f->smooth, values[D - 1], 1e-12 * values[D - 1]));
    f->destroy(f);
    free(H);
    design_free(design);
}

/* phi's gradient is minus a convex combination of rows, each with margin >= gamma on w*. */
Test(objective, the_log_exponential_never_overflows_and_always_descends_along_the_margin)
{
    Design *design = open("pair:gamma=0.3");
    Objective *f = log_exponential_create(design);
    double w[2] = {0.0, 0.0}, g[2];
    cr_expect(eq(dbl, f->value(f, w), 0.0));
    for (double length = 1.0; length < 1e9; length *= 10.0) {
        w[0] = -length, w[1] = 0.1 * length;
        double value = f->gradient(f, w, g);
        cr_expect(isfinite(value));
        cr_expect(le(dbl, g[0], -0.3 * (1.0 - 4.0 * DBL_EPSILON)));
        cr_expect(le(dbl, blas_norm(2, g), 1.0 + 4.0 * DBL_EPSILON));
    }
    f->destroy(f);
    design_free(design);
}

/* Novikoff: at most 1 / gamma² corrections of single rows; a batch step of rate n corrects each
 * wrong row once. The pair has |a| <= 1, gamma 0.3: at most 2 * 11.1 of them. */
Test(objective, the_batch_perceptron_separates_the_pair)
{
    Design *design = open("pair:gamma=0.3");
    Objective *f = perceptron_create(design);
    double w[2] = {0.0, 0.0}, g[2] = {1.0, 1.0};
    int steps = 0;
    for (; steps < 23 && blas_norm(2, g) > 0.0; steps++) {
        f->gradient(f, w, g);
        for (int j = 0; j < 2; j++) w[j] -= 2.0 * g[j];
    }
    cr_expect(lt(int, steps, 23));
    cr_expect(eq(dbl, f->value(f, w), 0.0));
    f->destroy(f);
    design_free(design);
}

Test(objective, blas_norms_survive_squares_out_of_range)
{
    double huge[2] = {3e200, 4e200}, tiny[2] = {3e-200, -4e-200}, zero[2] = {0.0, 0.0};
    cr_expect(epsilon_eq(dbl, blas_norm(2, huge), 5e200, 1e185));
    cr_expect(epsilon_eq(dbl, blas_norm(2, tiny), 5e-200, 1e-215));
    cr_expect(eq(dbl, blas_norm(2, zero), 0.0));
    cr_expect(isnan(blas_norm(2, (double[]){NAN, 1.0})));
    cr_expect(isinf(blas_norm(2, (double[]){INFINITY, 1.0})));
}

Test(objective, a_matrix_that_is_not_positive_definite_is_refused)
{
    double S[4] = {1.0, 2.0, 2.0, 1.0}, b[2] = {1.0, 1.0};
    cr_expect(not(blas_solve_positive(2, S, b)));
    double T[4] = {4.0, 2.0, 2.0, 3.0}, c[2] = {8.0, 8.0};
    cr_assert(blas_solve_positive(2, T, c));
    cr_expect(epsilon_eq(dbl, c[0], 1.0, 1e-15)); /* 4 + 4 = 8 */
    cr_expect(epsilon_eq(dbl, c[1], 2.0, 1e-15)); /* 2 + 6 = 8 */
}
