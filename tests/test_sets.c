#include "objective/sets.h"

#include "base/die.h"
#include "compute/rowpass.h"
#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>
#include <math.h>

static Design *open_as(const char *spec, uint32_t trial)
{
    return set_open(spec, "data/cache", rng_stream(1000, trial, RNG_DATA));
}

static Design *open(const char *spec) { return open_as(spec, 0); }

/* Numbers of one row, factor included, against the expected ones to the last bit. */
static void expect_row(const Design *design, int64_t i, const double *expected)
{
    double row[8];
    design_get_row(design, i, row);
    for (int64_t j = 0; j < design->cols; j++) cr_expect(eq(dbl, row[j], expected[j]));
}

Test(sets, the_small_sets_are_the_published_ones)
{
    Design *hard = open("hard:gamma=0.2");
    expect_row(hard, 0, (double[]){0.2, sqrt(0.96), 0.0});
    expect_row(hard, 1, (double[]){0.2, -sqrt(0.96) / 2.0, 0.0});
    double last[3];
    design_get_row(hard, 2, last);
    cr_expect(eq(dbl, last[0], 0.7));
    cr_expect(eq(dbl, last[1], 0.5));
    cr_expect(epsilon_eq(dbl, last[2], sqrt(0.26), DBL_EPSILON)); /* 1 - .49 - .25 rounds */

    Design *toy = open("toy");
    expect_row(toy, 0, (double[]){1.0, 0.2});
    expect_row(toy, 3, (double[]){-2.0, 0.2});

    Design *imbalanced = open("imbalanced:n=1000");
    expect_row(imbalanced, 0, (double[]){0.5, -1.0});
    expect_row(imbalanced, 1, (double[]){0.5, 1.0});
    cr_expect(eq(dbl, imbalanced->total, 1000.0));

    Design *scalars = open("scalars:a1=1,n1=199,a2=0.01,n2=1");
    expect_row(scalars, 1, (double[]){0.01});
    cr_expect(eq(dbl, scalars->weight[0], 199.0));
    cr_expect(eq(dbl, scalars->total, 200.0));
    design_free(hard), design_free(toy), design_free(imbalanced), design_free(scalars);
}

/* The least first coordinate: the margin of the first axis, where the synthetic sets separate. */
static double axis_margin(const Design *design, double *longest)
{
    double *row = alloc_zeroed((size_t)design->cols, sizeof *row), least = INFINITY;
    *longest = 0.0;
    for (int64_t i = 0; i < design->rows; i++) {
        design_get_row(design, i, row);
        least = fmin(least, row[0]);
        *longest = fmax(*longest, design_row_norm(design, i));
    }
    free(row);
    return least;
}

Test(sets, random_sets_keep_their_margin_and_their_length)
{
    static const char *const specs[] = {"spread:n=300,d=40,gamma=0.125",
                                        "random:n=300,d=3,gamma=0.125",
                                        "mixture:n=300,d=2,gamma=0.125"};
    for (int k = 0; k < 3; k++) {
        Design *design = open(specs[k]);
        double longest;
        cr_expect(eq(i64, design->rows, 300));
        cr_expect(eq(dbl, axis_margin(design, &longest), 0.125));
        /* A norm of up to 40 squares. */
        cr_expect(le(dbl, longest, 1.0 + 40.0 * DBL_EPSILON));
        cr_expect(ge(dbl, longest, 1.0 - 40.0 * DBL_EPSILON));
        design_free(design);
    }
}

Test(sets, a_stream_gives_its_set_again_and_another_stream_another_one)
{
    static const char *const specs[] = {"spread", "random", "mixture:noise=0.1"};
    for (int k = 0; k < 3; k++) {
        Design *a = open_as(specs[k], 1), *b = open_as(specs[k], 1), *c = open_as(specs[k], 2);
        size_t size = (size_t)(a->rows * a->stride) * sizeof(double);
        cr_expect(eq(int, memcmp(a->features, b->features, size), 0));
        cr_expect(ne(int, memcmp(a->features, c->features, size), 0));
        design_free(a), design_free(b), design_free(c);
    }
}

