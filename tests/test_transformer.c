/* Language models in float: published sizes, the loss at the start, causality, PyTorch's numbers,
 * learning by heart. Gradients by differences: test_gradient_models.c. */
#include "dying.h"
#include "network.h"
#include "optim/optimizer.h"

#include <omp.h>

enum { BATCH = 3, CONTEXT = 11, CLASSES = 37, ROWS = BATCH * CONTEXT };

static Network open(const char *spec, int64_t batch, int64_t classes)
{
    Backend *backend = backend_cpu();
    Model *model =
        model_create(backend, spec, &(ModelTask){.batch = batch, .classes = classes}, true);
    return network_of(backend, model, batch * model_context(spec), classes);
}

/* As training starts: not the numbers of network_of(). All labels count. */
static Network open_fresh(const char *spec, int64_t batch, int64_t classes)
{
    Network network = open(spec, batch, classes);
    model_start(network.model, rng_stream(7, 0, RNG_INIT));
    for (int64_t i = 0; i < network.rows; i++) network.labels[i] = network_bits(5, i) % classes;
    return network;
}

static int64_t numbers(const char *spec, int64_t classes)
{
    Backend *backend = backend_cpu();
    Model *model = model_create(backend, spec, &(ModelTask){.batch = 1, .classes = classes}, false);
    int64_t count = parameters_count(model_parameters(model));
    model_free(model);
    backend->close(backend);
    return count;
}

/* Radford et al. 2019 as released: GPT-2 small and medium have 124 439 808 and 354 823 168. */
Test(transformer, gpt2_has_the_published_number_of_parameters)
{
    const char *small = "transformer:layers=12,width=768,heads=12,context=1024";
    const char *medium = "transformer:layers=24,width=1024,heads=16,context=1024";
    cr_expect(numbers(small, 50257) == 124439808);
    cr_expect(numbers(medium, 50257) == 354823168);
}

/* TinyLlama (Zhang et al. 2024): 22 layers of width 2048, hidden 5632 = 2/3 of 4.125 * 2048, 32
 * heads, 4 key heads, a head of its own: 1 100 048 384. */
Test(transformer, a_llama_has_the_published_number_of_parameters)
{
    const char *tiny = "transformer:style=llama,layers=22,width=2048,heads=32,key_heads=4,"
                       "ratio=4.125,tied=0,context=2048";
    cr_expect(numbers(tiny, 32000) == 1100048384);
}

/* tokens * 6 * (12 L C² + V C) + tokens * 6 L T C */
Test(transformer, operations_are_counted_by_the_formula)
{
    Network network = open("transformer:layers=2,width=64,heads=4,context=32", 5, 101);
    double tokens = 5 * 32, L = 2, C = 64, T = 32, V = 101;
    double want = tokens * 6 * (12 * L * C * C + V * C) + tokens * 6 * L * T * C;
    close_check_one("operations", model_flops(network.model), want, 1e-6 * want);
    network_close(&network);
}

/* With a head of its own the logits are independent normal numbers of variance s² = 0.02² C, as
 * the last norm's rows have a square of C: the loss is ln V + s²/2 (1 − 1/V), and a mean over N
 * labels has the error s / sqrt(N); five of them. */
Test(transformer, the_loss_starts_at_the_logarithm_of_the_vocabulary)
{
    const char *styles[] = {"gpt2", "llama"};
    for (int k = 0; k < 2; k++) {
        char spec[128];
        snprintf(spec, sizeof spec, "transformer:style=%s,tied=0,layers=2,width=64,context=32",
                 styles[k]);
        Network network = open_fresh(spec, 16, 256);
        double s = 0.02 * 8.0, want = log(256.0) + s * s / 2 * (1 - 1.0 / 256);
        close_check_one(styles[k], network_loss(&network), want, 5 * s / sqrt(16 * 32));
        network_close(&network);

        /* Tied, the token itself is likelier than others, so that the sum of 256 exponentials
         * has one of up to e^(0.02 C) = e^1.3. */
        snprintf(spec, sizeof spec, "transformer:style=%s,layers=2,width=64,context=32", styles[k]);
        network = open_fresh(spec, 16, 256);
        close_check_one(styles[k], network_loss(&network), want, 5 * s / sqrt(16 * 32) + 0.02);
        network_close(&network);
    }
}

/* Radford et al. 2019, section 2.3: 1 / sqrt(2 L) for projections into h. 64² numbers: their
 * deviation has a relative error of 1 / sqrt(2 * 4096) = 1.1 %. */
Test(transformer, weights_into_the_residual_stream_start_smaller)
{
    Network network = open_fresh("transformer:layers=8,width=64,heads=4,context=8", 1, 16);
    const char *name[] = {"block3.attention.qkv.weight", "block3.attention.project.weight",
                          "block3.mlp.up.weight", "block3.mlp.down.weight", "embedding.weight"};
    const double want[] = {0.02, 0.02 / 4, 0.02, 0.02 / 4, 0.02};
    for (int k = 0; k < 5; k++) {
        const Parameter *found = parameters_find(model_parameters(network.model), name[k]);
        double square = 0.0;
        for (int64_t i = 0; i < matrix_count(found->value); i++)
            square += pow((double)matrix_reals(found->value)[i], 2);
        double count = (double)matrix_count(found->value);
        close_check_one(name[k], sqrt(square / count), want[k], want[k] * 5 / sqrt(2 * count));
    }
    network_close(&network);
}

