/* Timings that survive a busy machine: ours and a peer in turn, pair by pair.
 *
 * What a neighbour takes, it takes from both halves of a pair, so the ratio of a
 * pair is steadier than either time. Reported are medians, and the smallest and
 * largest ratio seen. Both run once before anything is timed. */
#ifndef TESTS_BENCH_PAIRS_H
#define TESTS_BENCH_PAIRS_H

#include "base/clock.h"
#include "base/die.h"
#include "base/stats.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

/* Returns the seconds it took: its own clock, so that it may prepare untimed. */
typedef double Timed(void *context);

typedef struct {
    double ours, peer; /* seconds, medians */
    Interval ratio;    /* peer / ours: times faster */
} Pairs;

static inline Pairs pairs_measure(int64_t count, Timed *ours, void *our_context, Timed *peer,
                                  void *peer_context)
{
    double *a = alloc_zeroed((size_t)(3 * count), sizeof *a), *b = a + count, *ratio = b + count;
    ours(our_context);
    peer(peer_context);
    for (int64_t k = 0; k < count; k++) {
        a[k] = ours(our_context);
        b[k] = peer(peer_context);
        ratio[k] = b[k] / a[k];
    }
    Pairs pairs = {stats_quantile(count, a, 0.5), stats_quantile(count, b, 0.5),
                   stats_range(count, ratio)};
    free(a);
    return pairs;
}

/* The CSV rows go to the file named on the command line, if any; for a person on stdout. */
static inline FILE *pairs_open(int argc, char **argv)
{
    FILE *csv = argc > 1 ? fopen(argv[1], "a") : NULL;
    if (argc > 1 && !csv) die("cannot write %s", argv[1]);
    return csv;
}

/* goal: the ratio that was asked for; 0: none. */
static inline void pairs_report(FILE *csv, const char *what, const char *peer, Pairs pairs,
                                double goal)
{
    Interval ratio = pairs.ratio;
    const char *met = !(goal > 0.0) ? "no goal" : ratio.estimate >= goal ? "met" : "missed";
    printf("%-30s %11.4g s  %-28s %11.4g s  %7.2f (%.2f to %.2f)", what, pairs.ours, peer,
           pairs.peer, ratio.estimate, ratio.low, ratio.high);
    if (goal > 0.0) printf("  goal %g: %s", goal, met);
    printf("\n");
    fflush(stdout);
    if (csv)
        fprintf(csv, "%s,%.6g,%s,%.6g,%.4g,%.4g,%.4g,%g,%s\n", what, pairs.ours, peer, pairs.peer,
                ratio.estimate, ratio.low, ratio.high, goal, met);
}

/* Threads to measure with: 1 and, where there are more cores, all that may be used. */
static inline int pairs_threads(int out[2])
{
    out[0] = 1, out[1] = omp_get_num_procs();
    return out[1] > 1 ? 2 : 1;
}

#endif
