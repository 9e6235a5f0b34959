/* The planner: who shares whose memory. Toy layers y = a x + skip, whose gradients are known. */
#include "model/model.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

enum { ROWS = 3, COLS = 5 };

typedef struct {
    Layer base;
    real factor;
} Toy;

static void toy_forward(Layer *layer, const Pass *pass)
{
    (void)pass;
    const real *x = matrix_reals(layer->x), *skip = matrix_reals(layer->skip);
    real *y = matrix_reals(layer->y);
    for (int64_t i = 0; i < ROWS * COLS; i++)
        y[i] = ((Toy *)layer)->factor * x[i] + (skip ? skip[i] : 0);
}

/* The loss is Σ i y_i of the last layer. */
static void last_forward(Layer *layer, const Pass *pass)
{
    toy_forward(layer, pass);
    real *dx = matrix_reals(layer->dx);
    for (int64_t i = 0; i < ROWS * COLS; i++) dx[i] = ((Toy *)layer)->factor * (real)i;
}

static void toy_backward(Layer *layer, const Pass *pass)
{
    (void)pass;
    real *dy = matrix_reals(layer->dy), *dx = matrix_reals(layer->dx);
    if (!dx) return;
    for (int64_t i = 0; i < ROWS * COLS; i++)
        dx[i] = (layer->adds ? dx[i] : 0) + ((Toy *)layer)->factor * dy[i];
    if (dx == dy || matrix_exists(layer->skip)) return;
    for (int64_t i = 0; i < ROWS * COLS; i++) dy[i] = 1e30f; /* scratch from now on */
}

static void nothing(Layer *layer, const Pass *pass) { (void)layer, (void)pass; }

static const LayerKind toy = {"toy", toy_forward, toy_backward};
static const LayerKind last = {"last", last_forward, nothing};

static Layer *toy_layer(const char *name, const LayerKind *kind, real factor)
{
    Toy *layer = (Toy *)layer_create(sizeof(Toy), kind, ROWS, COLS, name);
    layer->factor = factor;
    layer_parameter(&layer->base, "bias", GROUP_VECTOR, 1, 3, 1.0, 0.0);
    layer_parameter(&layer->base, "weight", GROUP_MATRIX, 2, 3, 0.0, 0.5);
    layer->base.multiplies = 7.0;
    return &layer->base;
}

/* input → a → b → c (skip a) → d → e (skip c) → last; d may write its dx over its dy. */
static Model *ladder(Backend *backend, bool place)
{
    Model *model = model_new(backend, ROWS, COLS);
    int a = model_add(model, toy_layer("a", &toy, 2), MODEL_INPUT, MODEL_NONE);
    int b = model_add(model, toy_layer("b", &toy, 3), a, MODEL_NONE);
    int c = model_add(model, toy_layer("c", &toy, 5), b, a);
    Layer *over = toy_layer("d", &toy, 7);
    over->in_place_backward = true;
    int d = model_add(model, over, c, MODEL_NONE);
    int e = model_add(model, toy_layer("e", &toy, 11), d, c);
    model_add(model, toy_layer("f", &toy, 13), e, MODEL_NONE);
    model_add(model, toy_layer("end", &last, 17), e + 1, MODEL_NONE);
    model_finish(model, place);
    return model;
}

/* Exact: small integers. dy of a is the gradient of everything behind it. */
Test(model, gradients_along_two_skips_add_up)
{
    Backend *backend = backend_cpu();
    Model *model = ladder(backend, true);
    Pass pass = {.backend = backend, .training = true};
    real *x = matrix_reals(model_input(model));
    for (int i = 0; i < ROWS * COLS; i++) x[i] = 1;
    for (int repeat = 0; repeat < 2; repeat++) {
        model_forward(model, &pass);
        model_backward(model, &pass);
    }
    /* y_a = 2x; y_c = (15 + 1) y_a; y_e = (77 + 1) y_c; end = 17 * 13 y_e */
    real chain = 17.0f * 13.0f * 78.0f * 16.0f;
    const real *dy = matrix_reals(model_gradient(model, 0));
    for (int i = 0; i < ROWS * COLS; i++) cr_assert(eq(flt, dy[i], chain * (real)i), "%d", i);
    model_free(model);
    backend->close(backend);
}