/* Loss of one row alone, at the parameters of network_of(). */
static double row_loss(Network *network, int row)
{
    for (int i = 0; i < ROWS; i++) network->labels[i] = i == row ? 1 : -1;
    return network_loss(network);
}

/* To the last bit: what the mask hides has the weight 0. */
static void check_causal(const char *spec)
{
    Network network = open(spec, BATCH, CLASSES);
    const int changed = CONTEXT + 5; /* position 5 of sequence 1 */
    double before[ROWS];
    for (int r = 0; r < ROWS; r++) before[r] = row_loss(&network, r);
    network.tokens[changed] = (network.tokens[changed] + 1) % CLASSES;
    for (int r = 0; r < ROWS; r++) {
        bool sees = r >= changed && r < 2 * CONTEXT;
        double after = row_loss(&network, r);
        cr_expect(sees == (after != before[r]), "%s: row %d went from %.9g to %.9g", spec, r,
                  before[r], after);
    }
    network_close(&network);
}

Test(transformer, a_token_changes_itself_and_later_ones_of_its_sequence_only)
{
    check_causal("transformer:layers=2,width=32,context=11");
    check_causal("transformer:style=llama,layers=2,width=32,key_heads=2,context=11");
}

/* A row's position: the same token twice gives different losses. */
Test(transformer, positions_matter)
{
    const char *specs[] = {"transformer:layers=1,width=32,context=11",
                           "transformer:style=llama,layers=1,width=32,context=11"};
    for (int k = 0; k < 2; k++) {
        Network network = open(specs[k], BATCH, CLASSES);
        for (int i = 0; i < CONTEXT; i++) network.tokens[i] = i % 2;
        double early = row_loss(&network, 4);
        network.tokens[0] = 1, network.tokens[1] = 0; /* other order, as many of each */
        cr_expect(fabs(row_loss(&network, 4) - early) > 1e-4);
        network_close(&network);
    }
}

/* Two layers of sums of n <= 128 terms, some ten in a row, with random signs of the roundings:
 * 6e-8 * sqrt(10 * 128) = 2e-6, five times that. */
static void compare(const Csv *golden, const char *name, const char *spec)
{
    Network network = open(spec, BATCH, CLASSES);
    network_check_golden(&network, golden, name, 1e-5);
    network_close(&network);
}

Test(transformer, loss_and_gradients_are_those_of_pytorch)
{
    Csv *golden = csv_read("tests/golden/transformer.csv");
    compare(golden, "gpt2", "transformer:layers=2,width=32,context=11");
    compare(golden, "gpt2_untied", "transformer:layers=2,width=32,context=11,tied=0");
    compare(golden, "llama", "transformer:style=llama,layers=2,width=32,key_heads=2,context=11");
    csv_free(golden);
}

Test(transformer, dropout_is_off_outside_training)
{
    Network with = open("transformer:layers=2,width=32,context=11,dropout=0.5", BATCH, CLASSES);
    Network without = open("transformer:layers=2,width=32,context=11", BATCH, CLASSES);
    double noisy = network_loss(&with);
    cr_expect(network_loss(&with) == noisy, "the same noise");
    with.pass.noise = rng_stream(1, 1, RNG_NOISE);
    cr_expect(network_loss(&with) != noisy, "another noise");
    with.pass.training = without.pass.training = false;
    cr_expect(network_loss(&with) == network_loss(&without));
    network_close(&with);
    network_close(&without);
}

Test(transformer, evaluation_gives_the_loss_of_training_and_leaves_the_gradients)
{
    Network network = open("transformer:layers=2,width=32,context=11", BATCH, CLASSES);
    double loss = network_gradient(&network);
    const ParameterTable *table = model_parameters(network.model);
    size_t bytes = (size_t)table->size * sizeof(real);
    real *before = memcpy(alloc_zeroed(1, bytes), table->gradients, bytes);
    network.pass.training = false;
    close_check_one("loss", network_loss(&network), loss, 1e-6);
    close_check_bytes("gradients", bytes, table->gradients, before);
    free(before);
    network_close(&network);
}

/* 24 labels drawn at random can only be known by heart. */
static void check_overfits(const char *spec)
{
    Network network = open_fresh(spec, 3, 20);
    Optimizer *optimizer =
        optimizer_create("adamw:decay=0", network.backend, model_parameters(network.model));
    for (int step = 0; step < 200; step++) {
        network_gradient(&network);
        optimizer_step(optimizer, 3e-3);
    }
    double loss = network_loss(&network);
    cr_expect(loss < 0.01, "%s: %.3g", spec, loss);
    cr_expect(network.sums[HEAD_CORRECT] == 24.0);
    optimizer_free(optimizer);
    network_close(&network);
}

