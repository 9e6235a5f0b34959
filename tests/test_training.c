#include "problem/training.h"

#include "dying.h"
#include "optim/optimizer.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

enum { CONTEXT = 16, BATCH = 8 };

static const char small[] = "transformer:layers=1,width=16,heads=2,context=16";
static const char chain[] = "markov:states=8,seed=2";

typedef struct {
    Backend *backend;
    Data *data;
    Model *model;
    Problem *problem;
    double *sums;
} Setting;

static Setting set_up(const char *model, const char *data, int64_t batch, uint64_t seed)
{
    Setting s = {.backend = backend_cpu()};
    s.data = data_open(data, &(DataOptions){.folder = "data/cache", .context = CONTEXT});
    ModelTask task = training_task(s.data, batch);
    s.model = model_create(s.backend, model, &task, true);
    s.problem = problem_training(s.backend, s.model, s.data, batch, seed);
    s.sums = s.backend->alloc(s.backend, HEAD_SUMS * sizeof(double));
    s.problem->start(s.problem, seed);
    return s;
}

static void tear_down(Setting *s)
{
    s->backend->release(s->backend, s->sums);
    s->problem->free(s->problem);
    model_free(s->model);
    data_free(s->data);
    s->backend->close(s->backend);
}

/* A copy of the gradient of a step; the caller frees. */
static real *gradient_of(Setting *s, int64_t step)
{
    s->problem->gradient(s->problem, step, s->sums);
    size_t bytes = (size_t)s->problem->parameters->size * sizeof(real);
    real *copy = malloc(bytes);
    s->backend->download(s->backend, bytes, s->problem->parameters->gradients, copy);
    return copy;
}

static bool same(const Setting *s, const real *a, const real *b)
{
    return memcmp(a, b, (size_t)s->problem->parameters->size * sizeof(real)) == 0;
}

static void read_sums(const Setting *s, double sums[HEAD_SUMS])
{
    s->backend->download(s->backend, HEAD_SUMS * sizeof(double), s->sums, sums);
}

Test(training, the_gradient_of_a_step_does_not_depend_on_what_ran_before)
{
    Setting s =
        set_up("transformer:layers=1,width=16,heads=2,context=16,dropout=0.1", chain, BATCH, 1);
    real *first = gradient_of(&s, 3), *other = gradient_of(&s, 4);
    s.problem->evaluate(s.problem, SPLIT_VALIDATION, 2);
    real *again = gradient_of(&s, 3);
    cr_expect(same(&s, first, again));
    cr_expect(not(same(&s, first, other)));
    free(first), free(other), free(again);
    tear_down(&s);
}

Test(training, the_sums_are_added_to)
{
    Setting s = set_up(small, chain, BATCH, 1);
    double one[HEAD_SUMS], two[HEAD_SUMS];
    s.problem->gradient(s.problem, 0, s.sums);
    read_sums(&s, one);
    s.problem->gradient(s.problem, 0, s.sums);
    read_sums(&s, two);
    cr_expect(eq(dbl, one[HEAD_ROWS], BATCH * CONTEXT));
    /* double sums of a few hundred numbers */
    for (int k = 0; k < HEAD_SUMS; k++)
        cr_expect(epsilon_eq(dbl, two[k], 2 * one[k], 1e-12 * one[k]));
    tear_down(&s);
}

/* 65536 held-out tokens and batches of 24 windows of 16: 170 full ones and one of 16 windows. */
Test(training, an_evaluation_counts_every_held_out_token_once)
{
    Setting s = set_up(small, chain, 24, 1);
    Evaluation all = s.problem->evaluate(s.problem, SPLIT_VALIDATION, 0);
    cr_expect(eq(i64, all.rows, 65536));
    cr_expect(eq(i64, s.problem->evaluate(s.problem, SPLIT_VALIDATION, 2).rows, 2 * 24 * CONTEXT));
    cr_expect(eq(i64, s.problem->evaluate(s.problem, SPLIT_VALIDATION, 1000).rows, 65536));
    tear_down(&s);

    /* Another size of batch, the same tokens: the mean differs by rounding only, floats of a few
     * units in the last place in each row. */
    s = set_up(small, chain, 64, 1);
    Evaluation other = s.problem->evaluate(s.problem, SPLIT_VALIDATION, 0);
    cr_expect(epsilon_eq(dbl, other.loss, all.loss, 1e-6));
    tear_down(&s);
}

