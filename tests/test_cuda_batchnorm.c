#include "cuda_twins.h"

static const int64_t sizes[][2] = {{1, 5}, {2, 1}, {7, 3}, {533, 65}, {3000, 5}, {40, 64}};
enum { SIZES = sizeof sizes / sizeof *sizes };

/* First the large ones, rows x cols, then the small ones, 1 x cols. */
typedef struct {
    Twin x, skip, y, dy, dx, weight, bias, mean, unscale, running_mean, running_variance, dweight,
        dbias;
} Case;

enum { MATRICES = sizeof(Case) / sizeof(Twin), LARGE = 5 };

static Case case_of(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    Case c;
    Twin *each = (Twin *)&c;
    for (int k = 0; k < MATRICES; k++)
        each[k] = twin_random(pair, (uint32_t)k, k < LARGE ? rows : 1, cols, k < LARGE ? gap : 0);
    for (int s = 0; s < SIDES; s++)
        pair->side[s]->fill(pair->side[s], c.running_variance.on[s], (real)0.5);
    return c;
}

static BatchNorm norm_on(const Case *c, int s, Activation activation)
{
    return (BatchNorm){.weight = c->weight.on[s],
                       .bias = c->bias.on[s],
                       .mean = c->mean.on[s],
                       .unscale = c->unscale.on[s],
                       .running_mean = c->running_mean.on[s],
                       .running_variance = c->running_variance.on[s],
                       .share = (real)0.1,
                       .epsilon = (real)1e-5,
                       .activation = activation};
}

/* Sums in double of another order, then rounded: statistics differ by one epsilon at most, relative
 * (a mean near 0 by that of the numbers, and its variance with it). */
static void check_statistics(Pair *pair, const Case *c)
{
    double unit = 2.0 * REAL_EPSILON;
    twin_check(pair, "mean", c->mean, 0.0, 4.0 * unit);
    twin_check(pair, "unscale", c->unscale, unit, 0.0);
    twin_check(pair, "running mean", c->running_mean, 0.0, 4.0 * unit);
    twin_check(pair, "running variance", c->running_variance, 0.0, 16.0 * unit);
}

/* (x − mean) scale + bias + skip of statistics that differ by an epsilon. Where y is cut at 0 the
 * bound holds as well. */
static double *bounds(Pair *pair, const Case *c, Twin mean)
{
    Matrix A = c->x.on[SIDE_CPU];
    real *x = twin_numbers(pair, c->x, SIDE_CPU), *skip = twin_numbers(pair, c->skip, SIDE_CPU);
    real *centre = twin_numbers(pair, mean, SIDE_CPU),
         *unscale = twin_numbers(pair, c->unscale, SIDE_CPU);
    real *weight = twin_numbers(pair, c->weight, SIDE_CPU),
         *bias = twin_numbers(pair, c->bias, SIDE_CPU);
    double *bound = alloc_zeroed((size_t)matrix_count(A), sizeof *bound);
    for (int64_t k = 0; k < matrix_count(A); k++) {
        int64_t j = k % A.cols;
        double scale = fabs((double)weight[j] * (double)unscale[j]);
        bound[k] = 4.0 * REAL_EPSILON *
                   ((fabs((double)x[k]) + 2.0 * fabs((double)centre[j])) * scale +
                    fabs((double)bias[j]) + fabs((double)skip[k]));
    }
    free(x), free(skip), free(centre), free(unscale), free(weight), free(bias);
    return bound;
}

static void check_forward(Pair *pair, const Case *c, bool skips, Activation activation)
{
    for (int s = 0; s < SIDES; s++) {
        BatchNorm norm = norm_on(c, s, activation);
        pair->side[s]->batchnorm(pair->side[s], &norm, c->x.on[s],
                                 skips ? c->skip.on[s] : (Matrix){0}, c->y.on[s]);
    }
    check_statistics(pair, c);
    double *bound = bounds(pair, c, c->mean);
    twin_check_bounds(pair, "y", c->y, bound);
    free(bound);
    twin_agree(pair, c->running_mean);
    twin_agree(pair, c->running_variance);
    for (int s = 0; s < SIDES; s++) {
        BatchNorm norm = norm_on(c, s, activation);
        pair->side[s]->batchnorm_eval(pair->side[s], &norm, c->x.on[s],
                                      skips ? c->skip.on[s] : (Matrix){0}, c->y.on[s]);
    }
    twin_check_same(pair, "unscale of an evaluation", c->unscale);
    twin_check_same(pair, "y of an evaluation", c->y);
}

