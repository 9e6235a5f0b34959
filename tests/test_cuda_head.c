#include "cuda_twins.h"

#include <criterion/new/assert.h>

/* rows, width, classes: one of each, fewer classes than a block has threads and more, odd ones. */
static const int64_t shapes[][3] = {{1, 1, 1},     {5, 3, 2},     {33, 7, 10},
                                    {12, 16, 257}, {130, 9, 513}, {4, 5, 1030}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

typedef struct {
    Twin x, weight, bias, dx, dweight, dbias, labels, sums, work;
    int64_t rows, width, classes;
    double scale;
} Case;

/* Logits of a deviation of `scale` or so; every fifth label is left out. */
static Case case_of(Pair *pair, const int64_t shape[3], double scale, int64_t gap)
{
    int64_t rows = shape[0], width = shape[1], classes = shape[2];
    Case c = {.rows = rows, .width = width, .classes = classes, .scale = scale};
    c.x = twin_random(pair, 1, rows, width, gap);
    c.weight = twin_random(pair, 2, classes, width, gap);
    real *weight = twin_numbers(pair, c.weight, SIDE_CPU);
    for (int64_t i = 0; i < classes * width; i++) weight[i] *= (real)(scale / sqrt((double)width));
    twin_set(pair, c.weight, weight);
    c.bias = twin_random(pair, 3, 1, classes, 0);
    c.dx = twin_poisoned(pair, rows, width, gap);
    c.dweight = twin_random(pair, 4, classes, width, gap);
    c.dbias = twin_random(pair, 5, 1, classes, 0);
    int32_t *labels = alloc_zeroed((size_t)rows, sizeof *labels);
    for (int64_t r = 0; r < rows; r++)
        labels[r] = r % 5 == 3 ? -1 : (int32_t)((r * 7919 + 1) % classes);
    c.labels = twin_bytes(pair, (size_t)rows * sizeof *labels, labels);
    double sums[HEAD_SUMS] = {1.0, 2.0, 3.0}; /* it adds */
    c.sums = twin_bytes(pair, sizeof sums, sums);
    int64_t most = 0;
    for (int s = 0; s < SIDES; s++) {
        int64_t work = pair->side[s]->head_work(pair->side[s], rows, width, classes);
        most = work > most ? work : most;
    }
    c.work = twin_poisoned(pair, 1, most, 0);
    free(weight), free(labels);
    return c;
}

/* x and dx of bfloat16 on the device, which rounds the weight. */
static Case half_case_of(Pair *pair, const int64_t shape[3], double scale, int64_t gap)
{
    pair->side[SIDE_CUDA]->activations = DTYPE_BFLOAT16;
    Case c = case_of(pair, shape, scale, gap);
    twin_half(pair, c.weight);
    c.x = twin_half(pair, c.x);
    c.dx = twin_half(pair, c.dx);
    return c;
}

typedef struct {
    bool bias, slopes, dbias;
    real smoothing;
} Options;

static void run(const Pair *pair, const Case *c, Options options)
{
    for (int s = 0; s < SIDES; s++) {
        Head head = {.x = c->x.on[s],
                     .weight = c->weight.on[s],
                     .labels = c->labels.on[s].data,
                     .smoothing = options.smoothing,
                     .sums = c->sums.on[s].data};
        if (options.bias) head.bias = c->bias.on[s];
        if (options.slopes) head.dx = c->dx.on[s], head.dweight = c->dweight.on[s];
        if (options.slopes && options.dbias) head.dbias = c->dbias.on[s];
        pair->side[s]->head(pair->side[s], &head, c->work.on[s].data);
    }
}

static void sums_of(const Pair *pair, const Case *c, int side, double sums[HEAD_SUMS])
{
    Backend *backend = pair->side[side];
    backend->download(backend, HEAD_SUMS * sizeof *sums, c->sums.on[side].data, sums);
}

/* A logit of w terms is off by (w + 2) u times its terms, about scale (sqrt(w) + 2) of them; a sum
 * of exponentials by 512 u more, on either side. Relative for probabilities, absolute for losses.
 */
static double bound_of(const Case *c)
{
    double u = 0.5 * FLT_EPSILON, w = (double)c->width;
    return 2.0 * u * ((w + 4.0) * c->scale * (sqrt(w) + 2.0) * 2.0 + 512.0);
}

static void check_sums(const Pair *pair, const Case *c)
{
    double cpu[HEAD_SUMS], cuda[HEAD_SUMS];
    sums_of(pair, c, SIDE_CPU, cpu), sums_of(pair, c, SIDE_CUDA, cuda);
    close_check_one("loss", cuda[HEAD_LOSS], cpu[HEAD_LOSS], bound_of(c) * (double)c->rows);
    cr_expect(eq(dbl, cuda[HEAD_CORRECT], cpu[HEAD_CORRECT]));
    cr_expect(eq(dbl, cuda[HEAD_ROWS], cpu[HEAD_ROWS]));
}

/* Slopes of a row sum to 2 / count in size: dx is that of weights, below 5 scale; dweight sums over
 * the rows, numbers below 5; dweight and dbias stand beside what they add to. */
static void check_slopes(const Pair *pair, const Case *c, Options options)
{
    double bound = 2.0 * bound_of(c), counted = 0.8 * (double)c->rows;
    twin_check(pair, "dx", c->dx, 0.0, 5.0 * c->scale * bound / (counted < 1.0 ? 1.0 : counted));
    twin_check(pair, "dweight", c->dweight, FLT_EPSILON, 5.0 * bound);
    if (options.dbias) twin_check(pair, "dbias", c->dbias, FLT_EPSILON, bound);
}

Test(cuda_head, loss_and_gradients_are_those_of_the_cpu_whatever_is_absent)
{
    for (int k = 0; k < SHAPES; k++)
        for (int given = 0; given < 8; given++) {
            Options options = {given & 1, true, given & 2, given & 4 ? (real)0.25 : 0};
            Pair pair = pair_open();
            Case c = case_of(&pair, shapes[k], 1.0, given % 2 ? 3 : 0);
            run(&pair, &c, options);
            check_sums(&pair, &c);
            check_slopes(&pair, &c, options);
            pair_close(&pair);
        }
}

/* Logits are products of the same numbers, so the loss is as near. Slopes are rounded by 2^-8 of
 * themselves, which are 2 / count in a row: beside that all else is small, but that dx is rounded
 * again. */
static void check_half_slopes(const Pair *pair, const Case *c, Options options)
{
    double bound = 2.0 * (bound_of(c) + 0x1p-8), counted = 0.8 * (double)c->rows;
    twin_check(pair, "dx", c->dx, 0x1p-8, 5.0 * c->scale * bound / (counted < 1.0 ? 1.0 : counted));
    twin_check(pair, "dweight", c->dweight, FLT_EPSILON, 5.0 * bound);
    if (options.dbias) twin_check(pair, "dbias", c->dbias, FLT_EPSILON, bound);
}

Test(cuda_head, with_x_of_bfloat16_the_loss_is_as_near_and_slopes_but_for_their_rounding)
{
    for (int k = 0; k < SHAPES; k++)
        for (int given = 0; given < 8; given++) {
            Options options = {given & 1, true, given & 2, given & 4 ? (real)0.25 : 0};
            Pair pair = pair_open();
            Case c = half_case_of(&pair, shapes[k], 1.0, given % 2 ? 3 : 0);
            run(&pair, &c, options);
            check_sums(&pair, &c);
            check_half_slopes(&pair, &c, options);
            pair_close(&pair);
        }
}

Test(cuda_head, without_dx_only_the_sums_are_found_and_they_are_the_same)
{
    for (int k = 0; k < SHAPES; k++) {
        Pair pair = pair_open();
        Case c = case_of(&pair, shapes[k], 1.0, 0), only = case_of(&pair, shapes[k], 1.0, 0);
        run(&pair, &c, (Options){true, true, true, (real)0.25});
        run(&pair, &only, (Options){true, false, false, (real)0.25});
        double sums[HEAD_SUMS], others[HEAD_SUMS];
        sums_of(&pair, &c, SIDE_CUDA, sums), sums_of(&pair, &only, SIDE_CUDA, others);
        close_check_bytes("sums", sizeof sums, sums, others);
        cr_expect(isnan(twin_at(&pair, only.dx, SIDE_CUDA, 0, 0)));
        pair_close(&pair);
    }
}

Test(cuda_head, a_batch_without_labels_leaves_everything_as_it_is)
{
    Pair pair = pair_open();
    Case c = case_of(&pair, shapes[2], 1.0, 0);
    int32_t labels[33];
    for (int r = 0; r < 33; r++) labels[r] = -1;
    for (int s = 0; s < SIDES; s++)
        pair.side[s]->upload(pair.side[s], sizeof labels, labels, c.labels.on[s].data);
    real *before = twin_numbers(&pair, c.dweight, SIDE_CUDA);
    run(&pair, &c, (Options){true, true, true, 0});
    real *after = twin_numbers(&pair, c.dweight, SIDE_CUDA),
         *dx = twin_numbers(&pair, c.dx, SIDE_CUDA);
    close_check_bytes("dweight", 70 * sizeof(real), after, before);
    for (int i = 0; i < 33 * 7; i++) cr_expect(eq(flt, dx[i], 0));
    double sums[HEAD_SUMS];
    sums_of(&pair, &c, SIDE_CUDA, sums);
    cr_expect(eq(dbl, sums[HEAD_LOSS], 1.0));
    cr_expect(eq(dbl, sums[HEAD_ROWS], 3.0));
    free(before), free(after), free(dx);
    pair_close(&pair);
}

Test(cuda_head, rows_without_a_label_do_not_matter_and_have_no_gradient)
{
    Pair pair = pair_open();
    Case c = case_of(&pair, shapes[4], 1.0, 0), other = case_of(&pair, shapes[4], 1.0, 0);
    real *x = twin_numbers(&pair, c.x, SIDE_CPU);
    for (int64_t r = 3; r < 130; r += 5)
        for (int64_t j = 0; j < 9; j++) x[r * 9 + j] = 1e30f;
    twin_set(&pair, other.x, x);
    run(&pair, &c, (Options){true, true, true, 0});
    run(&pair, &other, (Options){true, true, true, 0});
    real *a = twin_numbers(&pair, c.dweight, SIDE_CUDA),
         *b = twin_numbers(&pair, other.dweight, SIDE_CUDA);
    close_check_bytes("dweight", 513 * 9 * sizeof(real), b, a);
    for (int64_t j = 0; j < 9; j++)
        cr_expect(eq(dbl, twin_at(&pair, other.dx, SIDE_CUDA, 3, j), 0.0));
    free(x), free(a), free(b);
    pair_close(&pair);
}

Test(cuda_head, among_equal_logits_the_first_class_is_the_answer)
{
    Pair pair = pair_open();
    Case c = case_of(&pair, shapes[3], 0.0, 0);
    run(&pair, &c, (Options){false, true, true, 0});
    check_sums(&pair, &c);
    pair_close(&pair);
}

Test(cuda_head, logits_of_ten_thousand_stay_finite_and_a_nan_is_not_hidden)
{
    Pair pair = pair_open();
    Case c = case_of(&pair, shapes[3], 1e4, 0);
    run(&pair, &c, (Options){true, true, true, 0});
    double sums[HEAD_SUMS];
    sums_of(&pair, &c, SIDE_CUDA, sums);
    cr_expect(isfinite(sums[HEAD_LOSS]));
    real *dweight = twin_numbers(&pair, c.dweight, SIDE_CUDA);
    for (int64_t i = 0; i < 257 * 16; i++) cr_assert(isfinite(dweight[i]));
    real *x = twin_numbers(&pair, c.x, SIDE_CPU);
    x[0] = (real)NAN;
    twin_set(&pair, c.x, x);
    run(&pair, &c, (Options){true, true, true, 0});
    sums_of(&pair, &c, SIDE_CUDA, sums);
    cr_expect(isnan(sums[HEAD_LOSS]) && isnan(twin_at(&pair, c.dx, SIDE_CUDA, 0, 0)));
    free(x), free(dweight);
    pair_close(&pair);
}
