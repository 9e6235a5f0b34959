#include "bench_gpu.h"

enum { CALLS = 20, HEAD_SIZE = 64 };

/* Operands of rows x cols numbers of either dtype; what each operation moves is counted in them.
 * All else is in reals. */
typedef struct {
    Backend *backend;
    Matrix x, y, z, u;        /* rows x cols */
    Matrix row, other, stats; /* 1 x cols, 1 x cols, rows x 2 */
    Matrix table;             /* a few rows x cols, small enough for a cache */
    int32_t *ids;             /* rows */
    double *sum;
    StepConstants *constants;
} Operands;

static void fill(Operands *o) { o->backend->fill(o->backend, o->y, 1.0f); }
static void axpy(Operands *o) { o->backend->axpy(o->backend, 0.5f, o->x, o->y); }
static void gelu(Operands *o) { o->backend->activate(o->backend, ACT_GELU, o->x, o->y); }
static void dropout(Operands *o)
{
    o->backend->dropout(o->backend, rng_stream(1, 0, RNG_NOISE), NULL, 0.1f, o->x, o->y);
}
static void add_rows(Operands *o) { o->backend->add_rows(o->backend, o->x, o->table, o->y); }
static void sum_columns(Operands *o) { o->backend->sum_columns(o->backend, o->x, o->row); }
static void sum_squares(Operands *o) { o->backend->sum_squares(o->backend, o->x, o->sum); }

static void to_bfloat16(Operands *o)
{
    Matrix narrow = o->y;
    narrow.dtype = DTYPE_BFLOAT16;
    o->backend->copy(o->backend, o->x, narrow);
}

/* Of bfloat16, to twice as many bytes. */
static void to_float32(Operands *o)
{
    Matrix wide = matrix_rows(o->y, 0, o->y.rows / 2);
    wide.dtype = DTYPE_FLOAT32;
    o->backend->copy(o->backend, matrix_rows(o->x, 0, o->x.rows / 2), wide);
}

static void gelu_backward(Operands *o)
{
    o->backend->activate_backward(o->backend, ACT_GELU, o->x, o->z, o->y, false);
}

/* As large as a half of x: gate or up. */
static Matrix half(Matrix x) { return (Matrix){x.data, x.rows, x.cols / 2, x.cols / 2, x.dtype}; }

static void gate(Operands *o) { o->backend->gate(o->backend, o->x, half(o->y)); }

static void gate_backward(Operands *o)
{
    o->backend->gate_backward(o->backend, o->x, half(o->z), o->y);
}

static void layer_norm(Operands *o)
{
    o->backend->norm(o->backend, NORM_LAYER, o->x, o->row, o->other, o->y, o->stats);
}

static void layer_norm_backward(Operands *o)
{
    o->backend->norm_backward(o->backend, NORM_LAYER, o->x, o->row, o->stats, o->z, o->y, false,
                              o->row, o->other);
}

/* Eight heads of queries and four of keys are turned, four of values are not touched. */
static void rotate(Operands *o)
{
    enum { CONTEXT = 64 };
    AttentionShape shape = {o->y.rows / CONTEXT, CONTEXT, 8, 4, o->y.cols / 16, true};
    o->backend->rotate(o->backend, &shape, o->y, 1);
}

static void embed(Operands *o) { o->backend->embed(o->backend, o->ids, o->table, o->y); }

static void embed_backward(Operands *o)
{
    o->backend->embed_backward(o->backend, o->ids, o->x, o->table);
}

static void pool(Operands *o)
{
    PoolShape shape = {POOL_MEAN, o->x.rows / 16, 4, 4, 2, 2};
    o->backend->pool(o->backend, &shape, o->x, matrix_rows(o->y, 0, o->y.rows / 4));
}

