/* Exact laws of methods without the root (Lin et al. 2024): how they go on when the loss, the batch
 * or the coordinates change. In double, so that equal means equal to many digits.
 *
 * A problem with matrix parameters W (3 x 2): gradient G_t = H W K + N_t. In coordinates V with
 * W = Aᵀ V B it is A G_t Bᵀ. */
#include "close.h"
#include "optim/optimizer_kinds.h"

#include <criterion/new/assert.h>

enum { ROWS = 3, COLS = 2, COUNT = ROWS * COLS, STEPS = 40, AT_L = 16, AT_R = 32, PAIR = 32 };

typedef struct {
    double at[ROWS][ROWS]; /* the right one uses COLS of them */
} Square;

typedef void Start(real *state, const Square *A, const Square *B);

typedef struct {
    const char *text;
    double rate;
    double loss;         /* a factor on the loss */
    const Square *A, *B; /* coordinates; NULL: W itself */
    Start *start;        /* NULL: as it is */
} Course;

static const Square unit = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
static const Square shear = {{{2, 0.5, 0}, {0, 0.5, -0.25}, {0, 0, 3}}};
static const Square other_shear = {{{0.25, 0, 0}, {-0.5, 1.5, 0}, {0, 0, 1}}};
static const Square turn = {{{0.6, 0.8, 0}, {-0.8, 0.6, 0}, {0, 0, 1}}};
static const Square stretch = {{{2, 0, 0}, {0, 0.3, 0}, {0, 0, 5}}};
static const Square other_stretch = {{{0.7, 0, 0}, {0, 4, 0}, {0, 0, 1}}};

/* The inverse of a matrix without need of pivots. */
static Square inverse_of(const Square *A)
{
    double work[ROWS][2 * ROWS];
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < ROWS; j++) work[i][j] = A->at[i][j], work[i][ROWS + j] = i == j;
    for (int k = 0; k < ROWS; k++) {
        double pivot = work[k][k];
        for (int j = 0; j < 2 * ROWS; j++) work[k][j] /= pivot;
        for (int i = 0; i < ROWS; i++) {
            double factor = i == k ? 0.0 : work[i][k];
            for (int j = 0; j < 2 * ROWS; j++) work[i][j] -= factor * work[k][j];
        }
    }
    Square out;
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < ROWS; j++) out.at[i][j] = work[i][ROWS + j];
    return out;
}

/* Aᵀ X B, or A X Bᵀ. */
static void two_sided(bool transposed, const Square *A, const double *X, const Square *B,
                      double *out)
{
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLS; j++) {
            double sum = 0.0;
            for (int k = 0; k < ROWS; k++)
                for (int l = 0; l < COLS; l++)
                    sum += (transposed ? A->at[k][i] : A->at[i][k]) * X[k * COLS + l] *
                           (transposed ? B->at[l][j] : B->at[j][l]);
            out[i * COLS + j] = sum;
        }
}

static void gradient(int t, double loss, const double *W, double *G)
{
    Rng noise = rng_stream(5, (uint32_t)t, RNG_DATA);
    for (int k = 0; k < COUNT; k++)
        G[k] = loss * ((1.0 + k) * W[k] + 0.3 * W[(k + 1) % COUNT] + rng_normal(&noise));
}

static Course course(const char *text, double rate, double loss)
{
    return (Course){.text = text, .rate = rate, .loss = loss};
}

static Course course_in(const char *text, const Square *A, const Square *B, Start *start)
{
    return (Course){text, 0.05, 1.0, A, B, start};
}

/* The last W of a course, all in the coordinates V and back. */
static void walk(const Course *course, double *W)
{
    const Square *A = course->A ? course->A : &unit, *B = course->B ? course->B : &unit;
    Square A_inverse = inverse_of(A), B_inverse = inverse_of(B);
    double V[COUNT], G[COUNT], g[COUNT];
    Backend *backend = backend_cpu();
    real *x = backend->alloc(backend, 2 * AT_L * sizeof *x), *slope = x + AT_L;
    Parameter item = {"W", GROUP_MATRIX, matrix_of(x, ROWS, COLS), matrix_of(slope, ROWS, COLS)};
    ParameterTable table = {1, &item, COUNT, 0, x, slope};
    Optimizer *optimizer = optimizer_create(course->text, backend, &table);
    int64_t numbers;
    real *state = optimizer_state(optimizer, &numbers);
    if (course->start) course->start(state, A, B);
    for (int k = 0; k < COUNT; k++) W[k] = 1.0 - 0.3 * k;
    two_sided(true, &A_inverse, W, &B_inverse, V);
    for (int k = 0; k < COUNT; k++) x[k] = (real)V[k];
    for (int t = 0; t < STEPS; t++) {
        for (int k = 0; k < COUNT; k++) V[k] = (double)x[k];
        two_sided(true, A, V, B, W);
        gradient(t, course->loss, W, G);
        two_sided(false, A, G, B, g);
        for (int k = 0; k < COUNT; k++) slope[k] = (real)g[k];
        optimizer_step(optimizer, course->rate);
    }
    for (int k = 0; k < COUNT; k++) V[k] = (double)x[k];
    two_sided(true, A, V, B, W);
    optimizer_free(optimizer);
    backend->release(backend, x);
    backend->close(backend);
}

