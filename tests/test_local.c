/* Local functions: their derivatives, their known curvatures, their minimisers. */
#include "network/local.h"

#include "dying.h"
#include "objective/logistic.h"
#include "objective/sets.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 80 };

static const char *const problems[] = {
    "regression:dimension=6,rows=9,ratio=100", /* kept as a Gram matrix */
    "regression:dimension=9,rows=4,ratio=10",  /* kept as rows */
    "ridge:dimension=5,rows=3,lambda=0.3",     /* rows and a penalty */
    "ridge:dimension=3,rows=5,lambda=0.3",     /* Gram and a penalty */
    "scalar:ratio=7",
    "logistic:data=iris,lambda=0.01",
};
enum { PROBLEMS = sizeof problems / sizeof *problems, NODES = 5 };

static LocalProblem *open(int which)
{
    return local_create(problems[which], NODES, "data/cache", 1000);
}

/* Central differences with h = 1e-5 of values of size below 1e3: truncation (0 for quadratics,
 * below 1e-10 for logistic rows of length 1), rounding 1e3 * 1e-16 / 1e-5 = 1e-8. */
Test(local, gradients_are_the_derivatives_of_values)
{
    for (int which = 0; which < PROBLEMS; which++) {
        LocalProblem *problem = open(which);
        int64_t d = local_dimension(problem);
        double x[MOST], g[MOST], h = 1e-5;
        for (int64_t j = 0; j < d; j++) x[j] = 0.3 - 0.2 * (double)j;
        for (int64_t i = 0; i < NODES; i++) {
            local_gradient(problem, i, x, g);
            for (int64_t j = 0; j < d; j++) {
                double kept = x[j];
                x[j] = kept + h;
                double above = local_value(problem, i, x);
                x[j] = kept - h;
                double below = local_value(problem, i, x);
                x[j] = kept;
                double slope = (above - below) / (2.0 * h);
                cr_expect(fabs(g[j] - slope) <= 1e-8 * (1.0 + fabs(slope)), "%s node %d: %g %g",
                          problems[which], (int)i, g[j], slope);
            }
        }
        local_free(problem);
    }
}

static void mean_gradient(const LocalProblem *problem, const double *weights, const double *x,
                          double *mean, double *size)
{
    int64_t d = local_dimension(problem);
    double g[MOST];
    memset(mean, 0, (size_t)d * sizeof *mean);
    *size = 0.0;
    for (int64_t i = 0; i < local_nodes(problem); i++) {
        local_gradient(problem, i, x, g);
        for (int64_t j = 0; j < d; j++) {
            mean[j] += weights[i] * g[j];
            *size += weights[i] * fabs(g[j]);
        }
    }
}

/* Rounding of a sum is 1e-15 of the sum of the sizes of its terms; the gradients cancel. */
Test(local, weighted_gradients_vanish_at_weighted_minimisers)
{
    static const double equal[NODES] = {1, 1, 1, 1, 1}, skew[NODES] = {1, 20, 3, 0.5, 7};
    for (int which = 0; which < PROBLEMS; which++) {
        LocalProblem *problem = open(which);
        double x[MOST], sum[MOST], size;
        mean_gradient(problem, equal, local_minimiser(problem), sum, &size);
        for (int64_t j = 0; j < local_dimension(problem); j++)
            cr_expect(fabs(sum[j]) <= 1e-13 * size, "%s: %g", problems[which], sum[j]);
        local_weighted_minimiser(problem, skew, x);
        mean_gradient(problem, skew, x, sum, &size);
        for (int64_t j = 0; j < local_dimension(problem); j++)
            cr_expect(fabs(sum[j]) <= 1e-13 * size, "%s: %g", problems[which], sum[j]);
        local_free(problem);
    }
}

/* F(x* + u) − F* = ½ u'Hu lies between mu/2 and L/2 of |u|² for quadratics: rounding of F is
 * 1e-16 F, with F < 100 and |u| = 1 far below 1e-12. */
Test(local, the_mean_grows_from_its_minimiser_between_its_extreme_curvatures)
{
    for (int which = 0; which < 5; which++) {
        LocalProblem *problem = open(which);
        int64_t d = local_dimension(problem);
        double x[MOST], least = INFINITY, most = 0.0;
        for (int64_t k = 0; k < d; k++) {
            memcpy(x, local_minimiser(problem), (size_t)d * sizeof *x);
            x[k] += 1.0;
            double value = 0.0;
            for (int64_t i = 0; i < NODES; i++) value += local_value(problem, i, x) / NODES;
            double curvature = 2.0 * (value - local_least(problem));
            least = fmin(least, curvature), most = fmax(most, curvature);
        }
        cr_expect(least >= local_strong_mean(problem) - 1e-12);
        cr_expect(most <= local_smooth_mean(problem) + 1e-12);
        cr_expect(most >= local_smooth_mean(problem) / (double)d - 1e-12); /* the trace */
        local_free(problem);
    }
}