static BatchNorm batch_norm_of(Operands *o)
{
    Matrix stats = o->table;
    return (BatchNorm){.weight = o->row,
                       .bias = o->other,
                       .mean = matrix_rows(stats, 0, 1),
                       .unscale = matrix_rows(stats, 1, 1),
                       .running_mean = matrix_rows(stats, 2, 1),
                       .running_variance = matrix_rows(stats, 3, 1),
                       .share = 0.1f,
                       .epsilon = 1e-5f,
                       .activation = ACT_NONE};
}

static void batch_norm(Operands *o)
{
    BatchNorm norm = batch_norm_of(o);
    o->backend->batchnorm(o->backend, &norm, o->x, (Matrix){0}, o->y);
}

static void batch_norm_backward(Operands *o)
{
    BatchNorm norm = batch_norm_of(o);
    o->backend->batchnorm_backward(o->backend, &norm, o->x, o->u, o->z, o->y, false, o->row,
                                   o->other);
}

static void adamw(Operands *o)
{
    real *slots[UPDATE_SLOTS] = {o->z.data, o->u.data};
    o->backend->update(o->backend, UPDATE_ADAMW, o->constants, 0.1f, matrix_count(o->x), o->x.data,
                       o->y.data, slots);
}

static void momentum(Operands *o)
{
    real *slots[UPDATE_SLOTS] = {o->z.data, NULL};
    o->backend->update(o->backend, UPDATE_MOMENTUM, o->constants, 0.0f, matrix_count(o->x),
                       o->x.data, o->y.data, slots);
}

/* What must be moved at the least: a batch norm reads its input once for the statistics and once
 * for the result. Tables and rows are small and not counted. */
static const struct {
    const char *name;
    void (*call)(Operands *);
    double moved;                                               /* operands */
    enum { WIDE = 1, NARROW = 2, BOTH = WIDE | NARROW } dtypes; /* NARROW: bfloat16 */
} operations[] = {
    {"fill", fill, 1.0, WIDE},
    {"to bfloat16", to_bfloat16, 1.5, WIDE},
    {"to float32 from", to_float32, 1.5, NARROW},
    {"axpy", axpy, 3.0, BOTH},
    {"gelu", gelu, 2.0, BOTH},
    {"gelu backward", gelu_backward, 3.0, BOTH},
    {"gate", gate, 1.5, BOTH},
    {"gate backward", gate_backward, 2.5, BOTH},
    {"dropout", dropout, 2.0, BOTH},
    {"add rows", add_rows, 2.0, BOTH},
    {"sum columns", sum_columns, 1.0, BOTH},
    {"sum squares", sum_squares, 1.0, WIDE},
    {"layer norm", layer_norm, 2.0, BOTH},
    {"layer norm backward", layer_norm_backward, 3.0, BOTH},
    {"rotate", rotate, 1.5, BOTH},
    {"embed", embed, 1.0, BOTH},
    {"embed backward", embed_backward, 1.0, BOTH},
    {"mean pool", pool, 1.25, WIDE},
    {"batch norm", batch_norm, 3.0, WIDE},
    {"batch norm backward", batch_norm_backward, 5.0, WIDE},
    {"momentum", momentum, 5.0, WIDE},
    {"adamw", adamw, 7.0, WIDE},
};
enum { OPERATIONS = sizeof operations / sizeof *operations };

typedef struct {
    Operands *operands;
    int index, calls;
} Timing;

static double time_operation(void *context)
{
    Timing *t = context;
    Operands *o = t->operands;
    gpu_wait(o->backend, o->sum);
    double start = clock_s();
    for (int call = 0; call < t->calls; call++) operations[t->index].call(o);
    gpu_wait(o->backend, o->sum);
    return (clock_s() - start) / t->calls;
}

double gpu_time_copy(void *context)
{
    GpuCopy *copy = context;
    Backend *backend = copy->backend;
    gpu_wait(backend, copy->to.data);
    double start = clock_s();
    for (int call = 0; call < CALLS; call++) backend->copy(backend, copy->from, copy->to);
    gpu_wait(backend, copy->to.data);
    double moved = 2.0 * (double)matrix_count(copy->from) * (double)dtype_size(copy->from.dtype);
    return (clock_s() - start) / CALLS * copy->bytes / moved;
}

