/* Methods without the root in double precision: vectors of the authors' code, and exact laws. */
#include "compute/rules.h"
#include "optimizer_golden.h"

enum { MOST = 8 };

/* One matrix from x = 1, with gradients of a formula: g_ij = 0.5 sin(1 + i + 2 j + 3 t) from t = 0
 * on (a vector: 0.5 sin(1 + j + 3 t)). */
static void formula_steps(const char *text, int rows, int cols, int steps, double x[MOST])
{
    Backend *backend = backend_cpu();
    real *memory = backend->alloc(backend, 2 * MOST * sizeof *memory), *g = memory + MOST;
    Parameter item = {.name = "x",
                      .group = GROUP_MATRIX,
                      .value = matrix_of(memory, rows, cols),
                      .gradient = matrix_of(g, rows, cols)};
    ParameterTable table = {1, &item, rows * cols, 0, memory, g};
    Optimizer *optimizer = optimizer_create(text, backend, &table);
    for (int k = 0; k < rows * cols; k++) memory[k] = 1;
    for (int t = 0; t < steps; t++) {
        for (int k = 0; k < rows * cols; k++) {
            int at = rows == 1 ? k : k / cols + 2 * (k % cols);
            g[k] = (real)(0.5 * sin(1.0 + at + 3.0 * t));
        }
        optimizer_step(optimizer, 0.1);
    }
    for (int k = 0; k < rows * cols; k++) x[k] = (double)memory[k];
    optimizer_free(optimizer);
    backend->release(backend, memory);
    backend->close(backend);
}

static const struct {
    const char *text;
    int rows, cols, steps;
    double want[MOST];
} vectors[] = {
#define IF "if_shampoo:beta2=0.8,momentum=0.9,geodesic=0.5,damping=0.01,decay=0.001,batch=16"
    {IF,
     2,
     3,
     1,
     {.980250501701, .985724708831, 1.031347503454, .974982766066, 1.030706843671, .999176892858}},
    {IF,
     2,
     3,
     5,
     {.939141157366, .969752634531, 1.082311616523, .927913828337, 1.077808342186, 1.003604863729}},
    {IF ",factors=diagonal",
     2,
     3,
     5,
     {.917181193338, .98293478183, 1.096477746935, .910946568308, 1.083100741522, 1.025586446217}},
    {IF, 1, 3, 5, {.927820094671, .920977019983, .985579131242}},
    {"rf_rmsprop:beta2=0.95,damping=1e-3,decay=0.001,momentum=0.9,batch=16",
     1,
     3,
     5,
     {.904184628117, .89972939793, .980593211437}},
    {"rf_rmsprop:beta2=0.95,damping=1e-3,decay=0.001,momentum=0.9,batch=16,state=bfloat16",
     1,
     3,
     5,
     {.90478515625, .899609375, .98046875}},
    {"rf_adamw:beta2=0.95,epsilon=1e-3,decay=0.01,batch=16",
     1,
     3,
     5,
     {.986193773879, .986710012888, .993126882171}},
};

/* Printed to 12 places; those of bfloat16 are exact. */
Test(gradient_root_free, steps_are_those_of_the_authors_code)
{
    for (size_t k = 0; k < sizeof vectors / sizeof *vectors; k++) {
        double got[MOST];
        formula_steps(vectors[k].text, vectors[k].rows, vectors[k].cols, vectors[k].steps, got);
        for (int i = 0; i < vectors[k].rows * vectors[k].cols; i++)
            close_check_one(vectors[k].text, got[i], vectors[k].want[i], 1e-12);
    }
}

Test(gradient_root_free, ten_steps_in_double_are_those_of_whole_kronecker_products)
{
    golden_check_file("tests/golden/root_free.csv", 26, 1e-13, "shampoo", 1e-13);
}

/* ---- states of bfloat16 */

enum { MANY = 256 };

