/* Signed central differences in double: f(x + h) − f(x − h) over 2h, for a random direction of
 * the result. With h = 1e-5 truncation is h²/6 |f'''| < 2e-11 |f'''| and rounding
 * 1e-16 |f| / h = 1e-11 |f|; |f| and |f'''| stay below some hundred. */
#include "compute/backend.h"

#include "compute/rules.h"
#include "io/csv.h"
#include "matrices.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static const double step = 1e-5, bound = 1e-8;

/* What is differentiated: reads x (and others in the context), writes y. */
typedef struct Function Function;
struct Function {
    Backend *backend;
    void (*run)(const Function *f);
    Matrix x, y, dy, other, third, stats;
    int kind;
};

static double value_of(const Function *f)
{
    double sum = 0.0;
    f->run(f);
    for (int64_t i = 0; i < f->y.rows; i++)
        for (int64_t j = 0; j < f->y.cols; j++)
            sum += matrix_at(f->y, i, j) * matrix_at(f->dy, i, j);
    return sum;
}

/* The gradient of <y, dy> in `at` (a matrix that run() reads), against `gradient`. */
static void check_slope(const char *what, const Function *f, Matrix at, Matrix gradient)
{
    for (int64_t i = 0; i < at.rows; i++)
        for (int64_t j = 0; j < at.cols; j++) {
            real *x = matrix_row(at, i) + j, kept = *x;
            *x = kept + (real)step;
            double above = value_of(f);
            *x = kept - (real)step;
            double below = value_of(f);
            *x = kept;
            close_check_one(what, matrix_at(gradient, i, j), (above - below) / (2.0 * step), bound);
        }
}

static Function function(Backend *backend, void (*run)(const Function *), int64_t rows,
                         int64_t inputs, int64_t outputs)
{
    return (Function){backend,
                      run,
                      matrix_random(backend, 1, rows, inputs, 2),
                      matrix_random(backend, 2, rows, outputs, 1),
                      matrix_random(backend, 3, rows, outputs, 3),
                      {0},
                      {0},
                      {0},
                      0};
}

static void function_free(Function *f)
{
    matrix_release(f->backend, 6, (Matrix[]){f->x, f->y, f->dy, f->other, f->third, f->stats});
}

static void activate(const Function *f)
{
    f->backend->activate(f->backend, (Activation)f->kind, f->x, f->y);
}

Test(gradients, of_activations_are_slopes)
{
    Backend *backend = backend_cpu();
    for (int phi = 0; phi < ACT_KINDS; phi++) {
        Function f = function(backend, activate, 5, 7, 7);
        Matrix dx = matrix_random(backend, 4, 5, 7, 0);
        f.kind = phi;
        backend->activate_backward(backend, (Activation)phi, f.x, f.dy, dx, false);
        check_slope("activation", &f, f.x, dx);
        backend->release(backend, dx.data);
        function_free(&f);
    }
    backend->close(backend);
}

/* The constants of the formulas to all digits, which floats cannot show. */
Test(gradients, and_values_of_activations_in_double_are_those_of_pytorch)
{
    Csv *golden = csv_read("tests/golden/activations.csv");
    for (int64_t r = 0; r < csv_rows(golden); r++) {
        double x = csv_real(golden, r, 0), size = fabs(x);
        const double got[] = {rule_relu(x), rule_relu_slope(x), rule_relu2(x), rule_relu2_slope(x),
                              rule_gelu(x), rule_gelu_slope(x), rule_silu(x),  rule_silu_slope(x)};
        /* A few roundings of numbers up to x²; PyTorch's 1 + tanh loses as much. */
        for (int k = 0; k < 8; k++)
            close_check_one(csv_name(golden, 1 + k), got[k], csv_real(golden, r, 1 + k),
                            2e-15 * (1.0 + size * size));
    }
    csv_free(golden);
}

static void gate(const Function *f) { f->backend->gate(f->backend, f->x, f->y); }

Test(gradients, of_the_gate_are_slopes_in_both_halves)
{
    Backend *backend = backend_cpu();
    Function f = function(backend, gate, 3, 10, 5);
    Matrix dx = matrix_random(backend, 4, 3, 10, 0);
    backend->gate_backward(backend, f.x, f.dy, dx);
    check_slope("gate", &f, f.x, dx);
    backend->release(backend, dx.data);
    function_free(&f);
    backend->close(backend);
}

