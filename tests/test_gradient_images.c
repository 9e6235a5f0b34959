/* Layers of images and two small CNNs in double: signed differences, and PyTorch's numbers. */
#include "image_cases.h"

Test(gradient_images, every_gradient_is_the_derivative_of_the_loss)
{
    for (int k = 0; k < IMAGE_CASES; k++) {
        Network network = image_network(&image_cases[k]);
        network_check_gradients(&network);
        network_close(&network);
    }
}

/* Sums of at most 10³ terms of 1e-16, in another order there. */
Test(gradient_images, losses_gradients_and_running_statistics_are_those_of_pytorch)
{
    Csv *golden = csv_read("tests/golden/cnn.csv");
    int64_t compared = 0;
    for (int k = 0; k < IMAGE_CASES; k++) {
        Network network = image_network(&image_cases[k]);
        compared += network_check_golden(&network, golden, image_cases[k].name, 1e-12);
        network_close(&network);
    }
    for (int k = 0; k < CNN_CASES; k++) {
        Network network = cnn_network(&cnn_cases[k]);
        compared += network_check_golden(&network, golden, cnn_cases[k].name, 1e-11);
        network_close(&network);
    }
    cr_expect(compared == csv_rows(golden), "the whole file");
    csv_free(golden);
}

/* The slope of the loss along a parameter's own direction by f(h) − f(−h) over 2h. ReLU and
 * maxima have kinks, so h is small: 1e-6. Truncation h² f‴/6 is below 1e-9 for f‴ < 1e3;
 * rounding, 1e-15 of a loss of a few, over h: 1e-9. */
static void check_slope(Network *network, const Parameter *parameter)
{
    const double h = 1e-6;
    double slope = 0.0, square = 0.0, loss[2];
    int64_t n = matrix_count(parameter->value);
    uint32_t seed = network_seed(parameter->name);
    real *x = matrix_reals(parameter->value);
    double *start = alloc_zeroed((size_t)n, sizeof *start);
    for (int64_t i = 0; i < n; i++) square += pow(network_number(seed, i), 2.0);
    double length = sqrt(square);
    for (int64_t i = 0; i < n; i++) {
        start[i] = (double)x[i];
        slope += (double)matrix_reals(parameter->gradient)[i] * network_number(seed, i) / length;
    }
    for (int side = 0; side < 2; side++) {
        for (int64_t i = 0; i < n; i++)
            x[i] = (real)(start[i] + (side ? h : -h) * network_number(seed, i) / length);
        loss[side] = network_loss(network);
    }
    for (int64_t i = 0; i < n; i++) x[i] = (real)start[i];
    free(start);
    close_check_one(parameter->name, slope, (loss[1] - loss[0]) / (2.0 * h), 1e-8);
}

Test(gradient_images, whole_networks_pass_signed_differences)
{
    for (int k = 0; k < CNN_CASES; k++) {
        Network network = cnn_network(&cnn_cases[k]);
        const ParameterTable *table = model_parameters(network.model);
        for (int p = 0; p < table->count; p++) {
            if (table->item[p].group == GROUP_STATE) continue;
            network_gradient(&network);
            check_slope(&network, &table->item[p]);
        }
        network_close(&network);
    }
}