/* |difference| / |W| at the end. */
static double apart(const Course *one, const Course *other)
{
    double a[COUNT], b[COUNT], difference = 0.0, size = 0.0;
    walk(one, a), walk(other, b);
    for (int k = 0; k < COUNT; k++)
        difference += (a[k] - b[k]) * (a[k] - b[k]), size += a[k] * a[k];
    return sqrt(difference / size);
}

/* 40 steps of some 20 roundings each, that a contraction forgets: 1e-13 leaves a factor of ten.
 * What is not a law misses by far more than 1e-3. */
static const double equal = 1e-13, clearly = 1e-3;

/* ---- the scale of the loss, and the batch */

Test(invariance, a_loss_times_100_changes_nothing_where_curvature_start_and_damping_follow)
{
    Course plain = course("rf_rmsprop:beta2=0.9,batch=4,start=0.25,damping=0.01", 0.05, 1.0);
    /* batch v scales with c = 100, not c²: batch / c; v starts c² as large */
    Course follows = course("rf_rmsprop:beta2=0.9,batch=0.04,start=2500,damping=1", 0.05, 100.0);
    cr_expect(lt(dbl, apart(&plain, &follows), equal));
    /* naive: the rate times c instead, start and damping times c² */
    Course faster = course("rf_rmsprop:beta2=0.9,batch=4,start=2500,damping=100", 5.0, 100.0);
    cr_expect(lt(dbl, apart(&plain, &faster), equal));
    Course naive = course("rf_rmsprop:beta2=0.9,batch=4,start=0.25,damping=0.01", 0.05, 100.0);
    cr_expect(gt(dbl, apart(&plain, &naive), clearly));
}

Test(invariance, the_root_makes_the_scale_of_the_loss_irrelevant_without_any_of_this)
{
    Course plain = course("rmsprop:beta2=0.9,epsilon=0,momentum=0.5", 0.05, 1.0), scaled = plain;
    scaled.loss = 100.0;
    cr_expect(lt(dbl, apart(&plain, &scaled), equal));
}

/* Gradient 8 g of a sum, v as it is, against g of a mean with batch = 8: powers of two are exact.
 */
Test(invariance, a_sum_over_the_batch_is_its_mean_with_the_batch_factor)
{
    Course mean = course("rf_rmsprop:beta2=0.9,batch=8,damping=0.03125", 0.05, 1.0);
    Course sum = course("rf_rmsprop:beta2=0.9,batch=1,start=8,damping=0.25", 0.05, 8.0);
    cr_expect(eq(dbl, apart(&mean, &sum), 0.0));
    Course adam = course("rf_adamw:beta2=0.9,batch=8,epsilon=0.03125", 0.05, 1.0);
    Course adam_sum = course("rf_adamw:beta2=0.9,batch=1,start=8,epsilon=0.25", 0.05, 8.0);
    cr_expect(eq(dbl, apart(&adam, &adam_sum), 0.0));
}

/* batch G Gᵀ is the same for G over 4 and batch times 16; the direction is a quarter. */
Test(invariance, the_batch_factor_of_matrix_methods_is_the_square_of_a_scale)
{
    Course one = course("if_shampoo:beta2=0.8,batch=2,damping=0.01", 0.05, 1.0);
    Course other = course("if_shampoo:beta2=0.8,batch=32,damping=0.01", 0.2, 0.25);
    cr_expect(lt(dbl, apart(&one, &other), equal));
    one.text = "rf_shampoo:beta2=0.8,batch=2,damping=0.01";
    other.text = "rf_shampoo:beta2=0.8,batch=32,damping=0.01";
    cr_expect(lt(dbl, apart(&one, &other), equal));
}

/* ---- coordinates */

/* v of element (i, j) belongs to A_ii B_jj V: its start times (A_ii B_jj)². */
static void transport_squares(real *state, const Square *A, const Square *B)
{
    for (int k = 0; k < COUNT; k++) {
        double factor = A->at[k / COLS][k / COLS] * B->at[k % COLS][k % COLS];
        state[k] = (real)((double)state[k] * factor * factor);
    }
}

