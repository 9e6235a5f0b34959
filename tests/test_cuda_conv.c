#include "cuda_twins.h"

/* As in test_backend_conv.c, and channels by four, some and many images, lines left over. */
static const ConvShape shapes[] = {
    {1, 1, 1, 1, 1, 1, 1, 0},  {2, 5, 7, 3, 5, 3, 1, 1},    {1, 9, 9, 4, 33, 3, 2, 1},
    {2, 8, 8, 8, 12, 3, 2, 1}, {2, 7, 5, 6, 7, 1, 1, 0},    {2, 6, 8, 5, 3, 1, 2, 0},
    {3, 12, 8, 3, 8, 4, 4, 0}, {2, 11, 13, 2, 17, 5, 3, 2}, {7, 6, 6, 8, 4, 3, 1, 0},
    {1, 3, 3, 2, 2, 3, 1, 0},  {2, 5, 10, 12, 8, 2, 1, 1},  {2, 6, 6, 4, 3, 2, 3, 0},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

typedef struct {
    ConvShape shape;
    Twin x, W, bias, y, dy, dx, dW;
    double window, pixels; /* terms of a number of y, of dW */
} Case;

static Case case_of(Pair *pair, const ConvShape *s, int64_t gap)
{
    int64_t side = conv_side(s, s->height), other = conv_side(s, s->width);
    int64_t rows = s->batch * s->height * s->width, outs = s->batch * side * other;
    int64_t window = s->kernel * s->kernel * s->inputs;
    return (Case){*s,
                  twin_random(pair, 1, rows, s->inputs, gap),
                  twin_random(pair, 2, s->outputs, window, gap),
                  twin_random(pair, 3, 1, s->outputs, 0),
                  twin_poisoned(pair, outs, s->outputs, gap),
                  twin_random(pair, 4, outs, s->outputs, gap),
                  twin_random(pair, 5, rows, s->inputs, gap),
                  twin_random(pair, 6, s->outputs, window, gap),
                  (double)window,
                  (double)outs};
}

/* Sums of n products of normal numbers, each below 5 in size and 2/π of a product's on average:
 * both sides round at most (n + 4) u Σ|x y|, and Σ|x y| is below 2 n + 25. */
static double bound_of(double n) { return 2.0 * (n + 4.0) * 0.5 * FLT_EPSILON * (2.0 * n + 25.0); }

Test(cuda_conv, forward_is_that_of_the_cpu)
{
    for (int k = 0; k < SHAPES; k++)
        for (int64_t gap = 0; gap <= 3; gap += 3) {
            Pair pair = pair_open();
            Case c = case_of(&pair, &shapes[k], gap);
            for (int s = 0; s < SIDES; s++)
                pair.side[s]->convolve(pair.side[s], &c.shape, c.x.on[s], c.W.on[s],
                                       gap ? c.bias.on[s] : (Matrix){0}, c.y.on[s]);
            twin_check(&pair, "y", c.y, 0.0, bound_of(c.window));
            pair_close(&pair);
        }
}

/* A pixel of dx is a sum over at most kernel² windows and all outputs. */
Test(cuda_conv, backward_is_that_of_the_cpu_and_adds_where_told)
{
    for (int k = 0; k < SHAPES; k++)
        for (int adds = 0; adds < 2; adds++) {
            Pair pair = pair_open();
            Case c = case_of(&pair, &shapes[k], adds ? 3 : 0);
            Twin dx = adds ? c.dx : twin_poisoned(&pair, c.dx.on[0].rows, c.dx.on[0].cols, 0);
            for (int s = 0; s < SIDES; s++)
                pair.side[s]->convolve_backward(pair.side[s], &c.shape, c.dy.on[s], c.W.on[s],
                                                dx.on[s], adds);
            double terms = (double)(c.shape.kernel * c.shape.kernel * c.shape.outputs);
            twin_check(&pair, "dx", dx, 0.0, bound_of(terms));
            pair_close(&pair);
        }
}

Test(cuda_conv, the_gradient_of_the_weights_is_that_of_the_cpu_and_adds)
{
    for (int k = 0; k < SHAPES; k++)
        for (int64_t gap = 0; gap <= 3; gap += 3) {
            Pair pair = pair_open();
            Case c = case_of(&pair, &shapes[k], gap);
            for (int s = 0; s < SIDES; s++)
                pair.side[s]->convolve_weights(pair.side[s], &c.shape, c.x.on[s], c.dy.on[s],
                                               c.dW.on[s]);
            twin_check(&pair, "dW", c.dW, 0.0, bound_of(c.pixels));
            pair_close(&pair);
        }
}

/* <dy, y(x)> = <dx(dy), x>: a convolution and its gradient are each other's transposes. */
Test(cuda_conv, backward_is_the_transpose_of_forward)
{
    for (int k = 0; k < SHAPES; k++) {
        Pair pair = pair_open();
        Case c = case_of(&pair, &shapes[k], 0);
        Backend *cuda = pair.side[SIDE_CUDA];
        cuda->convolve(cuda, &c.shape, c.x.on[SIDE_CUDA], c.W.on[SIDE_CUDA], (Matrix){0},
                       c.y.on[SIDE_CUDA]);
        cuda->convolve_backward(cuda, &c.shape, c.dy.on[SIDE_CUDA], c.W.on[SIDE_CUDA],
                                c.dx.on[SIDE_CUDA], false);
        Twin sides[2][2] = {{c.dy, c.y}, {c.dx, c.x}};
        double sum[2] = {0.0, 0.0}, size = 0.0;
        for (int s = 0; s < 2; s++) {
            real *a = twin_numbers(&pair, sides[s][0], SIDE_CUDA);
            real *b = twin_numbers(&pair, sides[s][1], SIDE_CUDA);
            for (int64_t i = 0; i < matrix_count(sides[s][0].on[0]); i++) {
                sum[s] += (double)a[i] * (double)b[i];
                size += fabs((double)a[i] * (double)b[i]);
            }
            free(a), free(b);
        }
        double terms = c.window * (double)c.shape.outputs;
        close_check_one("<dy, y>", sum[0], sum[1], (terms + 4.0) * FLT_EPSILON * size);
        pair_close(&pair);
    }
}
