#include "compute/cpu_each.h"
#include "compute/rules.h"

typedef struct {
    Matrix x, y;
    real number;
} Job;

static bool flat(Matrix x, Matrix y) { return matrix_is_contiguous(x) && matrix_is_contiguous(y); }

static void fill_piece(const void *context, CpuPiece piece)
{
    const Job *job = context;
    real *x = cpu_at(job->x, piece);
    for (int64_t i = 0; i < piece.count; i++) x[i] = job->number;
}

void cpu_fill(Backend *backend, Matrix x, real value)
{
    (void)backend;
    cpu_each(x.rows, x.cols, matrix_is_contiguous(x), fill_piece, &(Job){.x = x, .number = value});
}

static void axpy_piece(const void *context, CpuPiece piece)
{
    const Job *job = context;
    const real *x = cpu_at(job->x, piece);
    real *y = cpu_at(job->y, piece), a = job->number;
#pragma omp simd
    for (int64_t i = 0; i < piece.count; i++) y[i] = rule_fma(a, x[i], y[i]);
}

void cpu_axpy(Backend *backend, real a, Matrix x, Matrix y)
{
    (void)backend;
    assert(matrix_same_shape(x, y));
    cpu_each(x.rows, x.cols, flat(x, y), axpy_piece, &(Job){x, y, a});
}

/* ---- SwiGLU: the halves of a row of x are gate and up */

typedef struct {
    Matrix x, y, dx; /* y: dy in the backward pass */
} GateJob;

static void gate_piece(const void *context, CpuPiece piece)
{
    const GateJob *job = context;
    const real *gate = cpu_at(job->x, piece), *up = gate + job->y.cols;
    real *y = cpu_at(job->y, piece);
#pragma omp simd
    for (int64_t i = 0; i < piece.count; i++) y[i] = rule_gate(gate[i], up[i]);
}

void cpu_gate(Backend *backend, Matrix x, Matrix y)
{
    (void)backend;
    assert(x.rows == y.rows && x.cols == 2 * y.cols);
    cpu_each(y.rows, y.cols, false, gate_piece, &(GateJob){.x = x, .y = y});
}

static void gate_backward_piece(const void *context, CpuPiece piece)
{
    const GateJob *job = context;
    const real *gate = cpu_at(job->x, piece), *up = gate + job->y.cols;
    const real *dy = cpu_at(job->y, piece);
    real *dgate = cpu_at(job->dx, piece), *dup = dgate + job->y.cols;
#pragma omp simd
    for (int64_t i = 0; i < piece.count; i++) {
        real slope = rule_silu_slope(gate[i]) * up[i];
        dup[i] = rule_silu(gate[i]) * dy[i];
        dgate[i] = slope * dy[i];
    }
}

void cpu_gate_backward(Backend *backend, Matrix x, Matrix dy, Matrix dx)
{
    (void)backend;
    assert(x.rows == dy.rows && x.cols == 2 * dy.cols && matrix_same_shape(x, dx));
    cpu_each(dy.rows, dy.cols, false, gate_backward_piece, &(GateJob){x, dy, dx});
}

/* ---- dropout */

enum { WORDS = 256 };

typedef struct {
    Matrix x, y;
    Rng stream;
    uint32_t threshold;
    real scale;
} DropoutJob;

static void dropout_piece(const void *context, CpuPiece piece)
{
    const DropoutJob *job = context;
    const real *x = cpu_at(job->x, piece);
    real *y = cpu_at(job->y, piece);
    Rng stream = job->stream;
    stream.index += (uint64_t)(piece.row * job->x.cols + piece.first);
    for (int64_t done = 0; done < piece.count; done += WORDS) {
        uint32_t word[WORDS];
        int64_t count = piece.count - done < WORDS ? piece.count - done : WORDS;
        rng_fill_u32(&stream, count, word);
#pragma omp simd
        for (int64_t i = 0; i < count; i++)
            y[done + i] = word[i] >= job->threshold ? x[done + i] * job->scale : (real)0;
    }
}

void cpu_dropout(Backend *backend, Rng stream, const int64_t *step, real share, Matrix x, Matrix y)
{
    (void)backend;
    assert(matrix_same_shape(x, y) && share >= (real)0 && share < (real)1);
    if (step) stream.trial = (uint32_t)*step;
    DropoutJob job = {x, y, stream, (uint32_t)((double)share * 0x1p32),
                      (real)1 / ((real)1 - share)};
    cpu_each(x.rows, x.cols, flat(x, y), dropout_piece, &job);
}

/* ---- columns by a power of their eigenvalues */

typedef struct {
    Matrix x, w, y; /* w: the powers */
} ColumnsJob;

static void scale_columns_piece(const void *context, CpuPiece piece)
{
    const ColumnsJob *job = context;
    const real *x = cpu_at(job->x, piece), *factor = matrix_reals(job->w);
    real *y = cpu_at(job->y, piece);
#pragma omp simd
    for (int64_t i = 0; i < piece.count; i++) y[i] = x[i] * factor[i];
}

void cpu_scale_columns(Backend *backend, Matrix x, Matrix w, real shift, real power, Matrix y)
{
    assert(matrix_same_shape(x, y) && w.rows == 1 && w.cols == x.cols);
    real *factor = cpu_scratch(backend, CPU_SCRATCH_SUMS, (size_t)w.cols * sizeof *factor);
    const real *value = matrix_reals(w);
    for (int64_t j = 0; j < w.cols; j++) factor[j] = rule_spectral(value[j], shift, power);
    ColumnsJob job = {x, matrix_of(factor, 1, w.cols), y};
    cpu_each(x.rows, x.cols, false, scale_columns_piece, &job);
}

/* ---- a table of rows, repeated */

typedef struct {
    Matrix x, table, y;
} RowsJob;

static void add_rows_piece(const void *context, CpuPiece piece)
{
    const RowsJob *job = context;
    const real *x = cpu_at(job->x, piece),
               *table = matrix_row(job->table, piece.row % job->table.rows);
    real *y = cpu_at(job->y, piece);
#pragma omp simd
    for (int64_t i = 0; i < piece.count; i++) y[i] = x[i] + table[i];
}

void cpu_add_rows(Backend *backend, Matrix x, Matrix table, Matrix y)
{
    (void)backend;
    assert(matrix_same_shape(x, y) && table.cols == x.cols);
    cpu_each(x.rows, x.cols, false, add_rows_piece, &(RowsJob){x, table, y});
}

/* Row t of the table gets rows t, t + rows, t + 2 rows … of dy, in that order. */
static void add_rows_backward_piece(const void *context, CpuPiece piece)
{
    const RowsJob *job = context;
    real *sum = cpu_at(job->table, piece);
    for (int64_t r = piece.row; r < job->x.rows; r += job->table.rows) {
        const real *dy = matrix_row(job->x, r);
#pragma omp simd
        for (int64_t i = 0; i < piece.count; i++) sum[i] += dy[i];
    }
}

void cpu_add_rows_backward(Backend *backend, Matrix dy, Matrix dtable)
{
    (void)backend;
    assert(dy.cols == dtable.cols);
    cpu_each(dtable.rows, dtable.cols, false, add_rows_backward_piece,
             &(RowsJob){.x = dy, .table = dtable});
}
