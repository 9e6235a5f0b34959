/* Inverse-free Shampoo with a factor for each axis of a tensor, in double precision: what theory
 * says, a vector of the authors' code, and another program's numbers. */
#include "close.h"
#include "base/die.h"
#include "io/csv.h"
#include "model/model.h"
#include "optim/invariance.h"
#include "optim/kronecker.h"

#include <criterion/new/assert.h>
#include <omp.h>
#include <stdlib.h>

static Backend *backend;

static void set_up(void) { backend = backend_cpu(); }
static void tear_down(void) { backend->close(backend); }

TestSuite(axes, .init = set_up, .fini = tear_down);

/* One tensor and its optimizer. */
typedef struct {
    Parameter item;
    ParameterTable table;
    Optimizer *optimizer;
    int64_t count;
} World;

/* Axes of length 0 are no axes; as a matrix it has the first one's rows. */
static World *world_of(const char *text, Axes axes)
{
    World *world = alloc_zeroed(1, sizeof *world);
    world->count = 1;
    for (int k = 0; k < AXES && axes.length[k]; k++) world->count *= axes.length[k];
    int64_t size = optimizer_rounded(world->count), cols = world->count / axes.length[0];
    real *x = backend->alloc(backend, 2 * (size_t)size * sizeof *x);
    world->item = (Parameter){.name = "x",
                              .group = GROUP_MATRIX,
                              .value = matrix_of(x, axes.length[0], cols),
                              .gradient = matrix_of(x + size, axes.length[0], cols),
                              .axes = axes};
    world->table = (ParameterTable){1, &world->item, world->count, 0, x, x + size};
    world->optimizer = optimizer_create(text, backend, &world->table);
    return world;
}

static void world_free(World *world)
{
    optimizer_free(world->optimizer);
    backend->release(backend, world->table.values);
    free(world);
}

/* Ten steps of tests/golden/tensors.py; number k of the tensor is number place[k] of its formulas
 * (NULL: k). */
static void walk(const char *text, Axes axes, const int *place, double *x)
{
    World *world = world_of(text, axes);
    real *values = world->table.values, *g = world->table.gradients;
    for (int k = 0; k < world->count; k++) values[k] = (real)cos(place ? place[k] : k);
    for (int t = 1; t <= 10; t++) {
        for (int k = 0; k < world->count; k++)
            g[k] = (real)(0.5 * sin(1.0 + 1.7 * (place ? place[k] : k) + 3.0 * t) +
                          0.2 * (double)values[k]);
        optimizer_step(world->optimizer, 0.1 / (1.0 + 0.3 * (t - 1)));
    }
    for (int k = 0; k < world->count; k++) x[k] = (double)values[k];
    world_free(world);
}

/* ---- theory */

static const char *const variants[] = {
    "if_shampoo:axes=all,batch=4,damping=0.1",
    "if_shampoo:axes=all,batch=4,damping=0.1,clip=1,interval=3,decay=0.1",
    "if_shampoo:axes=all,batch=4,damping=0.1,factors=diagonal",
    "if_shampoo:axes=all,batch=4,damping=0.1,factors=blocks,block=2",
    "if_shampoo:axes=all,batch=4,damping=0.1,factors=upper_toeplitz",
    "if_shampoo:axes=all,batch=4,damping=0.1,factors=lower_toeplitz",
    "if_shampoo:axes=all,batch=4,damping=0.1,state=bfloat16",
};

enum { VARIANTS = sizeof variants / sizeof *variants };

Test(axes, those_of_length_one_change_no_byte)
{
    static const Axes shapes[] = {
        {{1, 4, 6}}, {{4, 1, 6}}, {{4, 6, 1}}, {{1, 4, 1, 1, 6}}, {{1, 1, 4, 6, 1, 1}}};
    for (int v = 0; v < VARIANTS; v++) {
        double matrix[24], tensor[24];
        walk(variants[v], (Axes){{4, 6}}, NULL, matrix);
        for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
            walk(variants[v], shapes[s], NULL, tensor);
            close_check_bytes(variants[v], sizeof matrix, tensor, matrix);
        }
    }
}