static Matrix make(Backend *backend, int64_t rows, int64_t cols, Dtype dtype)
{
    Matrix x = gpu_matrix(backend, rows, cols, dtype);
    backend->fill(backend, x, 0.5f);
    return x;
}

static Operands operands_of(Backend *backend, int64_t rows, int64_t cols, Dtype dtype)
{
    int64_t few = rows < 65536 ? rows / 16 : 4096;
    Operands o = {.backend = backend,
                  .x = make(backend, rows, cols, dtype),
                  .y = make(backend, rows, cols, dtype),
                  .z = make(backend, rows, cols, dtype),
                  .u = make(backend, rows, cols, dtype),
                  .row = make(backend, 1, cols, DTYPE_FLOAT32),
                  .other = make(backend, 1, cols, DTYPE_FLOAT32),
                  .stats = make(backend, rows, 2, DTYPE_FLOAT32),
                  .table = make(backend, few, cols, DTYPE_FLOAT32)};
    int32_t *ids = alloc_zeroed((size_t)rows, sizeof *ids);
    for (int64_t i = 0; i < rows; i++) ids[i] = (int32_t)(i * 7 % few);
    o.ids = backend->alloc(backend, (size_t)rows * sizeof *ids);
    backend->upload(backend, (size_t)rows * sizeof *ids, ids, o.ids);
    free(ids);
    o.sum = backend->alloc(backend, sizeof *o.sum);
    StepConstants constants = {.rate = 1e-3f,
                               .beta1 = 0.9f,
                               .beta2 = 0.95f,
                               .epsilon = 1e-8f,
                               .momentum = 0.9f,
                               .share = 1.0f,
                               .rest1 = 0.1f,
                               .rest2 = 0.05f,
                               .unbias1 = 1.0f,
                               .unbias2 = 1.0f,
                               .clip = 1.0f};
    o.constants = backend->alloc(backend, sizeof constants);
    backend->upload(backend, sizeof constants, &constants, o.constants);
    return o;
}

/* 268 MB an operand: five times the largest cache. close() gives all memory back. */
static void measure(const GpuBench *bench, Dtype dtype)
{
    bool narrow = dtype == DTYPE_BFLOAT16;
    Backend *backend = backend_open_with("cuda", narrow ? "bfloat16" : "float32");
    int64_t rows = bench->tiny ? 64 : narrow ? 131072 : 65536, cols = bench->tiny ? 64 : 1024;
    Operands o = operands_of(backend, rows, cols, dtype);
    double bytes = (double)(rows * cols) * (double)dtype_size(dtype);
    GpuCopy copy = {backend, o.x, o.u, 2.0 * bytes};
    gpu_time_copy(&copy);
    printf("copying moves %.4g GB/s\n", 2e-9 * bytes / gpu_time_copy(&copy));
    for (int k = 0; k < OPERATIONS; k++) {
        if (!(operations[k].dtypes & (narrow ? NARROW : WIDE))) continue;
        Timing timing = {&o, k, bench->tiny ? 1 : CALLS};
        copy.bytes = operations[k].moved * bytes;
        char *what = format_text("%s%s", operations[k].name, narrow ? " bfloat16" : "");
        Pairs pairs =
            pairs_measure(gpu_pairs(bench), time_operation, &timing, gpu_time_copy, &copy);
        pairs_report(bench->csv, what, "copying its bytes", pairs, gpu_goal(bench, 0.85));
        free(what);
    }
    backend->close(backend);
}

void gpu_memory(const GpuBench *bench)
{
    measure(bench, DTYPE_FLOAT32);
    measure(bench, DTYPE_BFLOAT16);
}
