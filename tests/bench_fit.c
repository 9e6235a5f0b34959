/* How long does logistic regression take, against scikit-learn on the same data?
 *
 *   bench_fit PEER [ROWS.csv]      PEER: the command that runs bench/fit_peer.py
 *
 * Pullovers against coats of Fashion-MNIST, 12000 x 784 pixels / 255, C = 1 (lambda = 1/n),
 * no intercept. Both start from the data in memory and w = 0; ours stops at the first
 * iterate whose objective is not above the one that the peer ended with, and has to find
 * its L first. */
#include "bench_pairs.h"
#include "compute/blas.h"
#include "objective/logistic.h"
#include "objective/sets.h"
#include "solve/solve.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

enum { PULLOVER = 2, COAT = 4, PAIRS = 5 };
#define IMAGES "data/cache/fashion/train-images-idx3-ubyte.gz"
#define LABELS "data/cache/fashion/train-labels-idx1-ubyte.gz"

typedef struct {
    FILE *ask, *answer;
    const char *solver, *tolerance;
    int threads;
    double objective;
    int64_t iterations;
} Peer;

typedef struct {
    const Design *design;
    const char *solver;
    double target, reached;
    int64_t steps;
} Ours;

static void read_line(Peer *peer, char line[256])
{
    if (!fgets(line, 256, peer->answer)) die("the peer has ended");
    line[strcspn(line, "\n")] = '\0';
}

/* A shell that runs the command, its stdin and stdout in our hands. */
static void start_peer(Peer *peer, const char *command)
{
    int in[2], out[2];
    if (pipe(in) || pipe(out)) die("no pipe to the peer");
    if (fork() == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        close(in[1]);
        close(out[0]);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    peer->ask = fdopen(in[1], "w");
    peer->answer = fdopen(out[0], "r");
}

static double time_peer(void *context)
{
    Peer *peer = context;
    char line[256];
    double seconds;
    fprintf(peer->ask, "%s %s %d\n", peer->solver, peer->tolerance, peer->threads);
    fflush(peer->ask);
    read_line(peer, line);
    if (sscanf(line, "%lf %lf %ld", &seconds, &peer->objective, &peer->iterations) != 3)
        die("the peer answered '%s'", line);
    return seconds;
}

static double time_ours(void *context)
{
    Ours *ours = context;
    double start = clock_s();
    Objective *objective = logistic_create(ours->design, 1.0 / (double)ours->design->rows);
    SolveTask task = {.optimum = NAN, .target_value = ours->target, .max_steps = 10000};
    SolveResult result = solve_run(solver_kind(ours->solver), objective, &task, NULL);
    objective->destroy(objective);
    double seconds = clock_s() - start;
    ours->reached = result.outcome == OUTCOME_REACHED ? result.value : NAN;
    ours->steps = result.steps;
    return seconds;
}

static Design *read_design(void)
{
    DesignChoice choice = {.positive = PULLOVER, .negative = COAT};
    Dataset *set = dataset_read_idx(IMAGES, LABELS);
    Design *design = set_from_dataset(set, &choice, "fashion");
    dataset_free(set);
    for (int64_t i = 0; i < design->rows; i++) design->factor[i] /= 255.0;
    return design;
}

/* The peer's best number of threads; it also tells the objective it ends with. */
static void choose_threads(Peer *peer)
{
    double best = INFINITY;
    int threads[2], kinds = pairs_threads(threads), chosen = 1;
    for (int k = 0; k < kinds; k++) {
        peer->threads = threads[k];
        double seconds = time_peer(peer);
        if (seconds < best) best = seconds, chosen = threads[k];
    }
    peer->threads = chosen;
}

/* Our fastest solver to that objective. (Barzilai and Borwein need more than 10000 steps.) */
static void choose_solver(Ours *ours)
{
    static const char *const names[] = {"newton", "newton_kept", "lbfgs"};
    double best = INFINITY;
    const char *chosen = names[0];
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        ours->solver = names[k];
        double seconds = time_ours(ours);
        printf("  %-12s %7.3f s %6ld steps to %.9f\n", names[k], seconds, ours->steps,
               ours->reached);
        if (!isnan(ours->reached) && seconds < best) best = seconds, chosen = names[k];
    }
    ours->solver = chosen;
}

static void compare(FILE *csv, Peer *peer, const Design *design)
{
    choose_threads(peer);
    printf("%s, tolerance %s: %ld iterations to %.9f\n", peer->solver, peer->tolerance,
           peer->iterations, peer->objective);
    Ours ours = {.design = design, .target = peer->objective};
    choose_solver(&ours);
    Pairs pairs = pairs_measure(PAIRS, time_ours, &ours, time_peer, peer);
    char *what = format_text("fit by %s %d threads", ours.solver, omp_get_max_threads());
    char *other = format_text("scikit-learn %s %d threads", peer->solver, peer->threads);
    pairs_report(csv, what, other, pairs, 3.0);
    free(what);
    free(other);
}

int main(int argc, char **argv)
{
    bool alone = argc < 2 || !*argv[1];
    if (alone || access(IMAGES, R_OK)) {
        printf("fit: %s absent, not compared\n", alone ? "peer" : "data");
        return 0;
    }
    blas_init();
    omp_set_num_threads(omp_get_num_procs());
    FILE *csv = pairs_open(argc - 1, argv + 1);
    Peer peer = {0};
    char *command = format_text("%s %s %s %d %d", argv[1], IMAGES, LABELS, PULLOVER, COAT);
    char line[256];
    start_peer(&peer, command);
    read_line(&peer, line);
    printf("%s\n", line);
    Design *design = read_design();
    peer.solver = "newton-cholesky", peer.tolerance = "1e-4";
    compare(csv, &peer, design);
    peer.solver = "lbfgs", peer.tolerance = "1e-6";
    compare(csv, &peer, design);
    design_free(design);
    free(command);
    if (csv) fclose(csv);
    return 0;
}