/* A row, a column and a number are vectors. */
Test(axes, a_vector_is_a_vector_on_whichever_axis)
{
    static const Axes shapes[] = {{{7, 1, 1}}, {{1, 7, 1}}, {{1, 1, 7}}};
    for (int v = 0; v < VARIANTS; v++) {
        double row[7], tensor[7], number[1], one[1];
        walk(variants[v], (Axes){{1, 7}}, NULL, row);
        for (int s = 0; s < 3; s++) {
            walk(variants[v], shapes[s], NULL, tensor);
            /* Sums in another order, or the same numbers where all have eight bits but x. */
            for (int k = 0; k < 7; k++) close_check_one(variants[v], tensor[k], row[k], 1e-13);
        }
        walk(variants[v], (Axes){{1, 1}}, NULL, number);
        walk(variants[v], (Axes){{1, 1, 1, 1}}, NULL, one);
        close_check_bytes(variants[v], sizeof one, one, number);
        cr_expect(fabs(number[0] - 1.0) > 0.01, "%s leaves a number at cos 0", variants[v]);
    }
}

/* A matrix is a tensor of two axes, whether its axes are named or not. */
Test(axes, of_a_matrix_are_its_rows_and_columns)
{
    double matrix[24], tensor[24];
    walk("if_shampoo:batch=4,damping=0.1", (Axes){{4, 6}}, NULL, matrix);
    walk(variants[0], (Axes){{4, 6}}, NULL, tensor);
    close_check_bytes("as axes", sizeof matrix, tensor, matrix);
    walk("if_shampoo:batch=4,damping=0.1", (Axes){{4, 3, 2}}, NULL, tensor);
    close_check_bytes("axes not asked for", sizeof matrix, tensor, matrix);
    walk(variants[0], (Axes){{4, 3, 2}}, NULL, tensor);
    double apart = 0.0;
    for (int k = 0; k < 24; k++) apart += fabs(tensor[k] - matrix[k]);
    cr_expect(apart > 0.01, "three factors do nothing else than two: %g", apart);
}

/* Number k of the tensor with its axes in this order is number place[k] of one with them in the
 * order 0, 1, 2. */
static Axes ordered(const int64_t length[3], const int order[3], int *place)
{
    Axes axes = {{length[order[0]], length[order[1]], length[order[2]]}};
    for (int k = 0; k < length[0] * length[1] * length[2]; k++) {
        int64_t at[3], rest = k;
        for (int axis = 2; axis >= 0; axis--) {
            at[order[axis]] = rest % axes.length[axis];
            rest /= axes.length[axis];
        }
        place[k] = (int)((at[0] * length[1] + at[1]) * length[2] + at[2]);
    }
    return axes;
}

