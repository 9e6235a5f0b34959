/* Each layer of text models alone, in double: signed differences, and PyTorch's numbers. */
#include "layer_cases.h"

Test(gradient_layers, every_gradient_is_the_derivative_of_the_loss)
{
    for (int k = 0; k < LAYER_CASES; k++) {
        Network network = case_network(&layer_cases[k]);
        network_check_gradients(&network);
        network_close(&network);
    }
}

/* source → layer → linear, whose skip is the source as well: in the backward pass the skip's
 * gradient stands in the source's dy before the layer's comes. */
static Network with_two_readers(const LayerCase *c)
{
    Backend *backend = backend_cpu();
    Model *model = model_new(backend, 0, 0);
    int source = model_add(model, source_layer("source", c->rows, c->cols), MODEL_NONE, MODEL_NONE);
    Layer *layer = case_layer(backend, c);
    LinearShape back = {.rows = c->rows, .inputs = layer->cols, .outputs = c->cols};
    int number = model_add(model, layer, source, MODEL_NONE);
    number = model_add(model, linear_layer("back", &back), number, source);
    model_add(model, probe_layer(), number, MODEL_NONE);
    model_finish(model, true);
    cr_assert(layer->adds, "%s was to add", c->name);
    return network_of(backend, model, c->rows, 1);
}

Test(gradient_layers, a_gradient_is_added_where_another_reader_was_before)
{
    const LayerCase readers[] = {
        {"linear", CASE_LINEAR, 7, 5, .outputs = 3, .bias = true, .activation = ACT_GELU},
        {"layernorm", CASE_NORM, 7, 5, .norm = NORM_LAYER},
        {"activation", CASE_ACTIVATION, 7, 5, .activation = ACT_SILU},
        {"positions", CASE_POSITIONS, 8, 5, .outputs = 4},
    };
    for (int k = 0; k < (int)(sizeof readers / sizeof *readers); k++) {
        Network network = with_two_readers(&readers[k]);
        network_check_gradients(&network);
        network_close(&network);
    }
}

/* The mask is the same in all passes, as they have the same noise. */
Test(gradient_layers, dropout_goes_back_through_the_mask_of_its_forward_pass)
{
    const LayerCase dropouts[] = {
        {"dropout", CASE_DROPOUT, 9, 7, .smoothing = 0.3},
        {"dropout_skip", CASE_DROPOUT, 9, 7, .smoothing = 0.3, .skip = true},
    };
    for (int k = 0; k < 2; k++) {
        Network network = case_network(&dropouts[k]);
        network_check_gradients(&network);
        network_close(&network);
    }
}

/* Sums of at most 10² terms of 1e-16, in another order there: 1e-12 is generous by ten. */
Test(gradient_layers, losses_and_gradients_are_those_of_pytorch)
{
    Csv *golden = csv_read("tests/golden/layers.csv");
    int64_t compared = 0;
    for (int k = 0; k < LAYER_CASES; k++) {
        Network network = case_network(&layer_cases[k]);
        compared += network_check_golden(&network, golden, layer_cases[k].name, 1e-12);
        network_close(&network);
    }
    cr_expect(compared == csv_rows(golden), "the whole file");
    csv_free(golden);
}
