/* Methods without the root in double precision: vectors of the authors' code, and exact laws. */
#include "optimizer_golden.h"

enum { MOST = 8 };

/* One matrix from x = 1, with gradients of a formula: g_ij = 0.5 sin(1 + i + 2 j + 3 t) from t = 0
 * on (a vector: 0.5 sin(1 + j + 3 t)). */
static void formula_steps(const char *text, int rows, int cols, int steps, double x[MOST])
{
    Backend *backend = backend_cpu();
    real *memory = backend->alloc(backend, 2 * MOST * sizeof *memory), *g = memory + MOST;
    Parameter item = {"x", GROUP_MATRIX, matrix_of(memory, rows, cols), matrix_of(g, rows, cols)};
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
    golden_check_file("tests/golden/root_free.csv", 18, 1e-13, "shampoo", 1e-13);
}
