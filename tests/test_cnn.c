/* Convolutional networks in float. Gradients by differences: test_gradient_images.c. */
#include "dying.h"
#include "image_cases.h"
#include "optim/optimizer.h"

#include <criterion/new/assert.h>

#include <omp.h>

static const ModelTask digits = {64, 10, 8, 8, 1};
static const char *const specs[] = {"cnn:widths=8-16,pools=1-1",
                                    "cnn:style=resnet,widths=8-16,blocks=2"};

/* As training starts; all labels count, pixels of variance 1. */
static Network open_fresh(const char *spec, ModelTask task)
{
    Network network = cnn_network(&(CnnCase){spec, spec, task});
    model_start(network.model, rng_stream(7, 0, RNG_INIT));
    for (int64_t i = 0; i < task.batch; i++) network.labels[i] = network_bits(5, i) % task.classes;
    Matrix input = model_input(network.model);
    close_fill(1, matrix_count(input), 1.0, matrix_reals(input));
    return network;
}

/* Sums of at most 10² terms through nine layers: 6e-8 * sqrt(9 * 100) = 1.8e-6, five times that.
 * Where a norm divides by a deviation well below 1, errors grow as it does. */
Test(cnn, loss_gradients_and_running_statistics_are_those_of_pytorch)
{
    Csv *golden = csv_read("tests/golden/cnn.csv");
    for (int k = 0; k < CNN_CASES; k++) {
        Network network = cnn_network(&cnn_cases[k]);
        network_check_golden(&network, golden, cnn_cases[k].name, 9e-6);
        network_close(&network);
    }
    csv_free(golden);
}

/* The network of the bench: 144 + 4608 + 18432 weights of windows, 2 (16 + 32 + 64) of norms, 10
 * (3136 + 1) of the head; operations of forward and backward pass 44.18 million an image. */
Test(cnn, the_default_is_the_network_of_the_bench)
{
    Backend *backend = backend_cpu();
    Model *model = model_create(backend, "cnn", &(ModelTask){128, 10, 28, 28, 1}, false);
    cr_expect(eq(i64, parameters_count(model_parameters(model)), 54778));
    double products = 784.0 * 144 + 784.0 * 4608 + 196.0 * 18432 + 31360.0;
    cr_expect(eq(dbl, model_flops(model), 128.0 * 6.0 * products));
    model_free(model);
    backend->close(backend);
}

/* Features are at most of variance 1 (ReLU of normed numbers, or their maxima: below 2), logits of
 * deviation 0.1 sqrt(2): at most 0.01 above ln 10, and 64 labels err by 0.14 / 8 = 0.018. */
Test(cnn, the_loss_starts_at_the_logarithm_of_the_number_of_classes)
{
    for (int k = 0; k < 2; k++) {
        Network network = open_fresh(specs[k], digits);
        close_check_one(specs[k], network_loss(&network), log(10.0), 0.01 + 5 * 0.018);
        network_close(&network);
    }
}

static void train(Network *network, int steps)
{
    Optimizer *optimizer =
        optimizer_create("adamw:decay=0", network->backend, model_parameters(network->model));
    for (int step = 0; step < steps; step++) {
        network_gradient(network);
        optimizer_step(optimizer, 0.01);
    }
    optimizer_free(optimizer);
}

static double evaluation_loss(Network *network)
{
    network->pass.training = false;
    double loss = network_loss(network);
    network->pass.training = true;
    return loss;
}

/* Random labels of 16 random images are learnt by heart; and as all batches were the same, the
 * running statistics are those of the batch, and evaluation finds (nearly) the same loss. */
Test(cnn, a_tiny_batch_is_learnt_by_heart_and_kept_in_evaluation)
{
    ModelTask tiny = {16, 10, 8, 8, 1};
    for (int k = 0; k < 2; k++) {
        Network network = open_fresh(specs[k], tiny);
        train(&network, 150);
        double trained = network_loss(&network);
        cr_expect(trained < 0.01, "%s: %.3g", specs[k], trained);
        cr_expect(evaluation_loss(&network) < 0.03, "%s: %.3g", specs[k],
                  evaluation_loss(&network));
        network_close(&network);
    }
}

Test(cnn, evaluation_of_an_image_does_not_see_the_rest_of_the_batch)
{
    for (int k = 0; k < 2; k++) {
        Network network = open_fresh(specs[k], digits);
        train(&network, 3);
        for (int64_t i = 1; i < digits.batch; i++) network.labels[i] = -1;
        double trained = network_loss(&network), before = evaluation_loss(&network);
        close_fill(9, 63 * 64, 5.0, matrix_reals(model_input(network.model)) + 64);
        cr_expect(evaluation_loss(&network) == before, "%s in evaluation", specs[k]);
        cr_expect(network_loss(&network) != trained, "%s in training", specs[k]);
        network_close(&network);
    }
}

Test(cnn, evaluation_leaves_the_running_statistics_as_they_are)
{
    Network network = open_fresh(specs[1], digits);
    network_loss(&network);
    const ParameterTable *table = model_parameters(network.model);
    size_t bytes = (size_t)table->state_size * sizeof(real);
    void *before = memcpy(alloc_zeroed(1, bytes), table->values + table->size, bytes);
    evaluation_loss(&network);
    close_check_bytes("state", bytes, table->values + table->size, before);
    free(before);
    network_close(&network);
}

Test(cnn, the_number_of_threads_changes_no_byte_of_a_step)
{
    for (int k = 0; k < 2; k++) {
        real *alone = NULL;
        for (int threads = 1; threads <= 8; threads *= 2) {
            omp_set_num_threads(threads);
            Network network = open_fresh(specs[k], digits);
            train(&network, 2);
            const ParameterTable *table = model_parameters(network.model);
            size_t bytes = (size_t)(table->size + table->state_size) * sizeof(real);
            if (!alone) alone = memcpy(alloc_zeroed(1, bytes), table->values, bytes);
            close_check_bytes(specs[k], bytes, table->values, alone);
            network_close(&network);
        }
        free(alone);
    }
}

Test(cnn, one_image_of_one_pixel_is_enough)
{
    Network network = open_fresh("cnn:style=resnet,widths=2-3", (ModelTask){1, 2, 1, 1, 1});
    cr_expect(isfinite(network_gradient(&network)));
    cr_expect(isfinite(evaluation_loss(&network)));
    network_close(&network);
}

static void create(void *spec)
{
    Backend *backend = backend_cpu();
    model_create(backend, spec, &(ModelTask){2, 10, 9, 8, 1}, false);
}

Test(cnn, what_does_not_fit_is_refused_in_one_sentence)
{
    static const struct {
        const char *spec, *word;
    } wrong[] = {
        {"cnn:pools=0-0-1", "9 x 8"},          {"cnn:widths=3-4,pools=0", "as many"},
        {"cnn:widths=3--4", "widths"},         {"cnn:widths=0,pools=0", "from 1"},
        {"cnn:style=alexnet", "resnet"},       {"cnn:style=resnet,blocks=0", "blocks"},
        {"cnn:style=resnet,pools=1", "pools"},
    };
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        Ending ending = dying_run(create, (void *)wrong[k].spec);
        cr_expect(ending.exit_code == 2, "%s: exit %d", wrong[k].spec, ending.exit_code);
        cr_expect(strstr(ending.err, wrong[k].word) != NULL, "%s: %s", wrong[k].spec, ending.err);
    }
}
