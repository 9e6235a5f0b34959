/* Layers of text models in float: PyTorch's numbers, identities, and the same bytes for any number
 * of threads. Gradients by differences: test_gradient_layers.c. */
#include "layer_cases.h"

#include <omp.h>

/* Sums of at most n = 64 terms: n u = 4e-6 of their sizes, u = 6e-8. What is left of one or two
 * normed numbers' dx is a hundredth of its terms. */
Test(layers_text, losses_and_gradients_are_those_of_pytorch)
{
    Csv *golden = csv_read("tests/golden/layers.csv");
    int64_t compared = 0;
    for (int k = 0; k < LAYER_CASES; k++) {
        Network network = case_network(&layer_cases[k]);
        double unit = layer_cases[k].cancels ? 4e-4 : 4e-6;
        compared += network_check_golden(&network, golden, layer_cases[k].name, unit);
        network_close(&network);
    }
    cr_expect(compared == csv_rows(golden), "the whole file");
    csv_free(golden);
}

/* y of the layer that is looked at. */
static Matrix output(Network *network, const LayerCase *c)
{
    network_forward(network);
    return model_output(network->model, 1 + c->skip);
}

Test(layers_text, a_norm_makes_rows_of_mean_0_and_square_1)
{
    const LayerCase norms[] = {{"layernorm", CASE_NORM, 9, 50, .norm = NORM_LAYER},
                               {"rmsnorm", CASE_NORM, 9, 50, .norm = NORM_RMS}};
    for (int k = 0; k < 2; k++) {
        Network network = case_network(&norms[k]);
        ParameterTable *table = model_parameters(network.model);
        Matrix weight = parameters_find(table, "layer.weight")->value;
        for (int j = 0; j < 50; j++) matrix_reals(weight)[j] = 1;
        const Parameter *bias = parameters_find(table, "layer.bias");
        for (int j = 0; j < 50 && bias; j++) matrix_reals(bias->value)[j] = 0;
        Matrix y = output(&network, &norms[k]);
        for (int r = 0; r < 9; r++) {
            double sum = 0.0, square = 0.0;
            for (int j = 0; j < 50; j++) {
                sum += (double)matrix_row(y, r)[j];
                square += (double)matrix_row(y, r)[j] * (double)matrix_row(y, r)[j];
            }
            /* epsilon = 1e-5 against a variance of 9 / 50 / 12 = 0.015: a share of 7e-4. */
            close_check_one("square", square / 50, 1.0, 1.5e-3);
            if (norms[k].norm == NORM_LAYER) close_check_one("mean", sum / 50, 0.0, 1e-6);
        }
        network_close(&network);
    }
}

Test(layers_text, a_linear_layers_activation_is_that_of_a_layer_of_its_own)
{
    for (int phi = ACT_NONE; phi < ACT_KINDS; phi++) {
        LayerCase c = {"linear", CASE_LINEAR, 17, 13, .outputs = 11, .bias = true};
        Network plain = case_network(&c);
        c.activation = (Activation)phi;
        Network whole = case_network(&c);
        Matrix y = output(&plain, &c), want = output(&whole, &c);
        plain.backend->activate(plain.backend, (Activation)phi, y, y);
        /* Both from the same product: the same formula on the same numbers. */
        close_check("y", matrix_count(y), matrix_reals(y), matrix_reals(want), 2e-7);
        network_close(&plain);
        network_close(&whole);
    }
}

static int64_t zeros(Matrix y)
{
    int64_t count = 0;
    for (int64_t i = 0; i < matrix_count(y); i++) count += matrix_reals(y)[i] == 0;
    return count;
}

enum { N = 200 * 100 };
static const LayerCase dropout = {"dropout", CASE_DROPOUT, 200, 100, .smoothing = 0.25};

/* Binomial: deviation sqrt(0.25 * 0.75 * N) = 61; five of them fail once in two million seeds. */
Test(layers_text, dropout_takes_its_share_and_keeps_the_mean)
{
    Network network = case_network(&dropout);
    real *x = matrix_reals(model_parameters(network.model)->item[0].value);
    for (int i = 0; i < N; i++) x[i] = 3;
    Matrix y = output(&network, &dropout);
    cr_expect(llabs(zeros(y) - N / 4) < 5 * 62, "%lld of %d", (long long)zeros(y), N);
    for (int i = 0; i < N; i++) {
        real value = matrix_reals(y)[i];
        cr_assert(value == 0 || close_is((double)value, 4.0, 1e-6));
    }
    network_close(&network);
}