/* |g(x + u) − g(x)| / |u| by the power method: it approaches L_i from below, by 1e-6 after 400
 * rounds where the second curvature is below 0.98 of it. */
static double power(const LocalProblem *problem, int64_t node)
{
    int64_t d = local_dimension(problem);
    double x[MOST] = {0}, zero[MOST], g[MOST], length = 0.0;
    local_gradient(problem, node, x, zero);
    for (int64_t j = 0; j < d; j++) x[j] = 1.0 + 0.1 * (double)j;
    for (int step = 0; step < 400; step++) {
        length = 0.0;
        local_gradient(problem, node, x, g);
        for (int64_t j = 0; j < d; j++) length += (g[j] - zero[j]) * (g[j] - zero[j]);
        length = sqrt(length);
        for (int64_t j = 0; j < d; j++) x[j] = (g[j] - zero[j]) / length;
    }
    return length;
}

Test(local, curvatures_of_nodes_are_those_asked_for)
{
    for (int which = 0; which < 2; which++) {
        LocalProblem *problem = open(which);
        double least = INFINITY, most = 0.0;
        for (int64_t i = 0; i < NODES; i++) {
            double smooth = local_smooth(problem, i);
            cr_expect(epsilon_eq(dbl, power(problem, i) / smooth, 1.0, 1e-3));
            least = fmin(least, smooth), most = fmax(most, smooth);
        }
        cr_expect(epsilon_eq(dbl, least, 1.0, 1e-12));
        cr_expect(epsilon_eq(dbl, most, which ? 10.0 : 100.0, 1e-10));
        local_free(problem);
    }
}

/* A'A/m and rows are two ways to the same numbers: ridge with as many rows as columns is kept as a
 * Gram matrix, its first rows alone could not be; so values are compared with gradients instead:
 * f(x) − f(0) = ∫ g(tx)·x dt = ½ (g(0) + g(x))·x exactly for quadratics. */
Test(local, values_of_quadratics_are_integrals_of_their_gradients)
{
    for (int which = 0; which < 5; which++) {
        LocalProblem *problem = open(which);
        double x[MOST], zero[MOST] = {0}, g0[MOST], g[MOST], sum = 0.0;
        for (int64_t j = 0; j < local_dimension(problem); j++) x[j] = 1.0 - 0.3 * (double)j;
        local_gradient(problem, 2, zero, g0);
        local_gradient(problem, 2, x, g);
        for (int64_t j = 0; j < local_dimension(problem); j++) sum += 0.5 * (g0[j] + g[j]) * x[j];
        double rise = local_value(problem, 2, x) - local_value(problem, 2, zero);
        cr_expect(fabs(sum - rise) <= 1e-12 * (fabs(rise) + 1.0), "%s", problems[which]);
        local_free(problem);
    }
}

Test(local, shared_data_have_one_minimiser_for_all_nodes)
{
    LocalProblem *problem = local_create("regression:shared=1,ratio=30", NODES, "", 1000);
    double g[MOST];
    for (int64_t i = 0; i < NODES; i++) {
        local_gradient(problem, i, local_minimiser(problem), g);
        for (int64_t j = 0; j < local_dimension(problem); j++)
            cr_expect(fabs(g[j]) <= 1e-12 * local_smooth(problem, i));
    }
    local_free(problem);
}

/* Weights by the number of positive rows: even splits are alike, skewed ones hold one class. */
static double skew_of(const char *text)
{
    LocalProblem *problem = local_create(text, NODES, "data/cache", 1000);
    double g[MOST], zero[MOST] = {0}, mean[MOST] = {0}, spread = 0.0, size = 0.0;
    int64_t d = local_dimension(problem);
    for (int64_t i = 0; i < NODES; i++) {
        local_gradient(problem, i, zero, g);
        for (int64_t j = 0; j < d; j++) mean[j] += g[j] / NODES;
    }
    for (int64_t i = 0; i < NODES; i++) {
        local_gradient(problem, i, zero, g);
        for (int64_t j = 0; j < d; j++) spread += pow(g[j] - mean[j], 2.0);
    }
    for (int64_t j = 0; j < d; j++) size += mean[j] * mean[j];
    local_free(problem);
    return spread / size;
}

Test(local, a_split_by_label_makes_nodes_differ_and_mixing_takes_it_back)
{
    double label = skew_of("logistic:data=digits,split=label");
    double half = skew_of("logistic:data=digits,split=label,mixing=0.5");
    double mixed = skew_of("logistic:data=digits,split=label,mixing=1");
    double even = skew_of("logistic:data=digits");
    cr_expect(eq(dbl, mixed, even));
    cr_expect(gt(dbl, half, 2.0 * even));
    cr_expect(gt(dbl, label, 2.0 * half));
}