Test(sets, two_thirds_of_the_mixture_lean_one_way_and_more_rows_begin_with_the_same_ones)
{
    enum { N = 4096 };
    Design *many = open("mixture:n=4096"), *few = open("mixture:n=100");
    double row[12], same[12], leaning = 0.0, mean = 0.0;
    for (int64_t i = 0; i < N; i++) {
        design_get_row(many, i, row);
        leaning += row[1] > 0.2;
        mean += row[1] / N;
        if (i >= 100) continue;
        design_get_row(few, i, same);
        cr_expect(eq(int, memcmp(row, same, sizeof row), 0));
    }
    /* Noise of 0.15 on the axis: 2 % of rows change sides at most; 4 standard errors of the
     * share are 0.03. */
    cr_expect(epsilon_eq(dbl, leaning / N, 2.0 / 3.0, 0.05));
    cr_expect(gt(dbl, mean, 0.3)); /* 2/3 - 1/6, shortened */
    design_free(many), design_free(few);
}

Test(sets, noise_turns_that_share_of_rows)
{
    enum { N = 10000 };
    Design *design = open("mixture:n=10000,noise=0.1");
    double row[12], turned = 0.0;
    for (int64_t i = 0; i < N; i++) {
        design_get_row(design, i, row);
        turned += row[0] < 0.0;
    }
    /* Five standard errors: fails for one seed in two million. */
    cr_expect(epsilon_eq(dbl, turned / N, 0.1, 5.0 * sqrt(0.1 * 0.9 / N)));
    design_free(design);
}

static void open_and_leave(void *context) { design_free(open(context)); }

Test(sets, a_wrong_spec_ends_with_exit_2_and_names_the_way_out)
{
    static const char *const wrong[][2] = {
        {"tiger", "spread"},       {"pair:gamma=2", "gamma"},
        {"pair:gama=0.1", "gama"}, {"hard:p=0.9,q=0.9", "p² + q²"},
        {"scalars", "a1"},         {"spread:n=1", "n is 1"},
        {"file", "path"},
    };
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        Ending ending = dying_run(open_and_leave, (void *)wrong[k][0]);
        cr_expect(eq(int, ending.exit_code, 2), "%s", wrong[k][0]);
        cr_expect(strstr(ending.err, wrong[k][1]) != NULL, "%s: %s", wrong[k][0], ending.err);
    }
}

Test(sets, a_real_set_without_its_files_is_absent_and_names_the_first_one)
{
    Rng rng = rng_stream(1000, 0, RNG_DATA);
    cr_expect(set_open("digits", "/nonexistent", rng) == NULL);
    char *file = set_missing_file("fashion", "/nonexistent");
    cr_expect(eq(str, file, "/nonexistent/fashion/train-images-idx3-ubyte.gz"));
    cr_expect(set_missing_file("pair:gamma=0.1", "/nonexistent") == NULL);
    free(file);
}

static Design *open_text(const char *name, const char *text, const char *keys)
{
    char *spec = format_text("file:path=%s%s", scratch_text(name, text), keys);
    Design *design = open(spec);
    free(spec);
    return design;
}

Test(sets, the_files_of_a_set_are_those_it_reads)
{
    char *paths[4], *spec = format_text("file:path=%s", scratch_text("a.csv", "1,1\n2,0\n"));
    cr_expect(eq(int, set_files(spec, "/nonexistent", 4, paths), 1));
    cr_expect(eq(str, paths[0], spec + strlen("file:path=")));
    cr_expect(eq(int, set_files("digits", "/nonexistent", 4, paths), 0));
    cr_expect(eq(int, set_files("pair:gamma=0.1", "/nonexistent", 4, paths), 0));
    free(spec);
}

Test(sets, the_label_turns_its_row_and_the_longest_row_has_length_one)
{
    Design *design = open_text("a.csv", "3,4,1\n0,2,0\n", ",bias=0");
    expect_row(design, 0, (double[]){3.0 * (1.0 / 5.0), 4.0 * (1.0 / 5.0)});
    expect_row(design, 1, (double[]){0.0, -2.0 * (1.0 / 5.0)});
    cr_expect(eq(int, (int)design->storage, (int)DESIGN_BYTES));
    design_free(design);
}

Test(sets, the_constant_column_is_as_large_as_the_largest_feature)
{
    Design *design = open_text("a.csv", "3,4,1\n0,2,0\n", "");
    double row[3];
    cr_expect(eq(i64, design->cols, 3));
    for (int64_t i = 0; i < 2; i++) {
        design_get_row(design, i, row);
        cr_expect(epsilon_eq(dbl, fabs(row[2]), 4.0 / sqrt(41.0), DBL_EPSILON));
    }
    cr_expect(lt(dbl, row[2], 0.0)); /* turned with its row */
    design_free(design);
}

