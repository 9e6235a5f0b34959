/* The passes over the rows, and steps of training, with several threads, against one thread: the
 * same bytes.
 *
 * A program without a test framework, because the thread sanitizer can watch this one
 * and cannot watch a test runner. Prints a count and exits 1 when bytes differ. */
#include "compute/rowpass.h"
#include "model/model.h"
#include "optim/optimizer.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 4000, COLS = 60, NUMBERS = 1 + 2 * COLS + ROWS + COLS * COLS };

/* Small whole numbers: narrowing packs them into bytes; halves and tenths stop it earlier. */
static Design *make(double unit)
{
    Design *design = design_create(ROWS, COLS);
    for (int64_t i = 0; i < ROWS; i++)
        for (int64_t j = 0; j < COLS; j++)
            design_row(design, i)[j] = unit * (double)((i * 7 + j * 13) % 11);
    design_narrow(design);
    return design;
}

/* Everything that a pass can return, one after the other. */
static void pass(const Design *design, double *out)
{
    double w[COLS], c[ROWS];
    for (int j = 0; j < COLS; j++) w[j] = sin(j) / COLS;
    for (int i = 0; i < ROWS; i++) c[i] = 1.0 + cos(i);
    out[0] = rowpass_gradient(design, &rowloss_logistic, w, out + 1);
    rowpass_curvature(design, c, w, out + 1 + COLS);
    rowpass_margins(design, w, out + 1 + 2 * COLS);
    rowpass_gram(design, c, out + 1 + 2 * COLS + ROWS);
}

static int differs(double unit)
{
    static double one[NUMBERS], many[NUMBERS];
    Design *design = make(unit);
    const char *storage = design_storage_name(design->storage);
    int different = 0;
    omp_set_num_threads(1);
    pass(design, one);
    for (int threads = 2; threads <= 4; threads++) {
        omp_set_num_threads(threads);
        pass(design, many);
        if (memcmp(one, many, sizeof one)) {
            printf("%s: other bytes with %d threads\n", storage, threads);
            different++;
        }
    }
    design_free(design);
    return different;
}

/* ---- training: large enough that every operation forks */

typedef struct {
    const char *model, *optimizer;
    ModelTask task;
} Case;

static const Case cases[] = {
    {"transformer:layers=1,width=64,heads=2,context=40,dropout=0.1",
     "adamw:clip=1",
     {.batch = 8, .classes = 600}},
    {"transformer:layers=1,width=64,heads=2,context=40,style=llama",
     "muon:decay=0.1",
     {.batch = 8, .classes = 50}},
    {"cnn:widths=8-16,pools=0-1",
     "sgd:momentum=0.9",
     {.batch = 16, .classes = 5, .height = 12, .width = 12, .channels = 3}},
};
enum { CASES = sizeof cases / sizeof *cases };

/* Two steps on numbers of no meaning. The parameters after them are the caller's to free. */
static real *train(const Case *c, int threads, int64_t *count)
{
    omp_set_num_threads(threads);
    Backend *backend = backend_cpu();
    Model *model = model_create(backend, c->model, &c->task, true);
    ParameterTable *table = model_parameters(model);
    Optimizer *optimizer = optimizer_create(c->optimizer, backend, table);
    model_start(model, rng_stream(1, 0, RNG_INIT));
    Matrix input = model_input(model);
    int64_t rows = c->task.batch * model_context(c->model);
    int32_t *tokens = calloc((size_t)rows, sizeof *tokens);
    for (int64_t i = 0; i < rows; i++) tokens[i] = (int32_t)(i * i % c->task.classes);
    for (int64_t i = 0; i < matrix_count(input); i++) matrix_reals(input)[i] = sinf((float)i);
    double sums[HEAD_SUMS] = {0};
    for (uint32_t step = 0; step < 2; step++) {
        Pass pass = {.backend = backend,
                     .training = true,
                     .tokens = tokens,
                     .labels = tokens,
                     .sums = sums,
                     .noise = rng_stream(1, step, RNG_NOISE)};
        model_zero_gradients(model);
        model_forward(model, &pass);
        model_backward(model, &pass);
        optimizer_step(optimizer, 1e-2);
    }
    *count = table->size + table->state_size;
    real *values = malloc((size_t)*count * sizeof *values);
    memcpy(values, table->values, (size_t)*count * sizeof *values);
    free(tokens);
    optimizer_free(optimizer);
    model_free(model);
    backend->close(backend);
    return values;
}

static int training_differs(const Case *c)
{
    int different = 0;
    int64_t count;
    real *one = train(c, 1, &count);
    for (int threads = 2; threads <= 4; threads++) {
        real *many = train(c, threads, &count);
        if (memcmp(one, many, (size_t)count * sizeof *one)) {
            printf("%s: other bytes with %d threads\n", c->model, threads);
            different++;
        }
        free(many);
    }
    free(one);
    return different;
}

int main(void)
{
    static const double units[] = {1.0, 0.5, 0.1};
    int different = 0;
    for (int k = 0; k < 3; k++) different += differs(units[k]);
    for (int k = 0; k < CASES; k++) different += training_differs(&cases[k]);
    printf("threads: %d passed, %d failed\n", 9 + 3 * CASES - different, different);
    return different > 0;
}
