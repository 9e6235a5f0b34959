/* How fast is a training step, against PyTorch, against the sum of its products, beside another?
 *
 *   bench_training WORKER PEER ROWS.csv [SHAPE]
 *
 * WORKER: the command of bench_training_step; PEER: of bench/training_peer.py, or "" without
 * PyTorch. Both sit in processes of their own, model in memory, and take turns. The bound of a
 * shape is its operations at twice the rate of one thread of OpenBLAS on the shape's own
 * products, each measured here. */
#include "base/clock.h"
#include "base/stats.h"
#include "bench_process.h"
#include "bench_training.h"
#include "compute/blas.h"

#include <cblas.h>
#include <math.h>
#include <omp.h>

enum { PAIRS = 9, TURNS = 3 };
static const double TURN_S = 0.25; /* of the slower side, about */

typedef struct {
    FILE *csv;
    const char *worker, *peer;
} Bench;

typedef struct {
    const Shape *shape;
    Process ours, other;
    long steps;
    int threads; /* of the other's turns */
} Race;

/* A row of the table: a value against another, their ratio and its goal (0: none). */
typedef struct {
    const char *quantity, *unit, *against;
    double value, other;
    Interval ratio;
    double goal;
    bool at_most; /* the goal is an upper limit */
} Row;

static void report(const Bench *bench, const Shape *shape, const Row *row)
{
    double ratio = row->ratio.estimate;
    bool met = row->at_most ? ratio <= row->goal : ratio >= row->goal;
    const char *word = !(row->goal > 0.0) ? "no goal" : met ? "met" : "missed";
    printf("  %-12s %10.5g %-9s %-34s %10.5g  %6.2f (%.2f to %.2f)", row->quantity, row->value,
           row->unit, row->against, row->other, ratio, row->ratio.low, row->ratio.high);
    if (row->goal > 0.0) printf("  goal %g: %s", row->goal, word);
    printf("\n");
    fflush(stdout);
    fprintf(bench->csv, "%s,%s,%.6g,%s,%s,%.6g,%.4g,%.4g,%.4g,%g,%s\n", shape->name, row->quantity,
            row->value, row->unit, row->against, row->other, ratio, row->ratio.low, row->ratio.high,
            row->goal, word);
}

static double run(Process *process, long steps, int threads)
{
    process_ask(process, steps, threads);
    return process_answer(process);
}

/* The number of threads with the shorter step, and steps for a turn: after one to warm up. */
static int best_threads(Process *process, double *seconds)
{
    int best = 1, threads[] = {1, omp_get_num_procs()};
    *seconds = INFINITY;
    for (int k = 0; k < 2; k++) {
        run(process, 1, threads[k]);
        double once = run(process, 1, threads[k]);
        long steps = once < TURN_S ? (long)ceil(TURN_S / once / 2.0) : 1;
        double step = INFINITY;
        for (int turn = 0; turn < TURNS; turn++)
            step = fmin(step, run(process, steps, threads[k]) / (double)steps);
        if (step < *seconds) *seconds = step, best = threads[k];
    }
    return best;
}

/* Medians of `count` numbers, and of their ratio with its range. */
static Row row_of(int64_t count, const double *ours, const double *other)
{
    double ratio[PAIRS];
    for (int64_t k = 0; k < count; k++) ratio[k] = ours[k] / other[k];
    return (Row){.value = stats_quantile(count, ours, 0.5),
                 .other = stats_quantile(count, other, 0.5),
                 .ratio = stats_range(count, ratio)};
}

static void compare_with_peer(const Bench *bench, const Shape *shape, Process *ours)
{
    char *command = format_text("env OMP_PROC_BIND=true %s %s", bench->peer, shape->peer);
    Process peer = process_start(command);
    double our_step, peer_step, a[PAIRS], b[PAIRS];
    int our_threads = best_threads(ours, &our_step), threads = best_threads(&peer, &peer_step);
    long our_steps = (long)ceil(TURN_S / our_step), steps = (long)ceil(TURN_S / peer_step);
    for (int k = 0; k < PAIRS; k++) {
        double samples = (double)shape_samples(shape);
        a[k] = samples * (double)our_steps / run(ours, our_steps, our_threads);
        b[k] = samples * (double)steps / run(&peer, steps, threads);
    }
    Row row = row_of(PAIRS, a, b);
    char *against = format_text("PyTorch %d thread%s", threads, threads > 1 ? "s" : "");
    row.quantity = "speed", row.unit = shape->unit, row.against = against, row.goal = shape->goal;
    report(bench, shape, &row);
    printf("  %s; ours with %d thread%s\n", peer.ready, our_threads, our_threads > 1 ? "s" : "");
    free(against);
    free(command);
    process_end(&peer);
}

/* Operations per second of one thread on one product: the best of what fits into a while. */
static double product_rate(const Product *product)
{
    const double WHILE_S = 0.06;
    int m = (int)product->rows, n = (int)product->cols, k = (int)product->inner;
    float *memory = alloc_zeroed((size_t)m * k + (size_t)k * n + (size_t)m * n, sizeof *memory);
    for (int i = 0; i < m * k + k * n; i++) memory[i] = (float)(i % 17) - 8;
    bool a = product->transpose_a, b = product->transpose_b;
    float *A = memory, *B = A + m * k, *C = B + k * n;
    omp_set_num_threads(1);
    double operations = 2.0 * m * (double)n * k, best = INFINITY, start = clock_s();
    int repeats = operations < 1e7 ? (int)(1e7 / operations) + 1 : 1;
    for (int turn = 0; turn < 3 || clock_s() - start < WHILE_S; turn++) {
        double begin = clock_s();
        for (int r = 0; r < repeats; r++)
            cblas_sgemm(CblasRowMajor, a ? CblasTrans : CblasNoTrans, b ? CblasTrans : CblasNoTrans,
                        m, n, k, 1, A, a ? m : k, B, b ? k : n, 0, C, n);
        best = fmin(best, (clock_s() - begin) / repeats);
    }
    free(memory);
    return operations / best;
}

