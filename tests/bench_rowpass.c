/* How long is one gradient, against what the memory and two matrix-vector products take?
 *
 *   make build/cpu/tests/bench_rowpass && OMP_NUM_THREADS=2 build/cpu/tests/bench_rowpass
 *
 * For each storage of the same 12000 x 784 numbers: milliseconds (the best of
 * REPEATS), GB/s of the design's own bytes, and the ratio to z = A w, g = A'c
 * by OpenBLAS in double precision with as many threads. */
#include "base/clock.h"
#include "base/die.h"
#include "base/rng.h"
#include "compute/rowpass.h"

#include <cblas.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 12000, COLS = 784, REPEATS = 25, TINY_CALLS = 1000000 };

/* Numbers that need the storage given and no wider one. */
static double number(Rng *rng, DesignStorage storage)
{
    if (storage == DESIGN_BYTES) return (double)rng_below(rng, 256);
    if (storage == DESIGN_FLOAT32) return (double)(float)rng_normal(rng);
    return rng_normal(rng);
}

static Design *make(int64_t rows, int64_t cols, DesignStorage storage)
{
    Rng rng = rng_stream(1, 0, RNG_DATA);
    Design *design = design_create(rows, cols);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < cols; j++) design_row(design, i)[j] = number(&rng, storage);
    design_scale_rows(design, 1.0);
    design_narrow(design);
    return design;
}

static double gemv_ms(const double *w, double *g)
{
    double *A = alloc_zeroed((size_t)ROWS * COLS, sizeof *A), best = INFINITY;
    double *z = alloc_zeroed(ROWS, sizeof *z);
    for (int64_t k = 0; k < (int64_t)ROWS * COLS; k++) A[k] = 1.0 / (double)(k % 1000 + 1);
    for (int repeat = 0; repeat < REPEATS; repeat++) {
        double start = clock_s();
        cblas_dgemv(CblasRowMajor, CblasNoTrans, ROWS, COLS, 1.0, A, COLS, w, 1, 0.0, z, 1);
        cblas_dgemv(CblasRowMajor, CblasTrans, ROWS, COLS, 1.0, A, COLS, z, 1, 0.0, g, 1);
        best = fmin(best, clock_s() - start);
    }
    free(A);
    free(z);
    return 1e3 * best;
}

static double gradient_ms(const Design *design, const double *w, double *g)
{
    double best = INFINITY;
    for (int repeat = 0; repeat < REPEATS; repeat++) {
        double start = clock_s();
        rowpass_gradient(design, &rowloss_logistic, w, g);
        best = fmin(best, clock_s() - start);
    }
    return 1e3 * best;
}

static void report_tiny(void)
{
    double w[3] = {0.1, 0.2, 0.3}, g[3] = {0.0, 0.0, 0.0};
    Design *design = make(3, 3, DESIGN_FLOAT64);
    double start = clock_s();
    for (int call = 0; call < TINY_CALLS; call++) {
        rowpass_gradient(design, &rowloss_logistic, w, g);
        w[0] -= 1e-9 * g[0];
    }
    printf("3 x 3: %.3f us a gradient\n", 1e6 * (clock_s() - start) / TINY_CALLS);
    design_free(design);
}

int main(void)
{
    double *w = alloc_zeroed(COLS, sizeof *w), *g = alloc_zeroed(COLS, sizeof *g);
    for (int j = 0; j < COLS; j++) w[j] = 0.01 * j;
    openblas_set_num_threads(omp_get_max_threads());
    double gemv = gemv_ms(w, g);
    printf("%d x %d, %d threads; two dgemv: %.2f ms\n", ROWS, COLS, omp_get_max_threads(), gemv);
    for (DesignStorage storage = DESIGN_FLOAT64; storage <= DESIGN_BYTES; storage++) {
        Design *design = make(ROWS, COLS, storage);
        double ms = gradient_ms(design, w, g), bytes = (double)design_bytes(design);
        printf("%-8s %6.2f ms %6.1f GB/s %6.2f x\n", design_storage_name(design->storage), ms,
               bytes / ms * 1e-6, gemv / ms);
        design_free(design);
    }
    report_tiny();
    free(w);
    free(g);
    return 0;
}