Test(invariance, stretched_axes_are_nothing_to_a_diagonal_method_without_root)
{
    const char *text = "rf_rmsprop:beta2=0.9,batch=4,damping=0";
    Course plain = course(text, 0.05, 1.0);
    Course stretched = course_in(text, &stretch, &other_stretch, transport_squares);
    cr_expect(lt(dbl, apart(&plain, &stretched), equal));
    stretched.start = NULL; /* the start stays behind */
    cr_expect(gt(dbl, apart(&plain, &stretched), clearly));
    plain.text = stretched.text = "rf_rmsprop:beta2=0.9,batch=4,damping=0.1";
    stretched.start = transport_squares; /* the damping does */
    cr_expect(gt(dbl, apart(&plain, &stretched), clearly));
    plain.text = stretched.text = "rmsprop:beta2=0.9,epsilon=0"; /* the root does */
    stretched.start = NULL;
    cr_expect(gt(dbl, apart(&plain, &stretched), clearly));
}

Test(invariance, turned_axes_are_something_to_a_diagonal_method_with_root_or_without)
{
    static const char *const texts[] = {"rf_rmsprop:beta2=0.9,batch=4,damping=0",
                                        "rmsprop:beta2=0.9,epsilon=0"};
    for (int k = 0; k < 2; k++) {
        Course plain = course(texts[k], 0.05, 1.0), turned = course_in(texts[k], &turn, NULL, NULL);
        cr_expect(gt(dbl, apart(&plain, &turned), clearly), "%s", texts[k]);
    }
    /* … and nothing to gradient descent: the difference is not the walk's own. */
    Course plain = course("sgd", 0.05, 1.0), turned = course_in("sgd", &turn, NULL, NULL);
    cr_expect(lt(dbl, apart(&plain, &turned), equal));
}

/* L = A⁻ᵀ, R = B⁻ᵀ: rows of 3 in `at`, of 2 in `at + 16`. */
static void put(real *at, const Square *A, int n, bool transposed)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) at[i * n + j] = (real)(transposed ? A->at[j][i] : A->at[i][j]);
}

static void put_roots(real *state, const Square *A, const Square *B)
{
    Square A_inverse = inverse_of(A), B_inverse = inverse_of(B);
    put(state, &A_inverse, ROWS, true);
    put(state + AT_L, &B_inverse, COLS, true);
}

static void transport_factors(real *state, const Square *A, const Square *B)
{
    put_roots(state + AT_L, A, B);
}

/* S = A Aᵀ and B Bᵀ, then the roots of their inverses. */
static void transport_curvature(real *state, const Square *A, const Square *B)
{
    const Square *side[] = {A, B};
    for (int s = 0; s < 2; s++) {
        Square S = {{{0}}};
        for (int i = 0; i < ROWS * ROWS * ROWS; i++)
            S.at[i / 9][i / 3 % 3] += side[s]->at[i / 9][i % 3] * side[s]->at[i / 3 % 3][i % 3];
        put(state + AT_L + s * AT_L, &S, s == 0 ? ROWS : COLS, false);
    }
    put_roots(state + AT_L + PAIR, A, B);
}

static void check_kronecker(const char *text, const char *damped, Start *start)
{
    Course plain = course(text, 0.05, 1.0), sheared = course_in(text, &shear, &other_shear, start);
    /* Inverses of condition about 100 cost two digits. */
    cr_expect(lt(dbl, apart(&plain, &sheared), 100.0 * equal), "%s", text);
    sheared.start = NULL;
    cr_expect(gt(dbl, apart(&plain, &sheared), clearly), "%s, not transported", text);
    plain.text = sheared.text = damped;
    sheared.start = start;
    cr_expect(gt(dbl, apart(&plain, &sheared), clearly), "%s", damped);
}

Test(invariance, matrix_methods_without_root_do_not_see_linear_coordinates)
{
    check_kronecker("if_shampoo:beta2=0.8,batch=2,damping=0",
                    "if_shampoo:beta2=0.8,batch=2,damping=0.1", transport_factors);
    check_kronecker("rf_shampoo:beta2=0.8,batch=2,damping=0",
                    "rf_shampoo:beta2=0.8,batch=2,damping=0.1", transport_curvature);
}

/* Its S starts at 0, which needs no transport. */
Test(invariance, shampoo_sees_linear_coordinates_but_no_turned_ones)
{
    const char *text = "shampoo:beta2=0.9,epsilon=1e-6";
    Course plain = course(text, 0.05, 1.0), sheared = course_in(text, &shear, &other_shear, NULL);
    cr_expect(gt(dbl, apart(&plain, &sheared), clearly));
    Course turned = course_in(text, &turn, NULL, NULL);
    /* Eigenvalues near 0 are rounding errors of 1e-16 below 1e-6, to the power −1/4. */
    cr_expect(lt(dbl, apart(&plain, &turned), 1e-9));
}

/* ---- one method as another */

