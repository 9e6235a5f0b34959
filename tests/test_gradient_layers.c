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
