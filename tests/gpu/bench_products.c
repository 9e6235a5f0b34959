#include "bench_gpu.h"

enum { CALLS = 10, TOKENS = 16384, WIDTH = 768, DRAWN = 1000003 };

/* y = x Wᵀ, dx = dy W, dW = dyᵀ x of GPT-2's layers of width 768. */
typedef struct {
    const char *name;
    Transpose a, b;
    int64_t rows, cols, inner;
} Shape;

static const Shape shapes[] = {
    {"qkv", PLAIN, TRANSPOSED, TOKENS, 2304, WIDTH},
    {"qkv dx", PLAIN, PLAIN, TOKENS, WIDTH, 2304},
    {"qkv dW", TRANSPOSED, PLAIN, 2304, WIDTH, TOKENS},
    {"out", PLAIN, TRANSPOSED, TOKENS, WIDTH, WIDTH},
    {"up", PLAIN, TRANSPOSED, TOKENS, 3072, WIDTH},
    {"down", PLAIN, TRANSPOSED, TOKENS, WIDTH, 3072},
    {"down dW", TRANSPOSED, PLAIN, WIDTH, 3072, TOKENS},
};

/* How numbers are rounded before they are multiplied, and how they are stored: what a transformer
 * trains with is the last, where y and dx are of bfloat16 too and dW of float32. */
typedef struct {
    const char *name, *precision;
    Dtype dtype;
} Kind;

static const Kind kinds[] = {
    {"float32", "float32", DTYPE_FLOAT32},
    {"tf32", "tf32", DTYPE_FLOAT32},
    {"bfloat16 from float32", "bfloat16", DTYPE_FLOAT32},
    {"bfloat16", "bfloat16", DTYPE_BFLOAT16},
};

typedef struct {
    Backend *backend;
    const Shape *shape;
    Matrix A, B, C;
    Matrix W, bias; /* of float32, as parameters are; absent where there is no layer */
    int calls;
} Product;

static double time_of(Product *p, void (*call)(Product *))
{
    gpu_wait(p->backend, p->C.data);
    double start = clock_s();
    for (int k = 0; k < p->calls; k++) call(p);
    gpu_wait(p->backend, p->C.data);
    return (clock_s() - start) / p->calls;
}

static void call_ours(Product *p)
{
    p->backend->gemm(p->backend, p->shape->a, p->shape->b, 1.0f, p->A, p->B, 0.0f, p->C);
}
static void call_linear(Product *p)
{
    Matrix none = {0};
    p->backend->linear(p->backend, p->A, p->W, p->bias, ACT_GELU, none, none, p->C);
}
static void call_peer(Product *p)
{
    peer_gemm(p->backend, p->shape->a, p->shape->b, p->A, p->B, p->C);
}

static double time_ours(void *product) { return time_of(product, call_ours); }
static double time_linear(void *product) { return time_of(product, call_linear); }
static double time_peer(void *product) { return time_of(product, call_peer); }

/* Doubled on the device from DRAWN numbers, a prime, so that rows differ. */
Matrix gpu_numbers(Backend *backend, int64_t rows, int64_t cols, Dtype dtype, uint32_t trial)
{
    int64_t count = rows * cols, drawn = count < DRAWN ? count : DRAWN;
    double *normal = alloc_zeroed((size_t)drawn, sizeof *normal);
    real *host = alloc_zeroed((size_t)drawn, sizeof *host);
    Rng rng = rng_stream(1, trial, RNG_DATA);
    rng_fill_normal(&rng, drawn, 1.0, normal);
    for (int64_t i = 0; i < drawn; i++) host[i] = (real)normal[i];
    Matrix wide = gpu_matrix(backend, rows, cols, DTYPE_FLOAT32);
    Matrix line = matrix_reshaped(wide, 1, count);
    backend->upload(backend, (size_t)drawn * sizeof *host, host, wide.data);
    for (int64_t done = drawn; done < count; done *= 2) {
        int64_t more = count - done < done ? count - done : done;
        backend->copy(backend, matrix_columns(line, 0, more), matrix_columns(line, done, more));
    }
    free(normal);
    free(host);
    if (dtype == DTYPE_FLOAT32) return wide;
    Matrix narrow = gpu_matrix(backend, rows, cols, dtype);
    backend->copy(backend, wide, narrow);
    backend->release(backend, wide.data);
    return narrow;
}

/* y = x Wᵀ */
static bool is_layer(const Shape *shape) { return shape->a == PLAIN && shape->b == TRANSPOSED; }

static Product product_of(const GpuBench *bench, Backend *backend, const Shape *shape, Dtype dtype)
{
    int64_t m = shape->rows, n = shape->cols, k = shape->inner;
    bool a = shape->a == TRANSPOSED, b = shape->b == TRANSPOSED;
    Product p = {.backend = backend,
                 .shape = shape,
                 .A = gpu_numbers(backend, a ? k : m, a ? m : k, dtype, 1),
                 .B = gpu_numbers(backend, b ? n : k, b ? k : n, dtype, 2),
                 .C = gpu_matrix(backend, m, n, a ? DTYPE_FLOAT32 : dtype),
                 .calls = bench->tiny ? 1 : CALLS};
    if (is_layer(shape)) {
        p.W = gpu_numbers(backend, n, k, DTYPE_FLOAT32, 2);
        p.bias = gpu_numbers(backend, 1, n, DTYPE_FLOAT32, 3);
    }
    return p;
}

static void compare(const GpuBench *bench, Backend *backend, const Shape *shape, const Kind *kind)
{
    Product p = product_of(bench, backend, shape, kind->dtype);
    char *what = format_text("product %s %s", shape->name, kind->name);
    Pairs pairs = pairs_measure(gpu_pairs(bench), time_ours, &p, time_peer, &p);
    pairs_report(bench->csv, what, "cublasGemmEx", pairs, gpu_goal(bench, 0.95));
    free(what);
    if (is_layer(shape)) {
        what = format_text("linear and gelu %s %s", shape->name, kind->name);
        pairs = pairs_measure(gpu_pairs(bench), time_linear, &p, time_peer, &p);
        pairs_report(bench->csv, what, "cublasGemmEx alone", pairs, 0.0);
        free(what);
    }
    Matrix all[] = {p.A, p.B, p.C, p.W, p.bias};
    for (int i = 0; i < 5; i++)
        if (matrix_exists(all[i])) backend->release(backend, all[i].data);
}

void gpu_products(const GpuBench *bench)
{
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        Backend *backend = backend_open_with("cuda", kinds[kind].precision);
        for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
            Shape shape = shapes[k];
            if (bench->tiny) shape.rows /= 64, shape.cols /= 64, shape.inner /= 64;
            compare(bench, backend, &shape, &kinds[kind]);
        }
        backend->close(backend);
    }
}
