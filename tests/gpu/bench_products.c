#include "bench_gpu.h"

enum { CALLS = 10, TOKENS = 16384 };

/* y = x Wᵀ, dx = dy W, dW = dyᵀ x of GPT-2's layers of width 768. */
typedef struct {
    const char *name;
    Transpose a, b;
    int64_t rows, cols, inner;
} Shape;

static const Shape shapes[] = {
    {"qkv", PLAIN, TRANSPOSED, TOKENS, 2304, 768},
    {"qkv dx", PLAIN, PLAIN, TOKENS, 768, 2304},
    {"qkv dW", TRANSPOSED, PLAIN, 2304, 768, TOKENS},
    {"out", PLAIN, TRANSPOSED, TOKENS, 768, 768},
    {"up", PLAIN, TRANSPOSED, TOKENS, 3072, 768},
    {"down", PLAIN, TRANSPOSED, TOKENS, 768, 3072},
    {"down dW", TRANSPOSED, PLAIN, 768, 3072, TOKENS},
};
static const char *const precisions[] = {"float32", "tf32", "bfloat16"};

typedef struct {
    Backend *backend;
    const Shape *shape;
    Matrix A, B, C, bias;
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
    p->backend->linear(p->backend, p->A, p->B, p->bias, ACT_GELU, none, none, p->C);
}
static void call_peer(Product *p)
{
    peer_gemm(p->backend, p->shape->a, p->shape->b, p->A, p->B, p->C);
}

static double time_ours(void *product) { return time_of(product, call_ours); }
static double time_linear(void *product) { return time_of(product, call_linear); }
static double time_peer(void *product) { return time_of(product, call_peer); }

static Matrix make(Backend *backend, int64_t rows, int64_t cols, uint32_t trial)
{
    int64_t count = rows * cols;
    double *normal = alloc_zeroed((size_t)count, sizeof *normal);
    real *host = alloc_zeroed((size_t)count, sizeof *host);
    Rng rng = rng_stream(1, trial, RNG_DATA);
    rng_fill_normal(&rng, count, 1.0, normal);
    for (int64_t i = 0; i < count; i++) host[i] = (real)normal[i];
    Matrix x = matrix_of(backend->alloc(backend, (size_t)count * sizeof *host), rows, cols);
    backend->upload(backend, (size_t)count * sizeof *host, host, x.data);
    free(normal);
    free(host);
    return x;
}

static void compare(const GpuBench *bench, Backend *backend, const Shape *shape,
                    const char *precision)
{
    int64_t m = shape->rows, n = shape->cols, k = shape->inner;
    bool a = shape->a == TRANSPOSED, b = shape->b == TRANSPOSED;
    Product p = {.backend = backend, .shape = shape, .calls = bench->tiny ? 1 : CALLS};
    p.A = make(backend, a ? k : m, a ? m : k, 1);
    p.B = make(backend, b ? n : k, b ? k : n, 2);
    p.C = make(backend, m, n, 3);
    p.bias = make(backend, 1, n, 4);
    char *what = format_text("product %s %s", shape->name, precision);
    Pairs pairs = pairs_measure(gpu_pairs(bench), time_ours, &p, time_peer, &p);
    pairs_report(bench->csv, what, "cublasGemmEx", pairs, gpu_goal(bench, 0.95));
    free(what);
    if (!a && b) {
        what = format_text("linear and gelu %s %s", shape->name, precision);
        pairs = pairs_measure(gpu_pairs(bench), time_linear, &p, time_peer, &p);
        pairs_report(bench->csv, what, "cublasGemmEx alone", pairs, 0.0);
        free(what);
    }
    Matrix all[] = {p.A, p.B, p.C, p.bias};
    for (int i = 0; i < 4; i++) backend->release(backend, all[i].data);
}

void gpu_products(const GpuBench *bench)
{
    for (size_t precision = 0; precision < sizeof precisions / sizeof *precisions; precision++) {
        Backend *backend = backend_open_with("cuda", precisions[precision]);
        for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
            Shape shape = shapes[k];
            if (bench->tiny) shape.rows /= 64, shape.cols /= 64, shape.inner /= 64;
            compare(bench, backend, &shape, precisions[precision]);
        }
        backend->close(backend);
    }
}