Test(training, an_evaluation_leaves_parameters_and_gradients_as_they_are)
{
    Setting s = set_up(small, chain, BATCH, 1);
    real *gradient = gradient_of(&s, 0);
    const ParameterTable *table = s.problem->parameters;
    size_t bytes = (size_t)(table->size + table->state_size) * sizeof(real);
    real *values = malloc(bytes), *after = malloc(bytes);
    s.backend->download(s.backend, bytes, table->values, values);
    Evaluation first = s.problem->evaluate(s.problem, SPLIT_TEST, 3);
    s.backend->download(s.backend, bytes, table->values, after);
    cr_expect(memcmp(values, after, bytes) == 0);
    cr_expect(memcmp(gradient, table->gradients, (size_t)table->size * sizeof(real)) == 0);
    Evaluation second = s.problem->evaluate(s.problem, SPLIT_TEST, 3);
    cr_expect(memcmp(&first, &second, sizeof first) == 0);
    free(gradient), free(values), free(after);
    tear_down(&s);
}

static void train(Setting *s, int64_t steps, double rate)
{
    Optimizer *optimizer =
        optimizer_create("adamw:beta1=0.9,beta2=0.99,decay=0", s->backend, s->problem->parameters);
    for (int64_t step = 0; step < steps; step++) {
        s->problem->gradient(s->problem, step, s->sums);
        optimizer_step(optimizer, rate * (1.0 - (double)step / (double)steps));
    }
    optimizer_free(optimizer);
}

/* The 65536 held-out tokens have a mean of −ln P of their own: sd(−ln P) is about 1 nat, so its
 * standard error is 0.004, and 5 of them are allowed below the floor. Above it, what 600 short
 * steps leave of the way from ln 8 (0.6 nats or more above the floor): less than a twentieth. */
Test(training, the_loss_on_a_random_source_approaches_its_entropy)
{
    Setting s = set_up(small, chain, 16, 1);
    double floor = s.data->entropy;
    cr_expect(eq(dbl, s.problem->optimum, floor));
    double before = s.problem->evaluate(s.problem, SPLIT_VALIDATION, 0).loss;
    cr_expect(gt(dbl, before - floor, 0.5));
    train(&s, 600, 0.01);
    double after = s.problem->evaluate(s.problem, SPLIT_VALIDATION, 0).loss;
    cr_expect(gt(dbl, after, floor - 0.02));
    cr_expect(lt(dbl, after, floor + 0.03));
    tear_down(&s);
}

Test(training, small_images_are_learnt)
{
    if (access("data/cache/digits/digits.csv.gz", F_OK)) cr_skip("data/fetch.sh fetches digits");
    Setting s = set_up("mlp:layers=1,width=32", "digits", 32, 1);
    train(&s, 300, 0.01);
    Evaluation validation = s.problem->evaluate(s.problem, SPLIT_VALIDATION, 0);
    cr_expect(eq(i64, validation.rows, s.data->count[SPLIT_VALIDATION]));
    cr_expect(gt(dbl, validation.accuracy, 0.9));
    cr_expect(isnan(s.problem->optimum));
    tear_down(&s);
}

/* ---- data in the memory of a device: the CPU stands for one that is not the host */

static const char *text_path(const char *name, uint64_t seed)
{
    char text[20001] = {0};
    Rng stream = rng_stream(seed, 0, RNG_DATA);
    for (int k = 0; k < 20000; k++) text[k] = (char)('a' + rng_below(&stream, 26));
    return scratch_text(name, text);
}