/* Nodes of one size: however rows are dealt, F is the mean over all rows. 150 rows, 5 nodes. */
Test(local, the_split_does_not_move_the_minimiser_where_nodes_hold_equally_many_rows)
{
    LocalProblem *even = local_create("logistic:data=iris", NODES, "data/cache", 1000);
    LocalProblem *label = local_create("logistic:data=iris,split=label", NODES, "data/cache", 1);
    for (int64_t j = 0; j < local_dimension(even); j++)
        cr_expect(epsilon_eq(dbl, local_minimiser(even)[j], local_minimiser(label)[j], 1e-10));
    local_free(even);
    local_free(label);
}

/* Rows 1 x = 1 of node 1, and 1 x = 2 and 2 x = 2 of node 2: the mean is least where (x − 1) + (x −
 * 2 + 4x − 4)/2 = 0, x = 4/3.5. */
Test(local, a_folder_gives_each_node_a_file_in_the_order_of_their_names)
{
    char text[300];
    mkdir(scratch_path(""), 0700), mkdir(scratch_path("rows"), 0700);
    scratch_text("rows/node10.csv", "x,y\n1,2\n2,2\n");
    scratch_text("rows/node2.csv", "x,y\n1,1\n");
    snprintf(text, sizeof text, "file:path=%s,bias=0,standardise=0", scratch_path("rows"));
    LocalProblem *problem = local_create(text, 2, "", 0);
    cr_expect(epsilon_eq(dbl, local_minimiser(problem)[0], 4.0 / 3.5, 1e-14));
    cr_expect(epsilon_eq(dbl, local_smooth(problem, 0), 1.0, 1e-14));
    cr_expect(epsilon_eq(dbl, local_smooth(problem, 1), 2.5, 1e-14));
    local_free(problem);
}

/* x = 1, 2, 3 have mean 2 and deviation √(2/3): y = 2x − 1 = 3 + 2 √(2/3) (x − 2)/√(2/3). */
Test(local, rows_of_a_file_are_standardised_and_fitted_with_a_constant)
{
    char text[300];
    snprintf(text, sizeof text, "file:path=%s,split=label",
             scratch_text("line.csv", "x,y\n1,1\n2,3\n3,5\n"));
    LocalProblem *problem = local_create(text, 3, "", 0);
    cr_expect(epsilon_eq(dbl, local_minimiser(problem)[0], 2.0 * sqrt(2.0 / 3.0), 1e-13));
    cr_expect(epsilon_eq(dbl, local_minimiser(problem)[1], 3.0, 1e-13));
    cr_expect(epsilon_eq(dbl, local_least(problem), 0.0, 1e-25));
    double g[2], zero[2] = {0};
    local_gradient(problem, 0, zero, g); /* the row of the least label: g = −y a */
    cr_expect(epsilon_eq(dbl, g[0], sqrt(1.5), 1e-13));
    local_free(problem);
}

/* 150 rows, 30 for each node: F is logistic regression on all of them at once. */
Test(local, logistic_nodes_together_have_the_minimiser_of_the_whole_set)
{
    LocalProblem *problem =
        local_create("logistic:data=iris:positive=setosa,lambda=0.01", NODES, "data/cache", 1000);
    Design *design = set_open("iris", "data/cache", rng_stream(0, 0, RNG_DATA));
    double whole[MOST], least = logistic_minimise(design, 0.01, whole);
    cr_expect(epsilon_eq(dbl, local_least(problem), least, 1e-13));
    for (int64_t j = 0; j < local_dimension(problem); j++)
        cr_expect(epsilon_eq(dbl, local_minimiser(problem)[j], whole[j], 1e-10));
    design_free(design);
    local_free(problem);
}

static void create(void *text) { local_free(local_create(text, 4, "data/cache", 0)); }

static void dies(const char *text, int code, const char *word)
{
    Ending ending = dying_run(create, (void *)text);
    cr_expect(eq(int, ending.exit_code, code), "%s", text);
    cr_expect(strstr(ending.err, word) != NULL, "%s: '%s'", text, ending.err);
}

Test(local, wrong_texts_and_files_end_with_a_sentence)
{
    char text[300];
    dies("regresion", 2, "local problem 'regresion' is not one of regression, ridge");
    dies("regression:ratio=0.5", 2, "ratio");
    dies("regression:cond=3", 2, "unknown key 'cond'");
    dies("regression:dimension=30,rows=2", 2, "no single minimiser");
    dies("logistic:data=digitz", 2, "digitz");
    dies("logistic:split=evenly", 2, "split = 'evenly' is not one of even, label");
    dies("file", 2, "path");
    dies("file:path=/no/such", 1, "no such file");
    snprintf(text, sizeof text, "file:path=%s", scratch_text("few.csv", "x,y\n1,1\n2,2\n"));
    dies(text, 1, "2 rows for 4 nodes");
    snprintf(text, sizeof text, "file:loss=logistic,path=%s",
             scratch_text("many.csv", "x,y\n1,1\n2,2\n3,3\n4,4\n"));
    dies(text, 1, "expected two classes");
}