/* Seconds of one step if both cores did nothing but its products. */
static double bound_of(const Shape *shape, double flops, double *rate)
{
    Product products[SHAPE_PRODUCTS];
    int count = shape_products(shape, products);
    double operations = 0.0, seconds = 0.0;
    for (int k = 0; k < count; k++) {
        double all = 2.0 * products[k].times *
                     (double)(products[k].rows * products[k].cols * products[k].inner);
        operations += all;
        seconds += all / product_rate(&products[k]);
    }
    *rate = operations / seconds;
    return flops / (2.0 * *rate);
}

/* Our steps in turn with the products, so that both see the same machine. */
static void compare_with_bound(const Bench *bench, const Shape *shape, Process *ours)
{
    double flops = strtod(ours->ready, NULL), step, rate[PAIRS], bound[PAIRS], speed[PAIRS];
    int threads = best_threads(ours, &step);
    long steps = (long)ceil(TURN_S / step);
    for (int k = 0; k < TURNS; k++) {
        bound[k] = flops / bound_of(shape, flops, &rate[k]) / 1e9;
        speed[k] = flops / (run(ours, steps, threads) / (double)steps) / 1e9;
    }
    Row row = row_of(TURNS, speed, bound);
    char *against = format_text("2 x sgemm, %.4g GFLOP a step", flops / 1e9);
    row.quantity = "bound", row.unit = "GFLOP/s", row.against = against, row.goal = 0.65;
    report(bench, shape, &row);
    free(against);
}

/* Two runs of one thread each at the same time, against one alone: speeds added. Fresh processes:
 * one that ever had two threads keeps the second one waiting actively, on a core of its own. */
static void compare_side_by_side(const Bench *bench, const Shape *shape, const char *command)
{
    Process first = process_start(command), second = process_start(command);
    double both[PAIRS], alone[PAIRS];
    run(&second, 1, 1);
    run(&first, 1, 1);
    long steps = (long)ceil(TURN_S / run(&first, 1, 1));
    for (int k = 0; k < PAIRS; k++) {
        double samples = (double)(shape_samples(shape) * steps);
        alone[k] = samples / run(&first, steps, 1);
        process_ask(&first, steps, 1);
        process_ask(&second, steps, 1);
        double mine = process_answer(&first);
        both[k] = samples / mine + samples / process_answer(&second);
    }
    Row row = row_of(PAIRS, both, alone);
    row.quantity = "two runs", row.unit = shape->unit, row.against = "one run, one thread each";
    row.goal = 1.9;
    report(bench, shape, &row);
    process_end(&first);
    process_end(&second);
}

static void compare_memory(const Bench *bench, const Shape *shape, Process *ours)
{
    long computed = 0;
    sscanf(ours->ready, "%*s %ld", &computed);
    double peak = run(ours, 0, 0) / 1e6, said = (double)computed / 1e6;
    Row row = {"memory", "MB", "as computed", peak, said, {peak / said, peak / said, peak / said},
               1.3,      true};
    report(bench, shape, &row);
}

static void compare_with_quoted(const Bench *bench, const Shape *shape, Process *ours)
{
    if (!(shape->quoted > 0.0)) return;
    double step, speed[TURNS], quoted[TURNS];
    int threads = best_threads(ours, &step);
    long steps = (long)ceil(TURN_S / step);
    for (int k = 0; k < TURNS; k++) {
        quoted[k] = shape->quoted;
        speed[k] = (double)(shape_samples(shape) * steps) / run(ours, steps, threads);
    }
    Row row = row_of(TURNS, speed, quoted);
    row.quantity = "speed", row.unit = shape->unit, row.against = "llm.c -Ofast (quoted)";
    row.goal = 4.0;
    report(bench, shape, &row);
}

static void measure(const Bench *bench, const Shape *shape)
{
    char *command = format_text("%s %s %ld %ld %ld", bench->worker, shape->model,
                                (long)shape->batch, (long)shape->classes, (long)shape->side);
    /* Bound to cores: threads that were stopped may come back to the same one. */
    char *bound = format_text("env OMP_PROC_BIND=true %s", command);
    Process ours = process_start(bound);
    free(bound);
    printf("%s\n", shape->name);
    if (*bench->peer) compare_with_peer(bench, shape, &ours);
    compare_with_quoted(bench, shape, &ours);
    compare_with_bound(bench, shape, &ours);
    compare_memory(bench, shape, &ours);
    process_end(&ours);
    compare_side_by_side(bench, shape, command);
    free(command);
}

int main(int argc, char **argv)
{
    if (argc < 4) die_usage("usage: bench_training WORKER PEER ROWS.csv [SHAPE]");
    blas_init();
    Bench bench = {.csv = fopen(argv[3], "a"), .worker = argv[1], .peer = argv[2]};
    if (!bench.csv) die("cannot write %s", argv[3]);
    for (int k = 0; k < SHAPES; k++)
        if (argc < 5 || strcmp(shapes[k].name, argv[4]) == 0) measure(&bench, &shapes[k]);
    fclose(bench.csv);
    return 0;
}