/* 200 images of 4 x 4 random bytes in MNIST's format, label of image i: i mod 5. */
static void image_files(char *spec, size_t size)
{
    enum { COUNT = 200, SIDE = 4 };
    const char *images = scratch_path("images"), *labels = scratch_path("labels");
    FILE *image = fopen(images, "wb"), *label = fopen(labels, "wb");
    fwrite((uint8_t[]){0, 0, 8, 3, 0, 0, 0, COUNT, 0, 0, 0, SIDE, 0, 0, 0, SIDE}, 1, 16, image);
    fwrite((uint8_t[]){0, 0, 8, 1, 0, 0, 0, COUNT}, 1, 8, label);
    Rng stream = rng_stream(5, 0, RNG_DATA);
    for (int k = 0; k < COUNT * SIDE * SIDE; k++) fputc((int)rng_below(&stream, 256), image);
    for (int k = 0; k < COUNT; k++) fputc(k % 5, label);
    fclose(image), fclose(label);
    snprintf(spec, size, "idx:images=%s,labels=%s", images, labels);
}

static int64_t gathered; /* batches */
static void (*windows_of_cpu)(Backend *, const uint8_t *, int64_t, int64_t, const int64_t *,
                              int32_t *, int32_t *);
static void (*images_of_cpu)(Backend *, const ByteImages *, int64_t, const int64_t *, Matrix,
                             int32_t *);

static void count_windows(Backend *backend, const uint8_t *bytes, int64_t windows, int64_t context,
                          const int64_t *places, int32_t *tokens, int32_t *labels)
{
    gathered++;
    windows_of_cpu(backend, bytes, windows, context, places, tokens, labels);
}

static void count_images(Backend *backend, const ByteImages *from, int64_t images,
                         const int64_t *places, Matrix pixels, int32_t *labels)
{
    gathered++;
    images_of_cpu(backend, from, images, places, pixels, labels);
}

/* The batch of a step as it is in the backend, by gradients: over an epoch's end for the images. */
static void gathered_as_uploaded(const char *model, const char *data, bool gathers)
{
    Setting upload = set_up(model, data, 40, 1), gather = set_up(model, data, 40, 1);
    Backend *backend = gather.backend;
    gather.problem->free(gather.problem);
    windows_of_cpu = backend->gather_windows, images_of_cpu = backend->gather_images;
    backend->gather_windows = count_windows, backend->gather_images = count_images;
    backend->is_host = false;
    gather.problem = problem_training(backend, gather.model, gather.data, 40, 1);
    gathered = 0;
    for (int64_t step = 0; step < 6; step++) {
        real *a = gradient_of(&upload, step), *b = gradient_of(&gather, step);
        cr_expect(same(&upload, a, b), "%s, step %lld", data, (long long)step);
        free(a), free(b);
    }
    Evaluation a = upload.problem->evaluate(upload.problem, SPLIT_VALIDATION, 0);
    Evaluation b = gather.problem->evaluate(gather.problem, SPLIT_VALIDATION, 0);
    cr_expect(memcmp(&a, &b, sizeof a) == 0);
    int64_t batches = 6 + data_batches(gather.data, SPLIT_VALIDATION, 40);
    cr_expect(eq(i64, gathered, gathers ? batches : 0), "%s", data);
    tear_down(&upload), tear_down(&gather);
}

