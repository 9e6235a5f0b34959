#include "compute/cpu_activation.h"

#include "compute/cpu_each.h"
#include "compute/rules.h"

typedef real Formula(real x);

/* One loop per formula: the formula is a constant where these are inlined, so each vectorises.
 * x, y are the same or apart. */
static inline __attribute__((always_inline)) void forward(Formula *formula, int64_t n,
                                                          const real *x, real *y)
{
#pragma omp simd
    for (int64_t i = 0; i < n; i++) y[i] = formula(x[i]);
}

static inline __attribute__((always_inline)) void backward(Formula *slope, int64_t n, const real *x,
                                                           const real *dy, real *dx, bool adds)
{
    if (adds) {
#pragma omp simd
        for (int64_t i = 0; i < n; i++) dx[i] += slope(x[i]) * dy[i];
        return;
    }
#pragma omp simd
    for (int64_t i = 0; i < n; i++) dx[i] = slope(x[i]) * dy[i];
}

static inline real same(real x) { return x; }
static inline real one(real x) { return (void)x, (real)1; }

static void none(int64_t n, const real *x, real *y) { forward(same, n, x, y); }
static void relu(int64_t n, const real *x, real *y) { forward(rule_relu, n, x, y); }
static void relu2(int64_t n, const real *x, real *y) { forward(rule_relu2, n, x, y); }
static void gelu(int64_t n, const real *x, real *y) { forward(rule_gelu, n, x, y); }
static void silu(int64_t n, const real *x, real *y) { forward(rule_silu, n, x, y); }

static void none_backward(int64_t n, const real *x, const real *dy, real *dx, bool adds)
{
    backward(one, n, x, dy, dx, adds);
}

static void relu_backward(int64_t n, const real *x, const real *dy, real *dx, bool adds)
{
    backward(rule_relu_slope, n, x, dy, dx, adds);
}

static void relu2_backward(int64_t n, const real *x, const real *dy, real *dx, bool adds)
{
    backward(rule_relu2_slope, n, x, dy, dx, adds);
}

static void gelu_backward(int64_t n, const real *x, const real *dy, real *dx, bool adds)
{
    backward(rule_gelu_slope, n, x, dy, dx, adds);
}

static void silu_backward(int64_t n, const real *x, const real *dy, real *dx, bool adds)
{
    backward(rule_silu_slope, n, x, dy, dx, adds);
}

typedef struct {
    void (*forward)(int64_t n, const real *x, real *y);
    void (*backward)(int64_t n, const real *x, const real *dy, real *dx, bool adds);
} Loops;

static const Loops loops[ACT_KINDS] = {
    [ACT_NONE] = {none, none_backward},    [ACT_RELU] = {relu, relu_backward},
    [ACT_RELU2] = {relu2, relu2_backward}, [ACT_GELU] = {gelu, gelu_backward},
    [ACT_SILU] = {silu, silu_backward},
};

void cpu_activate_row(Activation phi, int64_t n, const real *x, real *y)
{
    loops[phi].forward(n, x, y);
}

void cpu_activate_row_backward(Activation phi, int64_t n, const real *x, const real *dy, real *dx,
                               bool adds)
{
    loops[phi].backward(n, x, dy, dx, adds);
}

typedef struct {
    Activation phi;
    Matrix x, y, dx;
    bool adds;
} Job;

static void forward_piece(const void *context, CpuPiece piece)
{
    const Job *job = context;
    cpu_activate_row(job->phi, piece.count, cpu_at(job->x, piece), cpu_at(job->y, piece));
}

void cpu_activate(Backend *backend, Activation phi, Matrix x, Matrix y)
{
    (void)backend;
    assert(matrix_same_shape(x, y));
    Job job = {.phi = phi, .x = x, .y = y};
    cpu_each(x.rows, x.cols, matrix_is_contiguous(x) && matrix_is_contiguous(y), forward_piece,
             &job);
}

static void backward_piece(const void *context, CpuPiece piece)
{
    const Job *job = context;
    cpu_activate_row_backward(job->phi, piece.count, cpu_at(job->x, piece), cpu_at(job->y, piece),
                              cpu_at(job->dx, piece), job->adds);
}

void cpu_activate_backward(Backend *backend, Activation phi, Matrix x, Matrix dy, Matrix dx,
                           bool adds)
{
    (void)backend;
    assert(matrix_same_shape(x, dy) && matrix_same_shape(x, dx));
    Job job = {phi, x, dy, dx, adds};
    bool flat = matrix_is_contiguous(x) && matrix_is_contiguous(dy) && matrix_is_contiguous(dx);
    cpu_each(x.rows, x.cols, flat, backward_piece, &job);
}