static void norm(const Function *f)
{
    f->backend->norm(f->backend, (NormKind)f->kind, f->x, f->other, f->third, f->y, f->stats);
}

static void check_norm(Backend *backend, NormKind kind, int64_t rows, int64_t cols)
{
    Function f = function(backend, norm, rows, cols, cols);
    Matrix dx = matrix_random(backend, 4, rows, cols, 0);
    Matrix dweight = matrix_of(backend->alloc(backend, (size_t)cols * sizeof(real)), 1, cols);
    Matrix dbias = matrix_of(backend->alloc(backend, (size_t)cols * sizeof(real)), 1, cols);
    f.kind = kind;
    f.other = matrix_random(backend, 5, 1, cols, 0);
    if (kind == NORM_LAYER) f.third = matrix_random(backend, 6, 1, cols, 0);
    f.stats = matrix_random(backend, 7, rows, 2, 0);
    norm(&f);
    backend->norm_backward(backend, kind, f.x, f.other, f.stats, f.dy, dx, false, dweight,
                           kind == NORM_LAYER ? dbias : (Matrix){0});
    check_slope("norm's x", &f, f.x, dx);
    check_slope("norm's weight", &f, f.other, dweight);
    if (kind == NORM_LAYER) check_slope("norm's bias", &f, f.third, dbias);
    matrix_release(backend, 3, (Matrix[]){dx, dweight, dbias});
    function_free(&f);
}

Test(gradients, of_norms_are_slopes_for_input_weight_and_bias)
{
    Backend *backend = backend_cpu();
    for (int kind = NORM_LAYER; kind <= NORM_RMS; kind++) {
        check_norm(backend, (NormKind)kind, 1, 9);
        check_norm(backend, (NormKind)kind, 6, 33);
    }
    backend->close(backend);
}

/* ---- what is linear in x: <f(x), dy> = <x, f*(dy)>, exact but for rounding */

static double product(Matrix A, Matrix B)
{
    double sum = 0.0;
    for (int64_t i = 0; i < A.rows; i++)
        for (int64_t j = 0; j < A.cols; j++) sum += matrix_at(A, i, j) * matrix_at(B, i, j);
    return sum;
}

enum { N = 48, C = 36 };

Test(gradients, of_linear_operations_are_their_adjoints)
{
    Backend *backend = backend_cpu();
    Matrix x = matrix_random(backend, 1, N, C, 1), y = matrix_random(backend, 2, N, C, 2);
    Matrix dy = matrix_random(backend, 3, N, C, 3), dx = matrix_random(backend, 4, N, C, 0);
    Matrix table = matrix_random(backend, 5, 8, C, 0), dtable = matrix_random(backend, 6, 8, C, 0);
    int32_t ids[N];
    for (int i = 0; i < N; i++) ids[i] = i * i % 8;
    double exact = 1e-12 * N * C;

    Rng stream = rng_stream(1, 1, RNG_NOISE);
    backend->dropout(backend, stream, NULL, (real)0.5, x, y);
    backend->dropout(backend, stream, NULL, (real)0.5, dy, dx);
    close_check_one("dropout", product(x, dx), product(y, dy), exact);

    backend->embed(backend, ids, table, y);
    backend->fill(backend, dtable, (real)0);
    backend->embed_backward(backend, ids, dy, dtable);
    close_check_one("embed", product(table, dtable), product(y, dy), exact);

    backend->fill(backend, x, (real)0);
    backend->add_rows(backend, x, table, y);
    backend->fill(backend, dtable, (real)0);
    backend->add_rows_backward(backend, dy, dtable);
    close_check_one("add_rows", product(table, dtable), product(y, dy), exact);

    AttentionShape shape = {3, 16, 2, 2, 6, true};
    close_fill(7, N * (C + 1), 1.0, matrix_reals(x));
    backend->copy(backend, x, y);
    backend->copy(backend, dy, dx);
    backend->rotate(backend, &shape, y, 1);
    backend->rotate(backend, &shape, dx, -1);
    close_check_one("rotate", product(x, dx), product(y, dy), exact);
    matrix_release(backend, 6, (Matrix[]){x, y, dy, dx, table, dtable});
    backend->close(backend);
}
