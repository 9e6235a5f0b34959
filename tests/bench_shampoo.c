/* How much faster is a step of IF-Shampoo, products alone, than one of Shampoo, which decomposes?
 *
 *   bench_shampoo ROWS.csv [--long]
 *
 * One d x d matrix, preconditioners anew in every step; d = 64 … 1024, and 2048 with --long. */
#include "bench_pairs.h"
#include "compute/blas.h"
#include "optim/optimizer.h"

#include <math.h>
#include <string.h>

enum { SIZES = 6, SHORT_SIZES = 5, GOAL_SIZE = 512 };

/* Each half of a pair is the fastest of some turns where a step is shorter than what a neighbour
 * takes at a time. */
static const struct {
    int side, pairs, turns;
} sizes[SIZES] = {{64, 9, 20}, {128, 9, 10}, {256, 7, 5}, {512, 5, 3}, {1024, 3, 1}, {2048, 1, 1}};
static const double GOAL = 5.0;

typedef struct {
    Backend *backend;
    ParameterTable table;
    Parameter item;
    Optimizer *optimizer;
    int threads, turns;
} Bench;

static Bench *bench_open(const char *text, int side)
{
    Bench *bench = alloc_zeroed(1, sizeof *bench);
    Backend *backend = bench->backend = backend_cpu();
    int64_t count = (int64_t)side * side;
    real *values = backend->alloc(backend, (size_t)count * sizeof(real));
    real *gradients = backend->alloc(backend, (size_t)count * sizeof(real));
    Rng rng = rng_stream(1000, 0, RNG_DATA);
    for (int64_t i = 0; i < count; i++) {
        values[i] = (real)rng_normal(&rng);
        gradients[i] = (real)(rng_normal(&rng) / side);
    }
    bench->item = (Parameter){.name = "weight",
                              .group = GROUP_MATRIX,
                              .value = matrix_of(values, side, side),
                              .gradient = matrix_of(gradients, side, side)};
    bench->table = (ParameterTable){
        .count = 1, .item = &bench->item, .size = count, .values = values, .gradients = gradients};
    bench->optimizer = optimizer_create(text, backend, &bench->table);
    return bench;
}

static void bench_close(Bench *bench)
{
    optimizer_free(bench->optimizer);
    bench->backend->release(bench->backend, bench->table.values);
    bench->backend->release(bench->backend, bench->table.gradients);
    bench->backend->close(bench->backend);
    free(bench);
}

static double time_step(void *context)
{
    Bench *bench = context;
    omp_set_num_threads(bench->threads);
    double best = INFINITY;
    for (int turn = 0; turn < bench->turns; turn++) {
        double start = clock_s();
        optimizer_step(bench->optimizer, 1e-4);
        best = fmin(best, clock_s() - start);
    }
    return best;
}

static void measure(FILE *csv, int size, int threads)
{
    int side = sizes[size].side;
    Bench *ours = bench_open("if_shampoo:interval=1", side);
    Bench *peer = bench_open("shampoo:interval=1", side);
    ours->threads = peer->threads = threads;
    ours->turns = peer->turns = sizes[size].turns;
    Pairs pairs = pairs_measure(sizes[size].pairs, time_step, ours, time_step, peer);
    char *name = format_text("if_shampoo; %d x %d; %d thread%s", side, side, threads,
                             threads > 1 ? "s" : "");
    pairs_report(csv, name, "shampoo by eigendecomposition", pairs, side == GOAL_SIZE ? GOAL : 0.0);
    bench_close(ours), bench_close(peer);
    free(name);
}

int main(int argc, char **argv)
{
    bool is_long = argc == 3 && strcmp(argv[2], "--long") == 0;
    if (argc < 2 || (argc > 2 && !is_long)) die_usage("usage: bench_shampoo ROWS.csv [--long]");
    FILE *csv = pairs_open(argc, argv);
    int threads[2], kinds = pairs_threads(threads);
    blas_init();
    for (int k = 0; k < (is_long ? SIZES : SHORT_SIZES); k++)
        for (int t = 0; t < kinds; t++) measure(csv, k, threads[t]);
    fclose(csv);
    return 0;
}
