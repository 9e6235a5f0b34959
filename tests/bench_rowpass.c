/* How long is one gradient, against two matrix-vector products and against the memory?
 *
 *   bench_rowpass [ROWS.csv]       or --blas: only names the library
 *
 * The same 12000 x 784 in each storage. Peers: z = A w, g = A'c by OpenBLAS in double
 * precision, with as many threads or fewer, whichever is faster; and the memory itself:
 * a ratio of 0.8 to the triad is 80 % of its bandwidth. And gradients at eight points
 * together, against one at a time. */
#include "base/rng.h"
#include "bench_pairs.h"
#include "compute/rowpass.h"

#include <cblas.h>
#include <string.h>

enum { ROWS = 12000, COLS = 784, PAIRS = 15, CALLS = 5, POINTS = 8 };

typedef struct {
    Design *design;
    double *w, *g;
    int threads;
} Ours;

typedef struct {
    int threads;
    double *A, *w, *z, *g;
} Products;

typedef struct {
    int64_t count;
    double *a, *b, *c, sum; /* large designs' memory, so that pages are as large */
} Memory;

/* Numbers that need the storage given and no wider one. */
static double number(Rng *rng, DesignStorage storage)
{
    if (storage == DESIGN_BYTES) return (double)rng_below(rng, 256);
    if (storage == DESIGN_FLOAT32) return (double)(float)rng_normal(rng);
    return rng_normal(rng);
}

static Design *make_design(DesignStorage storage)
{
    Rng rng = rng_stream(1000, 0, RNG_DATA);
    Design *design = design_create(ROWS, COLS);
    for (int64_t i = 0; i < ROWS; i++)
        for (int64_t j = 0; j < COLS; j++) design_row(design, i)[j] = number(&rng, storage);
    design_scale_rows(design, 1.0);
    design_narrow(design);
    return design;
}

static double time_gradient(void *context)
{
    Ours *ours = context;
    omp_set_num_threads(ours->threads); /* OpenBLAS sets it too */
    double start = clock_s();
    for (int call = 0; call < CALLS; call++)
        rowpass_gradient(ours->design, &rowloss_logistic, ours->w, ours->g);
    return (clock_s() - start) / CALLS;
}

/* Eight gradients, so many of them at a time. */
static double time_points(Ours *ours, int64_t together)
{
    double *W = alloc_zeroed((size_t)(2 * POINTS * COLS), sizeof *W), *G = W + POINTS * COLS;
    double values[POINTS];
    for (int64_t k = 0; k < (int64_t)POINTS * COLS; k++) W[k] = ours->w[k % COLS] / (double)(1 + k);
    omp_set_num_threads(ours->threads);
    double start = clock_s();
    for (int64_t k = 0; k < POINTS; k += together)
        rowpass_gradients(ours->design, &rowloss_logistic, together, W + k * COLS, G + k * COLS,
                          values + k);
    double time = clock_s() - start;
    free(W);
    return time;
}

static double time_together(void *context) { return time_points(context, POINTS); }
static double time_one_by_one(void *context) { return time_points(context, 1); }

static double time_products(void *context)
{
    Products *p = context;
    openblas_set_num_threads(p->threads);
    double start = clock_s();
    for (int call = 0; call < CALLS; call++) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, ROWS, COLS, 1.0, p->A, COLS, p->w, 1, 0.0, p->z,
                    1);
        cblas_dgemv(CblasRowMajor, CblasTrans, ROWS, COLS, 1.0, p->A, COLS, p->z, 1, 0.0, p->g, 1);
    }
    return (clock_s() - start) / CALLS;
}

/* Eight sums of eight, so that the adder is never waited for. */
static double read_part(int64_t count, const double *x)
{
    double s[64] = {0.0}, sum = 0.0;
    for (int64_t i = 0; i + 64 <= count; i += 64)
#pragma omp simd
        for (int k = 0; k < 64; k++) s[k] += x[i + k];
    for (int k = 0; k < 64; k++) sum += s[k];
    return sum;
}

/* Reading as many bytes as the design has. */
static double time_reading(void *context)
{
    Memory *memory = context;
    int parts = omp_get_max_threads();
    double start = clock_s(), sum = 0.0;
    for (int call = 0; call < CALLS; call++)
#pragma omp parallel for reduction(+ : sum)
        for (int part = 0; part < parts; part++) {
            int64_t first = memory->count * part / parts / 8 * 8;
            int64_t last = memory->count * (part + 1) / parts;
            sum += read_part(last - first, memory->a + first);
        }
    memory->sum += sum;
    return (clock_s() - start) / CALLS;
}

