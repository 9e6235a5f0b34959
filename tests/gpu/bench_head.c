#include "bench_gpu.h"

/* GPT-2's, with the vocabulary that bench_training.c has. */
enum { CALLS = 10, TOKENS = 16384, WIDTH = 768, CLASSES = 50304 };

static const struct {
    const char *name;
    Dtype dtype; /* of x, its gradient and the peer's logits */
} kinds[] = {{"float32", DTYPE_FLOAT32}, {"bfloat16", DTYPE_BFLOAT16}};

typedef struct {
    Backend *backend;
    Head head;
    real *work;
    Matrix weight, logits; /* the peer's: in x's dtype; all logits at once */
    int calls;
} Timing;

static double time_head(void *context)
{
    Timing *t = context;
    gpu_wait(t->backend, t->head.sums);
    double start = clock_s();
    for (int k = 0; k < t->calls; k++) t->backend->head(t->backend, &t->head, t->work);
    gpu_wait(t->backend, t->head.sums);
    return (clock_s() - start) / t->calls;
}

/* What a head cannot do without: y = x Wᵀ, dx = dy W, dW = dyᵀ x. */
static double time_products(void *context)
{
    Timing *t = context;
    const Head *head = &t->head;
    gpu_wait(t->backend, t->logits.data);
    double start = clock_s();
    for (int k = 0; k < t->calls; k++) {
        peer_gemm(t->backend, PLAIN, TRANSPOSED, head->x, t->weight, t->logits);
        peer_gemm(t->backend, PLAIN, PLAIN, t->logits, t->weight, head->dx);
        peer_gemm(t->backend, TRANSPOSED, PLAIN, t->logits, head->x, head->dweight);
    }
    gpu_wait(t->backend, t->logits.data);
    return (clock_s() - start) / t->calls;
}

/* All labels are 0: which they are does not matter to the time. */
static Timing timing_of(const GpuBench *bench, Backend *backend, Dtype dtype)
{
    int64_t share = bench->tiny ? 64 : 1, rows = TOKENS / share, width = WIDTH / share;
    int64_t classes = CLASSES / share;
    size_t work = (size_t)backend->head_work(backend, rows, width, classes);
    Head head = {.x = gpu_numbers(backend, rows, width, dtype, 1),
                 .weight = gpu_numbers(backend, classes, width, DTYPE_FLOAT32, 2),
                 .labels = backend->alloc(backend, (size_t)rows * sizeof *head.labels),
                 .sums = backend->alloc(backend, HEAD_SUMS * sizeof *head.sums),
                 .dx = gpu_matrix(backend, rows, width, dtype),
                 .dweight = gpu_matrix(backend, classes, width, DTYPE_FLOAT32)};
    return (Timing){.backend = backend,
                    .head = head,
                    .work = backend->alloc(backend, work * sizeof(real)),
                    .weight = gpu_numbers(backend, classes, width, dtype, 2),
                    .logits = gpu_matrix(backend, rows, classes, dtype),
                    .calls = bench->tiny ? 1 : CALLS};
}

void gpu_head(const GpuBench *bench)
{
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        Backend *backend = backend_open_with("cuda", kinds[k].name);
        Timing timing = timing_of(bench, backend, kinds[k].dtype);
        char *what = format_text("head %s", kinds[k].name);
        Pairs pairs = pairs_measure(gpu_pairs(bench), time_head, &timing, time_products, &timing);
        pairs_report(bench->csv, what, "cublasGemmEx three times", pairs, 0.0);
        free(what);
        backend->close(backend); /* gives its memory back */
    }
}
