#include "optim/space.h"

#include "base/die.h"
#include "base/spec.h"
#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <string.h>

enum { DRAWS = 4000 };

/* A key of configuration k, as the optimizer reads it; NaN where it is not there. */
static double key_of(const Configuration *drawn, const char *key)
{
    Spec *spec = spec_parse(drawn->optimizer);
    double value = spec_real(spec, key, NAN);
    spec_free(spec);
    return value;
}

static double drawn_key(const Space *space, int64_t configuration, const char *key)
{
    Configuration drawn = space_draw(space, 7, configuration);
    double value = strcmp(key, "rate") ? key_of(&drawn, key) : drawn.rate;
    configuration_free(&drawn);
    return value;
}

/* ---- the law of what is drawn */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* sqrt(n) times the largest distance of the empirical distribution of u from the uniform one. */
static double kolmogorov(int n, double u[])
{
    double largest = 0.0;
    qsort(u, (size_t)n, sizeof *u, ascending);
    for (int i = 0; i < n; i++)
        largest = fmax(largest, fmax((double)(i + 1) / n - u[i], u[i] - (double)i / n));
    return sqrt(n) * largest;
}

/* Where in the logarithm of its range `low` … `high` a number lies: from 0 to 1. */
static double place(double value, double low, double high)
{
    return (log(value) - log(low)) / (log(high) - log(low));
}

/* Six digits are written: half a unit of the last one, 5e-6 of the number, is 5e-6 / ln(10) of a
 * range of a decade or more. */
static const double DIGITS = 3e-6;

static void check_law(const char *text, const char *key, bool is_distance, double low, double high)
{
    static double u[DRAWS];
    Space *space = space_parse(text);
    for (int k = 0; k < DRAWS; k++) {
        double value = drawn_key(space, k, key);
        u[k] = place(is_distance ? 1.0 - value : value, low, high);
        cr_assert(u[k] >= -DIGITS && u[k] <= 1.0 + DIGITS, "%s: %g", key, value);
    }
    /* P(> 2.7) = 2 exp(-2 · 2.7²) = 1e-6 (Kolmogorov). */
    cr_expect(kolmogorov(DRAWS, u) < 2.7, "%s of %s", key, text);
    space_free(space);
}

Test(space, rates_and_dampings_are_log_uniform_in_their_range)
{
    const char *text = "rf_rmsprop:damping=1e-6..1e-3 rate=1e-4..0.3";
    check_law(text, "damping", false, 1e-6, 1e-3);
    check_law(text, "rate", false, 1e-4, 0.3);
}

Test(space, means_and_momenta_are_log_uniform_in_their_distance_to_one)
{
    const char *text = "adamw:beta1=0..0.95,beta2=0.9..0.9999 rate=1e-3";
    check_law(text, "beta1", true, 0.05, 1.0);
    check_law(text, "beta2", true, 1e-4, 0.1);
    check_law("sgd:momentum=0.5..0.99 rate=1", "momentum", true, 0.01, 0.5);
    check_law("if_shampoo:geodesic=0.1..0.9 rate=1", "geodesic", true, 0.1, 0.9);
}

Test(space, two_numbers_of_a_configuration_have_nothing_to_do_with_each_other)
{
    Space *space = space_parse("adamw:decay=1e-4..1 rate=1e-4..1");
    double sum = 0.0;
    for (int k = 0; k < DRAWS; k++)
        sum += (place(drawn_key(space, k, "decay"), 1e-4, 1.0) - 0.5) *
               (place(drawn_key(space, k, "rate"), 1e-4, 1.0) - 0.5);
    /* Deviation of the correlation: 1 / sqrt(n); five of them. */
    cr_expect(fabs(12.0 * sum / DRAWS) < 5.0 / sqrt(DRAWS));
    space_free(space);
}

/* ---- what a configuration depends on */

static void expect_same(const Configuration *a, const Configuration *b)
{
    cr_expect(eq(str, a->optimizer, b->optimizer));
    cr_expect(a->rate == b->rate);
}

Test(space, a_configuration_depends_on_its_seed_and_number_only)
{
    Space *space = space_parse("sgd:momentum=0..0.95,decay=1e-5..1e-2 rate=3e-3..3");
    Configuration early = space_draw(space, 1, 5), other = space_draw(space, 2, 5),
                  next = space_draw(space, 1, 6), late = space_draw(space, 1, 5);
    expect_same(&early, &late);
    cr_expect(early.rate != other.rate && early.rate != next.rate);
    configuration_free(&early), configuration_free(&late);
    configuration_free(&other), configuration_free(&next);
    space_free(space);
}

Test(space, a_fixed_key_changes_no_draw)
{
    Space
        *one = space_parse("rf_rmsprop:momentum=0..0.95,damping=1e-6..1e-3 rate=1e-4..1"),
        *two = space_parse(
            "rf_rmsprop:state=bfloat16,momentum=0..0.95,damping=1e-6..1e-3,batch=32 rate=1e-4..1");
    Configuration a = space_draw(one, 3, 9), b = space_draw(two, 3, 9);
    cr_expect(eq(dbl, key_of(&a, "momentum"), key_of(&b, "momentum")));
    cr_expect(eq(dbl, key_of(&a, "damping"), key_of(&b, "damping")));
    cr_expect(a.rate == b.rate);
    cr_expect(eq(dbl, key_of(&b, "batch"), 32.0));
    cr_expect(strstr(b.optimizer, "state=bfloat16") != NULL, "%s", b.optimizer);
    configuration_free(&a), configuration_free(&b);
    space_free(one), space_free(two);
}