/* The mean of batch v over MANY numbers after 6,000 steps whose gradients have batch g² = `square`
 * (but for their sign), from 1; x moves a little, as the random bits need. */
static double mean_square_after(const char *text, double square)
{
    Backend *backend = backend_cpu();
    real *x = backend->alloc(backend, 2 * MANY * sizeof *x), *g = x + MANY;
    Parameter item = {.name = "x",
                      .group = GROUP_VECTOR,
                      .value = matrix_of(x, 1, MANY),
                      .gradient = matrix_of(g, 1, MANY)};
    ParameterTable table = {1, &item, MANY, 0, x, g};
    Optimizer *optimizer = optimizer_create(text, backend, &table);
    int64_t numbers;
    const real *v = optimizer_state(optimizer, &numbers);
    for (int t = 0; t < 6000; t++) {
        for (int k = 0; k < MANY; k++) g[k] = (real)((k + t) % 2 ? sqrt(square) : -sqrt(square));
        optimizer_step(optimizer, 1e-5 * (1.0 + 0.01 * t));
    }
    double sum = 0.0;
    for (int k = 0; k < MANY; k++) sum += (double)v[k];
    optimizer_free(optimizer);
    backend->release(backend, x);
    backend->close(backend);
    return sum / MANY;
}

/* v ← beta2 v + (1 − beta2) g² has forgotten its start but for beta2^6000. */
static double expected(double beta2, double square)
{
    double left = pow(beta2, 6000.0);
    return left + (1.0 - left) * square;
}

static double with_state(const char *state, double beta2, double square)
{
    char *text =
        format_text("rf_rmsprop:momentum=0.5,damping=1e-3,beta2=%.6g,state=%s", beta2, state);
    double mean = mean_square_after(text, square);
    free(text);
    return mean;
}

/* ResNet34's published 1 − beta2 is 1.18e-3 < 2^-9. */
Test(gradient_root_free, a_mean_square_in_bfloat16_never_falls_where_it_forgets_slowly)
{
    const double beta2 = 1.0 - 1.18e-3, want = expected(beta2, 0.01);
    close_check_one("float32", with_state("float32", beta2, 0.01), want, 1e-12);
    close_check_one("bfloat16", with_state("bfloat16", beta2, 0.01), 1.0, 0.0);
    close_check_one("frozen", with_state("frozen", beta2, 0.01), 1.0, 0.0);
    /* The edge: 1 − 0.0019 is rounded to 1, 1 − 0.0020 is not. */
    close_check_one("0.0019", with_state("bfloat16", 1.0 - 0.0019, 0.01), 1.0, 0.0);
    cr_expect(with_state("bfloat16", 1.0 - 0.0020, 0.01) < 0.01);
}

/* A rounding has a deviation of at most half of v's unit, 2^-9 v, and counts for 1 / (2 (1 −
 * beta2)) steps: 2^-9 v sqrt(424) = 0.04 v in one number, 0.0025 v in the mean of 256. Five of
 * them. */
Test(gradient_root_free, a_mean_square_rounded_at_random_is_right_on_average)
{
    const double beta2 = 1.0 - 1.18e-3;
    for (double square = 0.01; square < 10.0; square *= 30.0) {
        double want = expected(beta2, square);
        close_check_one("stochastic", with_state("stochastic", beta2, square), want, 0.0125 * want);
    }
}