Test(training, a_batch_made_in_the_backend_from_places_is_the_one_that_is_uploaded)
{
    char text[1024], two[1024], images[1024], augmented[1100];
    snprintf(text, sizeof text, "text:file=%s", text_path("some.txt", 4));
    snprintf(two, sizeof two, "mixture:files=%s", text_path("some.txt", 4));
    snprintf(two + strlen(two), sizeof two - strlen(two), "+%s", text_path("other.txt", 6));
    image_files(images, sizeof images);
    snprintf(augmented, sizeof augmented, "%s,flip=1,crop=1", images);
    const char *noisy = "transformer:layers=1,width=16,heads=2,context=16,dropout=0.1";
    gathered_as_uploaded(small, text, true);
    gathered_as_uploaded(noisy, text, true);
    gathered_as_uploaded(small, two, true);
    gathered_as_uploaded("mlp:layers=1,width=8", images, true);
    gathered_as_uploaded("mlp:layers=1,width=8", augmented, false);
    gathered_as_uploaded(small, chain, false);
}

static int64_t dropped; /* calls, each with the step that is expected */
static int64_t step_of_noise;
static void (*dropout_of_cpu)(Backend *, Rng, const int64_t *, real, Matrix, Matrix);

static void check_dropout(Backend *backend, Rng stream, const int64_t *step, real share, Matrix x,
                          Matrix y)
{
    cr_assert(not(eq(ptr, (void *)step, NULL)));
    cr_expect(eq(i64, *step, step_of_noise));
    cr_expect(stream.seed == 5 && stream.use == RNG_NOISE);
    dropped++;
    dropout_of_cpu(backend, stream, step, share, x, y);
}

/* As often forward as backward in each step, and never in an evaluation. */
Test(training, dropout_draws_the_noise_of_the_step_forward_and_backward)
{
    Setting s = set_up("transformer:layers=1,width=16,heads=2,context=16,dropout=0.1", chain, 4, 5);
    dropout_of_cpu = s.backend->dropout;
    s.backend->dropout = check_dropout;
    for (step_of_noise = 6; step_of_noise < 8; step_of_noise++)
        s.problem->gradient(s.problem, step_of_noise, s.sums);
    int64_t in_two = dropped;
    cr_expect(in_two >= 2 * 2 && in_two % 4 == 0, "%lld calls", (long long)in_two);
    s.problem->load(s.problem, step_of_noise = 3);
    s.problem->compute(s.problem, s.sums);
    s.problem->evaluate(s.problem, SPLIT_VALIDATION, 1);
    cr_expect(eq(i64, dropped, in_two + in_two / 2));
    tear_down(&s);
}

typedef struct {
    const char *model, *data;
    int64_t height, channels; /* of the images that the model is made for */
} Misfit;

static void fit(void *context)
{
    const Misfit *m = context;
    Backend *backend = backend_cpu();
    Data *data = data_open(m->data, &(DataOptions){.folder = "data/cache", .context = CONTEXT});
    ModelTask task = {BATCH, 10, m->height, m->height, m->channels};
    Model *model = model_create(backend, m->model, &task, true);
    problem_training(backend, model, data, BATCH, 1);
}

Test(training, a_model_and_data_that_do_not_fit_are_refused)
{
    if (access("data/cache/digits/digits.csv.gz", F_OK)) cr_skip("data/fetch.sh fetches digits");
    static Misfit wrong[] = {{small, "digits", 0, 0},
                             {"mlp:layers=1,width=8", chain, 8, 1},
                             {"mlp:layers=1,width=8", "digits", 6, 1},
                             {"mlp:layers=1,width=8", "digits", 8, 3}};
    static const char *const sentence[] = {
        "digits: these data are images, but the model is one of text",
        "markov:states=8,seed=2: these data are text, but the model is one of images",
        "digits: a batch of 8 images is 512 pixels of 1 channels, but the model takes 288 of 1",
        "digits: a batch of 8 images is 512 pixels of 1 channels, but the model takes 512 of 3"};
    for (int k = 0; k < 4; k++) {
        Ending ending = dying_run(fit, &wrong[k]);
        cr_expect(eq(int, ending.exit_code, 2));
        cr_expect(not(eq(ptr, strstr(ending.err, sentence[k]), NULL)), "%s", ending.err);
    }
}