Test(cuda_batchnorm, training_and_evaluation_are_those_of_the_cpu)
{
    Pair pair = pair_open();
    for (int k = 0; k < SIZES; k++)
        for (int variant = 0; variant < 12; variant++) {
            Case c = case_of(&pair, sizes[k][0], sizes[k][1], variant / 4 * 2);
            check_forward(&pair, &c, variant & 1, variant & 2 ? ACT_RELU : ACT_NONE);
            pair_clear(&pair);
        }
    pair_close(&pair);
}

/* The same statistics and the same y on both sides: dz is exact, sums are doubles rounded once, and
 * dx takes its roundings from there. */
static void check_backward(Pair *pair, const Case *c, Activation activation, int where)
{
    Matrix none = {0};
    for (int s = 0; s < SIDES; s++) {
        BatchNorm norm = norm_on(c, s, activation);
        Matrix dx = where == 0 ? none : where == 1 ? c->dy.on[s] : c->dx.on[s];
        pair->side[s]->batchnorm_backward(pair->side[s], &norm, c->x.on[s], c->y.on[s], c->dy.on[s],
                                          dx, where == 3, c->dweight.on[s], c->dbias.on[s]);
    }
    real *unscale = twin_numbers(pair, c->unscale, SIDE_CPU);
    double largest = 1.0; /* x̂ and slopes grow with it */
    for (int64_t j = 0; j < c->x.on[SIDE_CPU].cols; j++)
        largest = fmax(largest, fabs((double)unscale[j]));
    /* |dz|, |weight| below 5, |x − mean| below 8: x̂ < 8 largest, Σ dz x̂ / n < 40 largest. */
    double unit = 2.0 * REAL_EPSILON, sums = (double)c->x.on[SIDE_CPU].rows * 5.0;
    twin_check(pair, "dbias", c->dbias, 0.0, unit * sums);
    twin_check(pair, "dweight", c->dweight, 0.0, unit * sums * 8.0 * largest);
    double dx = unit * 5.0 * largest * (10.0 + 8.0 * largest * 40.0 * largest);
    if (where == 1)
        twin_check(pair, "dx in the place of dy", c->dy, 0.0, dx);
    else
        twin_check_same(pair, "the gradient of skip", c->dy);
    twin_check(pair, "dx", c->dx, 0.0, dx);
    free(unscale);
}

/* Random statistics of size 1, so that nothing is divided by almost 0. */
Test(cuda_batchnorm, the_gradient_is_that_of_the_cpu_in_place_absent_and_added)
{
    Pair pair = pair_open();
    for (int k = 0; k < SIZES; k++)
        for (int where = 0; where < 4; where++)
            for (int activation = ACT_NONE; activation <= ACT_RELU; activation++) {
                Case c = case_of(&pair, sizes[k][0], sizes[k][1], where);
                check_backward(&pair, &c, (Activation)activation, where);
                pair_clear(&pair);
            }
    pair_close(&pair);
}

Test(cuda_batchnorm, a_mean_far_from_zero_costs_no_accuracy)
{
    Pair pair = pair_open();
    Case c = case_of(&pair, 4096, 3, 0);
    real *x = twin_numbers(&pair, c.x, SIDE_CPU);
    /* Floats near 4096 are 2^-11 apart: multiples of it are exact. */
    for (int64_t k = 0; k < 4096 * 3; k++) x[k] = (real)(4096.0 + (double)(k * 7 % 16) / 2048.0);
    twin_set(&pair, c.x, x);
    for (int s = 0; s < SIDES; s++) {
        BatchNorm norm = norm_on(&c, s, ACT_NONE);
        norm.epsilon = 0;
        pair.side[s]->batchnorm(pair.side[s], &norm, c.x.on[s], (Matrix){0}, c.y.on[s]);
    }
    twin_check_same(&pair, "unscale", c.unscale); /* sums of integers over 2048: exact */
    twin_check_same(&pair, "y", c.y);
    free(x);
    pair_close(&pair);
}

Test(cuda_batchnorm, nan_stays_in_its_column)
{
    Pair pair = pair_open();
    Case c = case_of(&pair, 10, 4, 0);
    real *x = twin_numbers(&pair, c.x, SIDE_CPU);
    x[3 * 4 + 2] = (real)NAN;
    twin_set(&pair, c.x, x);
    BatchNorm norm = norm_on(&c, SIDE_CUDA, ACT_RELU);
    pair.side[SIDE_CUDA]->batchnorm(pair.side[SIDE_CUDA], &norm, c.x.on[SIDE_CUDA], (Matrix){0},
                                    c.y.on[SIDE_CUDA]);
    real *y = twin_numbers(&pair, c.y, SIDE_CUDA);
    for (int k = 0; k < 40; k++) cr_expect((k % 4 == 2) == (bool)isnan((double)y[k]));
    free(x), free(y);
    pair_close(&pair);
}