Test(transformer, learns_a_small_batch_by_heart)
{
    check_overfits("transformer:layers=2,width=32,context=8");
    check_overfits("transformer:style=llama,layers=2,width=32,key_heads=2,context=8");
    check_overfits("transformer:layers=1,width=32,context=8,tied=0");
}

static void check_threads(const char *spec)
{
    real *first = NULL;
    double loss = 0.0;
    for (int threads = 1; threads <= 8; threads *= 2) {
        omp_set_num_threads(threads);
        Network network = open_fresh(spec, 8, 256);
        Optimizer *optimizer =
            optimizer_create("adamw", network.backend, model_parameters(network.model));
        for (int step = 0; step < 3; step++) {
            network_gradient(&network);
            optimizer_step(optimizer, 1e-3);
        }
        const ParameterTable *table = model_parameters(network.model);
        size_t bytes = (size_t)table->size * sizeof(real);
        if (first) {
            close_check_bytes(spec, bytes, table->values, first);
            close_check_bytes(spec, sizeof loss, &network.sums[HEAD_LOSS], &loss);
        } else {
            first = memcpy(alloc_zeroed(1, bytes), table->values, bytes);
            loss = network.sums[HEAD_LOSS];
        }
        optimizer_free(optimizer);
        network_close(&network);
    }
    free(first);
}

Test(transformer, three_steps_give_the_same_bytes_with_1_2_4_and_8_threads)
{
    check_threads("transformer:layers=2,width=64,context=64,dropout=0.1");
    check_threads("transformer:style=llama,layers=2,width=64,key_heads=2,context=64");
}

static void create(void *spec) { open(spec, 1, 10); }

static void ask_context(void *spec) { model_context(spec); }

Test(transformer, the_context_of_a_wrong_spec_is_refused_before_data_are_cut_to_it)
{
    char *wrong[] = {"transformer:context=0", "transformer:context=-1",
                     "transformer:context=9000000000000000000"};
    for (int k = 0; k < 3; k++) {
        Ending ending = dying_run(ask_context, wrong[k]);
        cr_expect(ending.exit_code == 2, "%s ended with %d", wrong[k], ending.exit_code);
        cr_expect(strstr(ending.err, "context must be 1 to") != NULL, "%s", ending.err);
    }
}

/* Sizes that each may have, but not all at once: 2^20 x 2^24 rows of 2^20 numbers. */
static void create_uncountable(void *spec)
{
    ModelTask task = {.batch = 1 << 20, .classes = 10};
    model_create(backend_cpu(), spec, &task, false);
}

Test(transformer, numbers_that_cannot_be_counted_are_refused)
{
    Ending ending = dying_run(create_uncountable,
                              "transformer:layers=1,width=1048576,heads=1,context=16777216");
    cr_expect(ending.exit_code == 2, "ended with %d", ending.exit_code);
    cr_expect(strstr(ending.err, "the model would have") != NULL, "%s", ending.err);
}

typedef struct {
    const char *spec;
    int64_t side;
} Mismatch;

static void create_mismatch(void *context)
{
    const Mismatch *mismatch = context;
    ModelTask task = {.batch = 1,
                      .classes = 10,
                      .height = mismatch->side,
                      .width = mismatch->side,
                      .channels = mismatch->side > 0};
    model_create(backend_cpu(), mismatch->spec, &task, true);
}

Test(transformer, takes_no_images_and_no_model_of_images_takes_text)
{
    Mismatch wrong[] = {{"transformer", 8}, {"cnn", 0}, {"mlp", 0}, {"vit", 0}};
    for (int k = 0; k < 4; k++) {
        Ending ending = dying_run(create_mismatch, &wrong[k]);
        cr_expect(ending.exit_code == 2, "%s ended with %d", wrong[k].spec, ending.exit_code);
        cr_expect(strstr(ending.err, k ? "the data are text" : "the data are images") != NULL, "%s",
                  ending.err);
    }
}

Test(transformer, a_wrong_spec_ends_with_a_sentence_that_names_the_key)
{
    const char *wrong[][2] = {
        {"transformer:width=10,heads=4", "width"},
        {"transformer:heads=4,key_heads=3", "key_heads"},
        {"transformer:style=bert", "gpt2"},
        {"transformer:layers=0", "layers"},
        {"transformer:context=0", "context"},
        {"transformer:dropout=1", "dropout"},
        {"transformer:ratio=0", "ratio"},
        {"transformer:smoothing=1", "smoothing"},
        {"transformer:style=llama,width=12,heads=4", "even"},
        {"transformer:depth=3", "depth"},
    };
    for (int k = 0; k < (int)(sizeof wrong / sizeof *wrong); k++) {
        Ending ending = dying_run(create, (void *)wrong[k][0]);
        cr_expect(ending.exit_code == 2, "%s ended with %d", wrong[k][0], ending.exit_code);
        cr_expect(strstr(ending.err, wrong[k][1]) != NULL, "%s: %s", wrong[k][0], ending.err);
    }
}