Test(invariance, the_power_one_half_is_adamw_and_one_is_the_method_without_root)
{
    static const char *const pairs[][2] = {
        {"adamw:beta1=0.8,beta2=0.9,epsilon=1e-3,decay=0.1",
         "adam_p:power=0.5,beta1=0.8,beta2=0.9,epsilon=1e-3,decay=0.1"},
        {"rf_adamw:beta1=0.8,beta2=0.9,epsilon=1e-3,batch=4,decay=0.1",
         "adam_p:power=1,beta1=0.8,beta2=0.9,epsilon=1e-3,batch=4,start=0.25,unbias=0,decay=0.1"},
        {"sgd:momentum=0.8,dampening=0", "adam_p:power=0,beta1=0.8,epsilon=0,unbias=0"},
        {"sgd:momentum=0.8", "rf_rmsprop:momentum=0.8,damping=0,batch=4,state=frozen"},
    };
    for (int k = 0; k < 4; k++) {
        /* m of Adam is 1 − beta1 times that of momentum. */
        Course one = course(pairs[k][0], k == 2 ? 0.01 : 0.05, 1.0),
               other = course(pairs[k][1], 0.05, 1.0);
        cr_expect(lt(dbl, apart(&one, &other), equal), "%s", pairs[k][1]);
    }
}

/* ---- the curvature that is found */

enum { BURN = 1500, ALL = 5500 };

typedef struct {
    double square[COUNT], neighbour[COUNT]; /* sums of batch Z_k² and batch Z_k Z_(k+1) */
} Whitened;

/* batch = 4 times what G becomes by the factors L and R that lie in the state. */
static void add_whitened(const real *factors, const double *G, Whitened *sums)
{
    Square L = {{{0}}}, R = {{{0}}};
    double Z[COUNT];
    for (int k = 0; k < ROWS * ROWS; k++) L.at[k / ROWS][k % ROWS] = (double)factors[k];
    for (int k = 0; k < COLS * COLS; k++) R.at[k / COLS][k % COLS] = (double)factors[AT_L + k];
    two_sided(true, &L, G, &R, Z);
    for (int k = 0; k < COUNT; k++) {
        sums->square[k] += 4.0 * Z[k] * Z[k];
        sums->neighbour[k] += 4.0 * Z[k] * Z[(k + 1) % COUNT];
    }
}

/* Steps of rate 0 with G = C X Dᵀ, X normal over 2; the factors begin at number `at` of the state.
 */
static Whitened whiten(const char *text, int at)
{
    Backend *backend = backend_cpu();
    real *x = backend->alloc(backend, 2 * AT_L * sizeof *x), *slope = x + AT_L;
    Parameter item = {"W", GROUP_MATRIX, matrix_of(x, ROWS, COLS), matrix_of(slope, ROWS, COLS)};
    ParameterTable table = {1, &item, COUNT, 0, x, slope};
    Optimizer *optimizer = optimizer_create(text, backend, &table);
    int64_t numbers;
    const real *factors = optimizer_state(optimizer, &numbers) + at;
    Whitened sums = {{0.0}, {0.0}};
    for (int t = 0; t < ALL; t++) {
        Rng rng = rng_stream(9, (uint32_t)t, RNG_DATA);
        double X[COUNT], G[COUNT];
        for (int k = 0; k < COUNT; k++) X[k] = 0.5 * rng_normal(&rng);
        two_sided(false, &shear, X, &other_shear, G);
        if (t >= BURN) add_whitened(factors, G, &sums);
        for (int k = 0; k < COUNT; k++) slope[k] = (real)G[k];
        optimizer_step(optimizer, 0.0);
    }
    optimizer_free(optimizer);
    backend->release(backend, x);
    backend->close(backend);
    return sums;
}

/* The covariance of G's entries is a Kronecker product over `batch`; (L Lᵀ)⁻¹ x (R Rᵀ)⁻¹ fluctuates
 * about it. Compared by what whitening leaves: batch Lᵀ G R has the covariance 1. */
Test(invariance, the_factors_whiten_the_gradient)
{
    static const char *const texts[] = {"if_shampoo:beta2=0.99,batch=4,damping=0",
                                        "rf_shampoo:beta2=0.99,batch=4,damping=0"};
    for (int kind = 0; kind < 2; kind++) {
        Whitened sums = whiten(texts[kind], AT_L + (kind == 1 ? PAIR : 0));
        double mean = 0.0;
        for (int k = 0; k < COUNT; k++) {
            mean += sums.square[k] / (ALL - BURN) / COUNT;
            /* 4,000 products of two numbers of about 1: six errors of 0.016 */
            close_check_one("neighbours", sums.neighbour[k] / (ALL - BURN), 0.0, 0.1);
        }
        /* Of 24,000 squares of about 1 the mean has the error 0.009; the estimate's own
         * fluctuation, of order 1 − beta2 times the size, adds some hundredths. */
        close_check_one(texts[kind], mean, 1.0, 0.08);
    }
}