Test(model, few_gradients_of_activations_are_alive_at_once)
{
    Backend *backend = backend_cpu();
    Model *model = ladder(backend, false);
    /* 8 activations of 15 numbers, each on its own lines of 16, and two stretches of gradients:
     * that of the skips, and that of what lies between them. */
    cr_assert(eq(i64, model_memory(model).activations, (8 + 2) * 16 * (int64_t)sizeof(real)));
    cr_assert(eq(i64, (int64_t)model_flops(model), 6 * 7 * 7));
    model_free(model);
    backend->close(backend);
}

Test(model, the_table_holds_groups_together_and_the_values_start_as_asked)
{
    Backend *backend = backend_cpu();
    Model *model = ladder(backend, true);
    const ParameterTable *table = model_parameters(model);
    cr_assert(eq(int, table->count, 14));
    cr_assert(eq(i64, parameters_count(table), 7 * 9));
    for (int k = 0; k < 14; k++)
        cr_assert(eq(int, (int)table->item[k].group, k < 7 ? GROUP_MATRIX : GROUP_VECTOR));
    const Parameter *bias = parameters_find(table, "d.bias");
    cr_assert(bias && (real *)bias->gradient.data - table->gradients ==
                          (real *)bias->value.data - table->values);
    cr_assert(parameters_find(table, "d.nothing") == NULL);

    model_start(model, rng_stream(1, 0, RNG_INIT));
    real first = *matrix_reals(table->item[0].value);
    for (int i = 0; i < 3; i++) cr_assert(eq(flt, matrix_reals(bias->value)[i], 1));
    cr_assert(ne(flt, first, 0));
    model_start(model, rng_stream(1, 0, RNG_INIT));
    cr_assert(eq(flt, *matrix_reals(table->item[0].value), first));
    model_free(model);
    backend->close(backend);
}

Test(model, a_shared_parameter_is_listed_once)
{
    Backend *backend = backend_cpu();
    Model *model = model_new(backend, ROWS, COLS);
    Layer *owner = toy_layer("owner", &toy, 1), *user = toy_layer("user", &toy, 1);
    user->parameter[1].of.layer = owner;
    user->parameter[1].of.index = 1;
    model_add(model, user, model_add(model, owner, MODEL_INPUT, MODEL_NONE), MODEL_NONE);
    model_finish(model, true);
    cr_assert(eq(int, model_parameters(model)->count, 3));
    cr_assert(user->parameter[1].value.data == owner->parameter[1].value.data);
    cr_assert(user->parameter[1].gradient.data == owner->parameter[1].gradient.data);
    model_free(model);
    backend->close(backend);
}

/* Rows of 4 sequences of 16 tokens, all matrices whole cache lines in either dtype: in bfloat16
 * all takes half the bytes but the statistics of three norms (64 x 2) and the sums of a row's
 * exponentials (8 x 16), which are reals. */
Test(model, activations_of_two_bytes_take_half_the_memory_but_for_what_layers_keep_in_reals)
{
    Backend *backend = backend_cpu();
    const char *spec = "transformer:layers=1,width=16,heads=2,context=16";
    ModelTask task = {.batch = 4, .classes = 10};
    ModelMemory memory[2];
    for (int k = 0; k < 2; k++) {
        if (k) backend->activations = DTYPE_BFLOAT16;
        Model *model = model_create(backend, spec, &task, false);
        memory[k] = model_memory(model);
        model_free(model);
    }
    int64_t reals = (3 * 64 * 2 + 8 * 16) * (int64_t)sizeof(real);
    cr_assert(eq(i64, 2 * memory[1].activations - memory[0].activations, reals));
    cr_assert(eq(i64, memory[1].parameters, memory[0].parameters));
    cr_assert(eq(i64, memory[1].gradients, memory[0].gradients));
    backend->close(backend);
}