Test(sets, one_class_can_be_set_against_another_or_against_the_rest)
{
    const char *text = "1,0,1\n2,0,2\n3,0,3\n4,1,3\n";
    Design *pair = open_text("a.csv", text, ",positive=1,negative=3");
    Design *rest = open_text("a.csv", text, ",positive=1");
    cr_expect(eq(i64, pair->rows, 3));
    cr_expect(eq(i64, rest->rows, 4));
    cr_expect(gt(dbl, pair->factor[0], 0.0));
    cr_expect(lt(dbl, rest->factor[1], 0.0));
    design_free(pair), design_free(rest);
}

Test(sets, sparse_rows_are_the_dense_ones)
{
    Design *dense = open_text("a.csv", "1,0,2,1\n0,3,0,-1\n5,0,0,1\n", "");
    Design *sparse = open_text("a.svm", "+1 1:1 3:2\n-1 2:3\n+1 1:5\n", "");
    double a[4], b[4];
    cr_assert(eq(int, (int)sparse->storage, (int)DESIGN_SPARSE));
    cr_assert(eq(i64, sparse->cols, 4));
    for (int64_t i = 0; i < 3; i++) {
        design_get_row(dense, i, a);
        design_get_row(sparse, i, b);
        for (int j = 0; j < 4; j++) cr_expect(eq(dbl, a[j], b[j]));
    }
    design_free(dense), design_free(sparse);
}

static void refuse(void *context)
{
    const char *const *task = context;
    design_free(open_text("refused.csv", task[0], task[1]));
}

Test(sets, data_without_two_classes_end_with_exit_1_and_a_sentence)
{
    static const char *const tasks[][3] = {
        {"1,2,1\n3,4,1\n", "", "every label is 1"},
        {"1,2,1\n3,4,2\n", "", "choose the positive"},
        {"1,2,0\n3,4,1\n5,6,2\n", "", "choose the positive"},
        {"1,2,0\n3,4,1\n", ",positive=7", "positive label 7"},
        {"0,0,0\n0,0,1\n", "", "every feature is 0"},
    };
    for (size_t k = 0; k < sizeof tasks / sizeof *tasks; k++) {
        Ending ending = dying_run(refuse, (void *)tasks[k]);
        cr_expect(eq(int, ending.exit_code, 1), "%s", tasks[k][0]);
        cr_expect(strstr(ending.err, tasks[k][2]) != NULL, "%s", ending.err);
    }
}

static void take(void *context) { design_free(open_text("taken.csv", context, "")); }

Test(sets, constant_columns_are_taken_with_a_warning)
{
    Ending ending = dying_run(take, "1,7,1\n2,7,0\n");
    cr_expect(eq(int, ending.exit_code, 0));
    cr_expect(strstr(ending.err, "1 of 2 columns") != NULL, "%s", ending.err);
}

/* Shapes from the data sets' own descriptions; the constant column is the last. */
Test(sets, real_sets_have_their_published_shapes)
{
    static const struct {
        const char *spec;
        int64_t rows, cols;
        DesignStorage storage;
    } measured[] = {{"digits", 1797, 65, DESIGN_BYTES},
                    {"digits:positive=0,negative=1", 360, 65, DESIGN_BYTES},
                    {"iris:positive=virginica,negative=versicolor", 100, 5, DESIGN_FLOAT64},
                    {"wine", 178, 14, DESIGN_FLOAT64},
                    {"breast", 569, 31, DESIGN_FLOAT64}};
    for (size_t k = 0; k < sizeof measured / sizeof *measured; k++) {
        char *file = set_missing_file(measured[k].spec, "data/cache");
        if (file) cr_skip_test("%s is not there: run data/fetch.sh", file);
        Design *design = open(measured[k].spec);
        double longest;
        axis_margin(design, &longest);
        cr_expect(eq(i64, design->rows, measured[k].rows), "%s", measured[k].spec);
        cr_expect(eq(i64, design->cols, measured[k].cols), "%s", measured[k].spec);
        cr_expect(eq(int, (int)design->storage, (int)measured[k].storage), "%s", measured[k].spec);
        cr_expect(epsilon_eq(dbl, longest, 1.0, 4.0 * DBL_EPSILON));
        design_free(design);
    }
}