/* STREAM's triad moves three numbers an element, by its own count: the time of so many bytes
 * as the design has is a third of what it takes over arrays of that length. */
static double time_triad(void *context)
{
    Memory *memory = context;
    double *a = memory->a, *b = memory->b, *c = memory->c;
    double start = clock_s();
    for (int call = 0; call < CALLS; call++)
#pragma omp parallel for simd
        for (int64_t i = 0; i < memory->count; i++) c[i] = a[i] + 3.0 * b[i];
    return (clock_s() - start) / CALLS / 3.0;
}

/* The peer's best number of threads, by the faster of three tries each. */
static void choose_threads(Products *products, int most)
{
    double best = 1e300;
    for (int threads = 1; threads <= most; threads++) {
        Products tried = *products;
        tried.threads = threads;
        time_products(&tried);
        for (int k = 0; k < 3; k++) {
            double time = time_products(&tried);
            if (time < best) best = time, products->threads = threads;
        }
    }
}

/* Only float64 waits for the memory; the other storages wait for their conversion to double. */
static void compare_memory(FILE *csv, const char *what, Ours *ours)
{
    Design *arrays[3];
    for (int k = 0; k < 3; k++) {
        arrays[k] = design_create(ROWS, COLS);
        for (int64_t i = 0; i < ROWS; i++) design_row(arrays[k], i)[0] = 1.0;
    }
    Memory memory = {(int64_t)ROWS * COLS, arrays[0]->features, arrays[1]->features,
                     arrays[2]->features, 0.0};
    Pairs pairs = pairs_measure(PAIRS, time_gradient, ours, time_triad, &memory);
    pairs_report(csv, what, "STREAM triad of its bytes", pairs, 0.8);
    pairs = pairs_measure(PAIRS, time_gradient, ours, time_reading, &memory);
    pairs_report(csv, what, "plain reading of its bytes", pairs, 0.0);
    for (int k = 0; k < 3; k++) design_free(arrays[k]);
}

static void compare(FILE *csv, DesignStorage storage, Ours *ours, Products *products)
{
    int threads = ours->threads;
    const char *name = design_storage_name(storage);
    char *what = format_text("gradient %s %d thread%s", name, threads, threads > 1 ? "s" : "");
    choose_threads(products, threads);
    char *peer =
        format_text("two dgemv %d thread%s", products->threads, products->threads > 1 ? "s" : "");
    Pairs pairs = pairs_measure(PAIRS, time_gradient, ours, time_products, products);
    pairs_report(csv, what, peer, pairs, storage == DESIGN_FLOAT64 ? 1.7 : 3.0);

    free(peer);
    if (storage == DESIGN_FLOAT64) compare_memory(csv, what, ours);
    free(what);
    what = format_text("8 gradients %s %d thread%s", name, threads, threads > 1 ? "s" : "");
    pairs = pairs_measure(PAIRS, time_together, ours, time_one_by_one, ours);
    pairs_report(csv, what, "one at a time", pairs, 0.0);
    free(what);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "--blas")) return puts(openblas_get_config()) < 0;
    FILE *csv = pairs_open(argc, argv);
    double *memory = alloc_zeroed(ROWS + 3 * COLS, sizeof *memory);
    Products products = {.w = memory, .g = memory + COLS, .z = memory + 3 * COLS};
    products.A = alloc_zeroed((size_t)ROWS * COLS, sizeof *products.A);
    for (int64_t k = 0; k < (int64_t)ROWS * COLS; k++) products.A[k] = 1.0 / (double)(k % 1000 + 1);
    for (int j = 0; j < COLS; j++) products.w[j] = 0.01 * j;

    int threads[2], kinds = pairs_threads(threads);
    for (DesignStorage storage = DESIGN_FLOAT64; storage <= DESIGN_BYTES; storage++) {
        Ours ours = {make_design(storage), products.w, memory + 2 * COLS, 1};
        for (int k = 0; k < kinds; k++) {
            ours.threads = threads[k];
            compare(csv, storage, &ours, &products);
        }
        design_free(ours.design);
    }
    free(products.A);
    free(memory);
    if (csv) fclose(csv);
    return 0;
}