Test(space, one_value_is_a_range_that_draws_nothing)
{
    Space *space = space_parse("adamw rate=1e-3");
    Configuration drawn = space_draw(space, 1, 0);
    cr_expect(eq(str, drawn.optimizer, (char *)"adamw"));
    cr_expect(drawn.rate == 1e-3);
    cr_expect(eq(int, space_dimension(space), 0));
    configuration_free(&drawn);
    space_free(space);
    space = space_parse("adamw:beta1=0.5..0.9,beta2=0.9..0.9,decay=0.1 rate=1e-4..1e-2");
    cr_expect(eq(int, space_dimension(space), 2));
    space_free(space);
}

/* ---- numbers taken over from another method */

Test(space, what_both_methods_have_is_inherited_and_the_rest_is_in_the_middle)
{
    Space *space = space_parse(
        "rf_rmsprop:momentum=0..0.96,beta2=0.9..0.999,damping=1e-6..1e-2,batch=32 rate=1e-4..1");
    char *made = space_inherit(space, "rmsprop:beta2=0.98,momentum=0.5,epsilon=1e-9");
    Configuration heir = {.optimizer = made};
    /* Six digits of the distance to 1. */
    cr_expect(epsilon_eq(dbl, key_of(&heir, "beta2"), 0.98, 1e-7));
    cr_expect(epsilon_eq(dbl, key_of(&heir, "momentum"), 0.5, 1e-6));
    cr_expect(epsilon_eq(dbl, key_of(&heir, "damping"), 1e-4, 1e-9));
    cr_expect(eq(dbl, key_of(&heir, "batch"), 32.0));
    cr_expect(isnan(key_of(&heir, "epsilon")));
    free(made);
    space_free(space);
}

Test(space, what_is_inherited_is_moved_into_the_range)
{
    Space *space = space_parse("rf_adamw:beta2=0.9..0.99,epsilon=1e-6..1e-3 rate=1e-4..1");
    char *made = space_inherit(space, "adamw:beta2=0.9999,epsilon=1e-10");
    Configuration heir = {.optimizer = made};
    cr_expect(epsilon_eq(dbl, key_of(&heir, "beta2"), 0.99, 1e-7));
    cr_expect(epsilon_eq(dbl, key_of(&heir, "epsilon"), 1e-6, 1e-12));
    free(made);
    space_free(space);
}

/* ---- wrong texts */

static void parse(void *text) { space_free(space_parse(text)); }

static void expect_refused(const char *text, const char *said)
{
    Ending ending = dying_run(parse, (void *)text);
    cr_expect(eq(int, ending.exit_code, EXIT_USAGE), "%s", text);
    cr_expect(strstr(ending.err, said) != NULL, "%s: %s", text, ending.err);
}

Test(space, a_wrong_text_is_refused_with_a_sentence)
{
    expect_refused("adamw", "two words");
    expect_refused("adamw:beta1=0..0.9 rate=1..2 more", "two words");
    expect_refused("adamw:decay=1e-3..1e-1 decay=1", "rate=low..high");
    expect_refused(":decay=1 rate=1", "name of an optimizer");
    expect_refused("adamw:decay rate=1", "key=value");
    expect_refused("adamw:decay= rate=1", "key=value");
    expect_refused("adamw:decay=1,decay=2 rate=1", "twice");
    expect_refused("adamw:rate=1 rate=1", "twice");
    expect_refused("adamw:decay=1e-3..fast rate=1", "decay: expected a range");
    expect_refused("adamw:decay=1e-3..inf rate=1", "decay: expected a range");
    expect_refused("adamw:decay=1e-1..1e-3 rate=1", "smaller");
    expect_refused("adamw:decay=0..1e-3 rate=1", "above 0");
    expect_refused("adamw:beta1=0.5..1 rate=1", "below 1");
    expect_refused("adamw:beta1=-0.5..0.9 rate=1", "from 0 on");
    expect_refused("adamw rate=0", "above 0");
    expect_refused("adamw rate=-1", "above 0");
    expect_refused("adamw rate=0..1", "above 0");
    expect_refused("adamw rate=fast", "rate: expected a range");
}

Test(space, a_rate_has_a_place_in_its_range)
{
    Space *space = space_parse("sgd:momentum=0.9 rate=1e-3..1e-1"),
          *single = space_parse("sgd rate=0.1");
    cr_expect(epsilon_eq(dbl, space_rate_place(space, 1e-3), 0.0, 1e-15));
    cr_expect(epsilon_eq(dbl, space_rate_place(space, 1e-2), 0.5, 1e-15));
    cr_expect(epsilon_eq(dbl, space_rate_place(space, 1e-1), 1.0, 1e-15));
    cr_expect(isnan(space_rate_place(single, 0.1)));
    space_free(single);
    space_free(space);
}
