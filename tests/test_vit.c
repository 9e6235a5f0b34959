/* Vision transformers and perceptrons in float. Gradients by differences: test_gradient_models.c.
 */
#include "dying.h"
#include "network.h"
#include "optim/optimizer.h"

#include <omp.h>

static Network open(const char *spec, ModelTask task)
{
    Backend *backend = backend_cpu();
    Model *model = model_create(backend, spec, &task, true);
    return network_of(backend, model, task.batch, task.classes);
}

/* As training starts; all labels count, and the pixels have variance 1. */
static Network open_fresh(const char *spec, ModelTask task)
{
    Network network = open(spec, task);
    model_start(network.model, rng_stream(7, 0, RNG_INIT));
    for (int64_t i = 0; i < task.batch; i++) network.labels[i] = network_bits(5, i) % task.classes;
    Matrix input = model_input(network.model);
    close_fill(1, matrix_count(input), 1.0, matrix_reals(input));
    return network;
}

static const ModelTask small = {3, 10, 8, 12, 3}, digits = {64, 10, 8, 8, 1};

/* As in test_transformer.c: 6e-8 * sqrt(10 * 64) = 1.5e-6, five times that. */
Test(vit, loss_and_gradients_are_those_of_pytorch)
{
    Csv *golden = csv_read("tests/golden/vit.csv");
    Network network = open("vit:patch=4,layers=2,width=16,heads=2", small);
    network_check_golden(&network, golden, "vit", 8e-6);
    network_close(&network);
    csv_free(golden);
}

/* The mean of T normed rows has a square of at most C: logits have a deviation of at most
 * 0.02 sqrt(C) = 0.16 (a perceptron's: 0.1 by design), so the loss is at most 0.013 above ln 10
 * and its mean over 64 labels has an error below 0.02. */
Test(vit, the_loss_starts_at_the_logarithm_of_the_number_of_classes)
{
    const char *specs[] = {"vit:patch=2,layers=2,width=64,heads=4", "mlp:layers=2,width=64",
                           "mlp:layers=6,width=64,activation=gelu"};
    for (int k = 0; k < 3; k++) {
        Network network = open_fresh(specs[k], digits);
        close_check_one(specs[k], network_loss(&network), log(10.0), 0.013 + 5 * 0.02);
        network_close(&network);
    }
}

/* He et al. 2015: ReLU layers with weights of variance 2 / inputs keep the mean square. It varies
 * by sqrt(5 / 256) = 14 % from layer to layer (weights), so by 0.34 over six. */
Test(vit, a_deep_perceptron_keeps_the_size_of_its_activations)
{
    Network network = open_fresh("mlp:layers=6,width=256", digits);
    network_forward(&network);
    double square = 0.0;
    Matrix y = model_output(network.model, 5);
    for (int64_t i = 0; i < matrix_count(y); i++) square += pow((double)matrix_reals(y)[i], 2);
    square /= (double)matrix_count(y);
    cr_expect(square > 0.3 && square < 3.0, "%.3g", square);
    network_close(&network);
}

/* Loss of one image alone. */
static double image_loss(Network *network, int image)
{
    for (int i = 0; i < 3; i++) network->labels[i] = i == image ? 1 : -1;
    return network_loss(network);
}

Test(vit, every_pixel_matters_to_its_image_only)
{
    const char *specs[] = {"vit:patch=4,layers=1,width=16,heads=2", "mlp:activation=silu"};
    for (int k = 0; k < 2; k++) {
        Network network = open(specs[k], small);
        double before[3];
        for (int i = 0; i < 3; i++) before[i] = image_loss(&network, i);
        int64_t pixels = 8 * 12;
        for (int64_t pixel = pixels; pixel < 2 * pixels; pixel += 19) {
            real *value = matrix_row(model_input(network.model), pixel), kept = *value;
            *value += 1;
            for (int i = 0; i < 3; i++)
                cr_expect((image_loss(&network, i) != before[i]) == (i == 1), "%s: pixel %d",
                          specs[k], (int)pixel);
            *value = kept;
        }
        network_close(&network);
    }
}

Test(vit, learns_a_small_batch_by_heart)
{
    const char *specs[] = {"vit:patch=4,layers=2,width=32,heads=4", "mlp:layers=2,width=64",
                           "mlp:layers=1,width=64,activation=relu2"};
    for (int k = 0; k < 3; k++) {
        Network network = open_fresh(specs[k], digits);
        for (int i = 12; i < 64; i++) network.labels[i] = -1;
        Optimizer *optimizer =
            optimizer_create("adamw:decay=0", network.backend, model_parameters(network.model));
        for (int step = 0; step < 200; step++) {
            network_gradient(&network);
            optimizer_step(optimizer, 3e-3);
        }
        double loss = network_loss(&network);
        cr_expect(loss < 0.01 && network.sums[HEAD_CORRECT] == 12.0, "%s: %.3g", specs[k], loss);
        optimizer_free(optimizer);
        network_close(&network);
    }
}

Test(vit, a_step_gives_the_same_bytes_with_1_2_4_and_8_threads)
{
    const char *specs[] = {"vit:patch=2,layers=2,width=64,heads=4", "mlp:layers=2,width=256"};
    for (int k = 0; k < 2; k++) {
        real *first = NULL;
        for (int threads = 1; threads <= 8; threads *= 2) {
            omp_set_num_threads(threads);
            Network network = open_fresh(specs[k], digits);
            network_gradient(&network);
            const ParameterTable *table = model_parameters(network.model);
            size_t bytes = (size_t)table->size * sizeof(real);
            if (first) close_check_bytes(specs[k], bytes, table->gradients, first);
            if (!first) first = memcpy(alloc_zeroed(1, bytes), table->gradients, bytes);
            network_close(&network);
        }
        free(first);
    }
}

static void create(void *spec) { open(spec, small); }

Test(vit, a_wrong_spec_ends_with_a_sentence_that_names_the_key)
{
    const char *wrong[][2] = {
        {"vit:patch=3", "patch"},        {"vit:patch=0", "patch"},
        {"vit:heads=5", "heads"},        {"vit:context=8", "context"},
        {"mlp:layers=0", "layers"},      {"mlp:width=0", "width"},
        {"mlp:activation=tanh", "gelu"}, {"mlp:smoothing=-1", "smoothing"},
    };
    for (int k = 0; k < (int)(sizeof wrong / sizeof *wrong); k++) {
        Ending ending = dying_run(create, (void *)wrong[k][0]);
        cr_expect(ending.exit_code == 2, "%s ended with %d", wrong[k][0], ending.exit_code);
        cr_expect(strstr(ending.err, wrong[k][1]) != NULL, "%s: %s", wrong[k][0], ending.err);
    }
}