/* m, both factors and their changes: what is kept has 8 bits, and x has more. */
Test(gradient_root_free, all_that_if_shampoo_keeps_in_bfloat16_has_eight_bits)
{
    Backend *backend = backend_cpu();
    SmallTable *small = small_table(backend);
    Optimizer *optimizer =
        optimizer_create("if_shampoo:state=bfloat16,decay=0.1", backend, &small->table);
    Rng rng = rng_stream(11, 0, RNG_INIT);
    for (int t = 0; t < 4; t++) {
        for (int k = 0; k < SMALL_COUNT; k++) *small_gradient(small, k) = (real)rng_normal(&rng);
        optimizer_step(optimizer, 0.1);
    }
    int64_t numbers, moved = 0, wide = 0;
    const real *state = optimizer_state(optimizer, &numbers);
    for (int64_t k = 0; k < numbers; k++) {
        cr_expect(state[k] == rule_bfloat16(state[k]), "number %d", (int)k);
        moved += state[k] != 0 && state[k] != 1;
    }
    for (int k = 0; k < SMALL_COUNT; k++)
        wide += *small_value(small, k) != rule_bfloat16(*small_value(small, k));
    cr_expect(moved > 100 && wide > SMALL_COUNT / 2);
    optimizer_free(optimizer);
    small_table_free(small);
    backend->close(backend);
}

/* ---- SOAP: on a square matrix, whose eigenvectors are not arbitrary after one step */

/* The first nine numbers of the problem in root_free.csv as a matrix 3 x 3. */
static void square_steps(const char *text, int steps, double x[9])
{
    Csv *csv = csv_read("tests/golden/root_free.csv");
    Backend *backend = backend_cpu();
    real *memory = backend->alloc(backend, 32 * sizeof *memory), *g = memory + 16;
    Parameter item = {.name = "x",
                      .group = GROUP_MATRIX,
                      .value = matrix_of(memory, 3, 3),
                      .gradient = matrix_of(g, 3, 3)};
    ParameterTable table = {1, &item, 9, 0, memory, g};
    Optimizer *optimizer = optimizer_create(text, backend, &table);
    for (int k = 0; k < 9; k++) memory[k] = (real)csv_real(csv, k, 3);
    for (int t = 1; t <= steps; t++) {
        for (int k = 0; k < 9; k++)
            g[k] = (real)(csv_real(csv, SMALL_COUNT + k, 3) * (double)memory[k] +
                          csv_real(csv, (1 + t) * SMALL_COUNT + k, 3));
        optimizer_step(optimizer, golden_rate(t));
    }
    for (int k = 0; k < 9; k++) x[k] = (double)memory[k];
    optimizer_free(optimizer);
    backend->release(backend, memory);
    backend->close(backend);
    csv_free(csv);
}

/* tests/golden/root_free.py --soap prints these. */
static const struct {
    const char *text;
    int steps;
    double want[9];
} soap[] = {
    {"soap:beta1=0.9,beta2=0.8,epsilon=0.001,interval=1,decay=0.1",
     2,
     {0.118814585663368, 0.200466882030188, -0.257312913838792, -0.820278580127988,
      -0.390816446450249, -1.0879245909842, -0.00780012516261479, 1.25295293955261,
      -0.498294241304245}},
    {"soap:beta1=0.9,beta2=0.8,epsilon=0.001,interval=1,decay=0.1",
     10,
     {0.0872676957889101, 0.147563782186353, -0.0952494334013299, -0.480176464811219,
      -0.303455896783795, -0.908662334107314, -0.107619145335062, 0.687404077044333,
      -0.50023853610488}},
    {"soap:beta1=0.8,beta2=0.9,epsilon=0.001,interval=4,decay=0.0",
     10,
     {0.109780444498501, 0.182683279666525, -0.0463211883503849, -0.513362228795846,
      -0.320955739974774, -0.923926493851836, -0.0328012382627417, 0.775915365366467,
      -0.431484884536135}},
};

Test(gradient_root_free, soap_is_adam_in_the_eigenbasis_of_numpy)
{
    for (size_t k = 0; k < sizeof soap / sizeof *soap; k++) {
        double got[9];
        square_steps(soap[k].text, soap[k].steps, got);
        /* Eigenvectors turn by the rounding over the distance of the eigenvalues. */
        for (int i = 0; i < 9; i++) close_check_one(soap[k].text, got[i], soap[k].want[i], 1e-11);
    }
}