Test(layers_text, dropout_draws_another_mask_at_each_step_and_in_each_layer)
{
    Network network = case_network(&dropout);
    real *x = matrix_reals(model_parameters(network.model)->item[0].value), *first;
    for (int i = 0; i < N; i++) x[i] = 1;
    Matrix y = output(&network, &dropout);
    first = alloc_zeroed(N, sizeof *first);
    memcpy(first, matrix_reals(y), N * sizeof *first);
    output(&network, &dropout);
    close_check_bytes("the same pass", N * sizeof *first, matrix_reals(y), first);

    LayerCase later = dropout;
    later.skip = true; /* number 2 of its model instead of 1 */
    Network other = case_network(&later);
    ParameterTable *table = model_parameters(other.model);
    for (int i = 0; i < N; i++) {
        matrix_reals(table->item[0].value)[i] = 0;
        matrix_reals(table->item[1].value)[i] = 1;
    }
    Matrix elsewhere = output(&other, &later);
    network.pass.noise = rng_stream(1, 1, RNG_NOISE);
    output(&network, &dropout);
    int64_t both_step = 0, both_layer = 0;
    for (int i = 0; i < N; i++) {
        both_step += first[i] == 0 && matrix_reals(y)[i] == 0;
        both_layer += first[i] == 0 && matrix_reals(elsewhere)[i] == 0;
    }
    /* Independent: N / 16 with a deviation of 34. */
    cr_expect(llabs(both_step - N / 16) < 5 * 35, "%lld", (long long)both_step);
    cr_expect(llabs(both_layer - N / 16) < 5 * 35, "%lld", (long long)both_layer);
    free(first);
    network_close(&network);
    network_close(&other);
}

Test(layers_text, dropout_does_nothing_outside_training)
{
    Network network = case_network(&dropout);
    network.pass.training = false;
    Matrix y = output(&network, &dropout);
    close_check_bytes("y", N * sizeof(real), matrix_reals(y),
                      model_parameters(network.model)->item[0].value.data);
    network_close(&network);
}

/* Smoothing is for training; the loss that is reported outside it is the plain one. */
Test(layers_text, the_head_smooths_labels_in_training_only)
{
    LayerCase c = {"head", CASE_HEAD, 13, 6, .outputs = 11, .smoothing = 0.3};
    Network smooth = case_network(&c);
    c.smoothing = 0.0;
    Network plain = case_network(&c);
    cr_expect(fabs(network_loss(&smooth) - network_loss(&plain)) > 1e-3);
    smooth.pass.training = plain.pass.training = false;
    cr_expect(network_loss(&smooth) == network_loss(&plain));
    network_close(&smooth);
    network_close(&plain);
}

Test(layers_text, an_embedding_looks_rows_up_and_positions_repeat_theirs)
{
    const LayerCase c = {"embedding", CASE_EMBEDDING, 23, 6, .outputs = 9};
    Network network = case_network(&c);
    network_forward(&network);
    Matrix y = model_output(network.model, 0);
    const Parameter *table = parameters_find(model_parameters(network.model), "layer.weight");
    for (int r = 0; r < 23; r++)
        close_check_bytes("row", 6 * sizeof(real), matrix_row(y, r),
                          matrix_row(table->value, network.tokens[r]));
    network_close(&network);
}

Test(layers_text, one_thread_or_eight_give_the_same_bytes)
{
    const LayerCase large[] = {
        {"linear", CASE_LINEAR, 301, 96, .outputs = 384, .activation = ACT_GELU, .bias = true},
        {"norm", CASE_NORM, 1001, 96, .norm = NORM_LAYER},
        {"attention", CASE_ATTENTION, 4 * 67, 96, .attention = {4, 67, 4, 2, 12, true},
         .rotary = true},
        {"gate", CASE_GATE, .rows = 501, .cols = 192},
        {"positions", CASE_POSITIONS, 600, 96, .outputs = 100},
        {"embedding", CASE_EMBEDDING, 901, 96, .outputs = 50},
        {"head", CASE_HEAD, 301, 96, .outputs = 777, .bias = true},
        {"dropout", CASE_DROPOUT, 301, 96, .smoothing = 0.2},
    };
    for (int k = 0; k < (int)(sizeof large / sizeof *large); k++) {
        real *first = NULL;
        for (int threads = 1; threads <= 8; threads *= 2) {
            omp_set_num_threads(threads);
            Network network = case_network(&large[k]);
            network_gradient(&network);
            const ParameterTable *table = model_parameters(network.model);
            size_t bytes = (size_t)table->size * sizeof(real);
            if (first) close_check_bytes(large[k].name, bytes, table->gradients, first);
            if (!first) first = memcpy(alloc_zeroed(1, bytes), table->gradients, bytes);
            network_close(&network);
        }
        free(first);
    }
}
