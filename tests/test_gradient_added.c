/* Another optimizer, as a user would add one: a kind and a row of the table. The table below takes
 * the place of optimizer_table.c; nothing else in the library names a kind. All laws that every
 * kind has, and those of scale and coordinates that this one has by its formula, in double.
 *
 *   x ← x − rate (g / |g| + decay x)  for a matrix (normalised gradient descent, Nesterov 1984),
 *   x ← x − rate (g + decay x)        for what is none */
#include "every_kind.h"
#include "optim/invariance.h"
#include "optim/optimizer_kinds.h"

#include <criterion/new/assert.h>
#include <math.h>

/* ---- the file */

static void read(Optimizer *optimizer, Spelled *keys)
{
    (void)keys;
    optimizer->update = UPDATE_SGD;
}

static int64_t no_state(const Optimizer *optimizer, const Run *run)
{
    (void)optimizer, (void)run;
    return 0;
}

static int64_t matrix_work(const Optimizer *optimizer, const Run *run)
{
    (void)optimizer;
    return run->count;
}

/* With rate −1 and no decay, 0 − rate g is the gradient; its norm is taken, so clip= does nothing.
 */
static void matrix_step(Optimizer *optimizer, const Run *run)
{
    Backend *backend = optimizer->backend;
    Matrix D = matrix_of(optimizer->work, run->rows, run->cols);
    real *none[UPDATE_SLOTS] = {NULL};
    backend->fill(backend, D, 0);
    backend->update(backend, UPDATE_SGD, &optimizer->constants[CONSTANTS_DIRECTION], 0, run->count,
                    optimizer->table->gradients + run->first, optimizer->work, none);
    backend->sum_squares(backend, D, run->square);
    backend->normalise(backend, run->square, D, D);
    backend->update(backend, UPDATE_SGD, &optimizer->constants[CONSTANTS_APPLY], run->decay,
                    run->count, optimizer->work, optimizer->table->values + run->first, none);
}

static const OptimizerKind normalised = {
    .help = "the gradient of a matrix over its norm (Nesterov 1984)",
    .read = read,
    .matrix_state = no_state,
    .matrix_work = matrix_work,
    .matrix_step = matrix_step,
    .squares = 1,
};

/* ---- the row, and one to compare with */

const OptimizerRow optimizer_rows[] = {{"normalised", &normalised}, {"sgd", &optimizer_sgd}};
const int optimizer_row_count = 2;

/* ---- its laws */

#define PLAIN_WALK                                                                                 \
    {                                                                                              \
        "normalised", 0.05, 1, NULL, NULL                                                          \
    }

/* A norm knows neither the scale of the loss nor turned axes, but other lengths of axes. */
static const InvarianceLaw laws[] = {
    {"loss", "normalised", true, PLAIN_WALK, {"normalised", 0.05, 100, NULL, NULL}},
    {"batch", "normalised", true, PLAIN_WALK, {"normalised", 0.05, 0.125, NULL, NULL}},
    {"turn", "normalised", true, PLAIN_WALK, {"normalised", 0.05, 1, &coordinates_turn, NULL}},
    {"stretch",
     "normalised",
     false,
     PLAIN_WALK,
     {"normalised", 0.05, 1, &coordinates_stretch, NULL}},
    {"kronecker",
     "normalised",
     false,
     PLAIN_WALK,
     {"normalised", 0.05, 1, &coordinates_shear, NULL}},
    /* The walks do tell methods apart. */
    {"loss", "sgd", false, {"sgd", 0.05, 1, NULL, NULL}, {"sgd", 0.05, 3, NULL, NULL}},
};

Test(gradient_added, an_added_optimizer_is_found_by_its_name_and_says_what_it_is)
{
    cr_expect(eq(int, optimizer_kind_count(), 2));
    cr_expect(eq(str, (char *)optimizer_kind_name(0), "normalised"));
    cr_expect(eq(str, (char *)optimizer_kind_help(0), (char *)normalised.help));
}

Test(gradient_added, it_has_the_laws_of_its_formula_and_no_others)
{
    enum { STEPS = 40 };
    double difference[STEPS];
    Backend *backend = backend_cpu();
    for (size_t k = 0; k < sizeof laws / sizeof *laws; k++) {
        invariance_differences(&laws[k], backend, STEPS, difference);
        double last = difference[STEPS - 1];
        cr_expect(laws[k].holds ? last <= INVARIANCE_EQUAL : last >= INVARIANCE_APART,
                  "%s of %s: %.3g apart", laws[k].setting, laws[k].method, last);
    }
    backend->close(backend);
}

Test(gradient_added, it_has_what_every_kind_has)
{
    Backend *backend = backend_cpu();
    static const char *const texts[] = {"normalised", "normalised:decay=0.1,clip=1"};
    for (int k = 0; k < 2; k++) {
        every_kind_leaves_gaps(backend, texts[k]);
        every_kind_ignores_threads(backend, texts[k]);
        every_kind_goes_on(backend, texts[k]);
        every_kind_knows_its_bytes(backend, texts[k]);
        every_kind_spells_itself_out(backend, texts[k]);
    }
    backend->close(backend);
}

/* Of a matrix each step has the length of the rate, and points against the gradient. */
Test(gradient_added, its_step_has_the_length_of_the_rate)
{
    Backend *backend = backend_cpu();
    SmallTable *small = every_kind_table(backend, 1010);
    Parameter wide = small->item[0];
    int64_t n = matrix_count(wide.value);
    double square = 0.0, along = 0.0, size = 0.0, before[SMALL_COUNT];
    for (int64_t k = 0; k < n; k++) before[k] = (double)matrix_reals(wide.value)[k];
    Optimizer *optimizer = optimizer_create("normalised", backend, &small->table);
    optimizer_step(optimizer, 0.25);
    for (int64_t k = 0; k < n; k++) {
        double move = (double)matrix_reals(wide.value)[k] - before[k];
        double g = (double)matrix_reals(wide.gradient)[k];
        square += move * move, along += move * g, size += g * g;
    }
    close_check_one("length", sqrt(square), 0.25, 1e-14);
    close_check_one("cosine", along / sqrt(square * size), -1.0, 1e-14);
    optimizer_free(optimizer);
    small_table_free(small);
    backend->close(backend);
}