Test(axes, in_another_order_give_the_same_numbers_in_that_order)
{
    static const int orders[][3] = {{0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    static const int64_t length[3] = {4, 3, 5};
    for (int v = 0; v < VARIANTS - 1; v++) { /* each product rounded to 8 bits: not the same */
        double want[60], got[60];
        walk(variants[v], (Axes){{4, 3, 5}}, NULL, want);
        for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
            int place[60];
            Axes axes = ordered(length, orders[o], place);
            walk(variants[v], axes, place, got);
            /* Ten steps, sums of at most 60 terms in another order. */
            for (int k = 0; k < 60; k++)
                close_check_one(variants[v], got[k], want[place[k]], 1e-13);
        }
    }
}

/* ---- coordinates */

enum { STEPS = 100 };

static double apart(const InvarianceLaw *law)
{
    double difference[STEPS];
    invariance_differences(law, backend, STEPS, difference);
    return difference[STEPS - 1];
}

#define FREE "if_shampoo:beta2=0.8,batch=2,damping=0,axes=all"
#define DAMPED "if_shampoo:beta2=0.8,batch=2,damping=0.1,axes=all"
#define PLAIN_OF(text)                                                                             \
    {                                                                                              \
        text, 0.05, 1, &coordinates_tensor, NULL                                                   \
    }

Test(axes, all_sheared_are_nothing_to_factors_that_are_transported)
{
    InvarianceLaw law = {.plain = PLAIN_OF(FREE),
                         .changed = {FREE, 0.05, 1, &coordinates_tensor_shear, transport_factors}};
    cr_expect(le(dbl, apart(&law), INVARIANCE_EQUAL));
    law.changed.transport = NULL;
    cr_expect(ge(dbl, apart(&law), INVARIANCE_APART));
    InvarianceLaw damped = {
        .plain = PLAIN_OF(DAMPED),
        .changed = {DAMPED, 0.05, 1, &coordinates_tensor_shear, transport_factors}};
    cr_expect(ge(dbl, apart(&damped), INVARIANCE_APART));
}

/* batch G Gᵀ is the same for G / 4 and 16 batch; the direction is a quarter. Powers of two round
 * nothing. */
Test(axes, a_factor_on_the_loss_is_one_on_the_batch_to_the_last_bit)
{
    InvarianceLaw law = {
        .plain = {"if_shampoo:batch=2,damping=0.01,axes=all", 0.05, 1, &coordinates_tensor, NULL},
        .changed = {"if_shampoo:batch=32,damping=0.01,axes=all", 0.2, 0.25, &coordinates_tensor,
                    NULL}};
    cr_expect(eq(dbl, apart(&law), 0.0));
}

/* ---- the curvature that is found */

/* Mean over `steps` of the Kronecker product of (K Kᵀ)⁻¹ on the three axes; gradients are A, B and
 * C on the axes of normal numbers of deviation 1/2 (batch 4); COORDINATE_MOST² numbers. */
static void found(const char *text, int burn, int steps, double *sum)
{
    World *world = world_of(text, (Axes){{3, 2, 2}});
    const Run *run = world->optimizer->run;
    int64_t numbers;
    real *state = optimizer_state(world->optimizer, &numbers) + optimizer_rounded(run->count);
    Factors roots = kronecker_at(world->optimizer, state, run);
    for (int step = 0; step < burn + steps; step++) {
        Rng rng = rng_stream(9, (uint32_t)step, RNG_NOISE);
        double X[COORDINATE_MOST], G[COORDINATE_MOST];
        rng_fill_normal(&rng, COORDINATE_MOST, 0.5, X);
        coordinates_gradient(&coordinates_tensor_shear, X, G);
        for (int k = 0; k < COORDINATE_MOST; k++) world->table.gradients[k] = (real)G[k];
        optimizer_step(world->optimizer, 0.0);
        if (step < burn) continue;
        Square S[3] = {coordinates_unit.A, coordinates_unit.A, coordinates_unit.A};
        for (int axis = 0; axis < 3; axis++) {
            Matrix K = roots.axes[axis];
            for (int i = 0; i < K.rows; i++)
                for (int j = 0; j < K.rows; j++) S[axis].at[i][j] = (double)matrix_row(K, i)[j];
            S[axis] = square_outer(&S[axis]);
            S[axis] = square_inverse(&S[axis]);
        }
        for (int k = 0; k < COORDINATE_MOST * COORDINATE_MOST; k++) {
            int row = k / COORDINATE_MOST, col = k % COORDINATE_MOST;
            sum[k] += S[0].at[row / 4][col / 4] * S[1].at[row / 2 % 2][col / 2 % 2] *
                      S[2].at[row % 2][col % 2] / steps;
        }
    }
    world_free(world);
}

/* S fluctuates by some sqrt(1 − beta2), and a product of what fluctuates together is off by the
 * square: about 1 %, as for a matrix (test_gradient_invariance.c). */
Test(axes, the_curvature_found_on_all_of_them_is_that_of_the_gradients)
{
    double sum[COORDINATE_MOST * COORDINATE_MOST] = {0.0}, difference = 0.0, size = 0.0;
    found("if_shampoo:beta2=0.998,batch=4,damping=0,axes=all", 3000, 20000, sum);
    Square A = square_outer(&coordinates_tensor_shear.A);
    Square B = square_outer(&coordinates_tensor_shear.B);
    Square C = square_outer(&coordinates_tensor_shear.C);
    for (int k = 0; k < COORDINATE_MOST * COORDINATE_MOST; k++) {
        int row = k / COORDINATE_MOST, col = k % COORDINATE_MOST;
        double want =
            A.at[row / 4][col / 4] * B.at[row / 2 % 2][col / 2 % 2] * C.at[row % 2][col % 2];
        difference += (sum[k] - want) * (sum[k] - want);
        size += want * want;
    }
    cr_expect(lt(dbl, sqrt(difference / size), 0.02));
}

/* ---- other programs */

/* After five steps from x = 1 with g_ijk = 0.5 sin(1 + i + 2 j + 3 k + 3 t); printed to 12 places.
 */
Test(axes, five_steps_are_those_of_the_authors_code)
{
    static const double want[8] = {.936070100732, 1.051059083729, .976088001392,  1.037367478434,
                                   .947568442349, 1.057537987691, 1.059711712165, .950219538798};
    World *world = world_of("if_shampoo:beta2=0.8,momentum=0.9,geodesic=0.5,damping=0.01,"
                            "decay=0.001,batch=16,axes=all",
                            (Axes){{2, 2, 2}});
    for (int k = 0; k < 8; k++) world->table.values[k] = 1;
    for (int t = 0; t < 5; t++) {
        for (int k = 0; k < 8; k++)
            world->table.gradients[k] =
                (real)(0.5 * sin(1.0 + k / 4 + 2.0 * (k / 2 % 2) + 3.0 * (k % 2) + 3.0 * t));
        optimizer_step(world->optimizer, 0.1);
    }
    for (int k = 0; k < 8; k++)
        close_check_one("x", (double)world->table.values[k], want[k], 1e-12);
    world_free(world);
}

Test(axes, ten_steps_are_those_of_einsum)
{
    Csv *csv = csv_read("tests/golden/tensors.csv");
    enum { COUNT = 72, RUNS = 6 };
    cr_assert(csv_rows(csv) == COUNT * RUNS);
    for (int64_t row = 0; row < COUNT * RUNS; row += COUNT) {
        double got[COUNT];
        const char *text = csv_text(csv, row, 0);
        walk(text, (Axes){{4, 3, 3, 2}}, NULL, got);
        /* Roundings of 72 terms, and what momentum makes of them in ten steps. */
        for (int k = 0; k < COUNT; k++)
            close_check_one(text, got[k], csv_real(csv, row + k, 2), 2e-14);
    }
    csv_free(csv);
}

/* ---- what a convolution says of itself, and what is kept */

Test(axes, of_a_convolution_are_outputs_kernel_kernel_and_inputs)
{
    ModelTask task = {.batch = 2, .classes = 3, .height = 8, .width = 8, .channels = 1};
    Model *model = model_create(backend, "cnn", &task, false);
    const ParameterTable *table = model_parameters(model);
    int tensors = 0;
    for (int p = 0; p < table->count; p++) {
        const Parameter *item = &table->item[p];
        const int64_t *length = item->axes.length;
        if (!length[0]) continue;
        tensors++;
        cr_expect(eq(i64, length[0], item->value.rows));
        cr_expect(length[1] == length[2] && length[4] == 0, "%s", item->name);
        cr_expect(eq(i64, length[1] * length[2] * length[3], item->value.cols));
    }
    cr_expect(ge(int, tensors, 2));
    model_free(model);
}

/* m and twice the factors, each from a border of 16 numbers on. */
Test(axes, a_class_of_factors_takes_the_numbers_it_has)
{
    static const struct {
        const char *keys;
        int64_t numbers;
    } rows[] = {
        {"", 64 * 96 + 2 * (64 * 64 + 96 * 96)},
        {",factors=diagonal", 64 * 96 + 2 * (64 + 96)},
        {",factors=blocks,block=16", 64 * 96 + 2 * 16 * (64 + 96)},
        {",factors=upper_toeplitz", 64 * 96 + 2 * (64 + 96)},
        {",factors=lower_toeplitz", 64 * 96 + 2 * (64 + 96)},
        {",axes=all", 64 * 96 + 2 * (64 * 64 + 16 + 16 + 16 * 16)},
        {",axes=all,factors=diagonal", 64 * 96 + 2 * (64 + 3 * 16)},
    };
    Parameter item = {.name = "x",
                      .group = GROUP_MATRIX,
                      .value = matrix_of(NULL, 64, 96),
                      .gradient = matrix_of(NULL, 64, 96),
                      .axes = {{64, 3, 2, 16}}};
    ParameterTable table = {1, &item, 64 * 96, 0, NULL, NULL};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        char *text = format_text("if_shampoo:batch=1%s", rows[k].keys);
        int64_t numbers = optimizer_state_bytes(text, &table) / (int64_t)sizeof(real);
        cr_expect(eq(i64, numbers, rows[k].numbers), "%s", text);
        free(text);
    }
}

/* ---- threads */

Test(axes, the_number_of_threads_changes_no_byte)
{
    enum { COUNT = 40 * 3 * 3 * 50 };
    real *alone = alloc_zeroed(COUNT, sizeof *alone);
    for (int threads = 1; threads <= 8; threads *= 2) {
        omp_set_num_threads(threads);
        World *world = world_of(variants[1], (Axes){{40, 3, 3, 50}});
        for (int t = 0; t < 3; t++) {
            for (int k = 0; k < COUNT; k++) world->table.gradients[k] = (real)sin(1.7 * k + t);
            optimizer_step(world->optimizer, 0.1);
        }
        if (threads == 1) memcpy(alone, world->table.values, COUNT * sizeof *alone);
        close_check_bytes("x", COUNT * sizeof *alone, world->table.values, alone);
        world_free(world);
    }
    free(alone);
}
