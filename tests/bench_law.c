/* How long do fits of loss laws take, against SciPy doing the same?
 *
 *   bench_law PEER [ROWS.csv]      PEER: the command that runs bench/law_peer.py; "" for none
 *
 * The peer: 54 starts on the 40 points of Fig. 2 of arXiv 2408.11029, S1 and S2 made before the
 * time on both sides; ours goes on to the optimum, the peer stops where its authors' options do.
 * Then, against the goals in seconds: nine curves of 72000 steps under every law, and a forecast
 * from a log of a million steps. Run in the repository's root. */
#include "base/rng.h"
#include "bench_pairs.h"
#include "curves.h"
#include "fit/forecast.h"
#include "law/thinned.h"

#include <unistd.h>

enum { PAIRS = 5, CURVES = 9, LONG = 72000, ROWS = 560, MILLION = 1000000, LOGGED = 10000 };

typedef struct {
    FILE *ask, *answer;
    double objective;
} Peer;

static void start_peer(Peer *peer, const char *command, char line[256])
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
    if (!fgets(line, 256, peer->answer)) die("the peer has ended");
    line[strcspn(line, "\n")] = '\0';
}

static double time_peer(void *context)
{
    Peer *peer = context;
    char line[256];
    double seconds;
    fprintf(peer->ask, "fit\n");
    fflush(peer->ask);
    if (!fgets(line, sizeof line, peer->answer)) die("the peer has ended");
    if (sscanf(line, "%lf %lf", &seconds, &peer->objective) != 2)
        die("the peer answered '%s'", line);
    return seconds;
}

typedef struct {
    FitData *data;
    double objective;
} Ours;

static double time_ours(void *context)
{
    Ours *ours = context;
    FitOptions options = fit_options();
    options.starts = FIT_GRID;
    double start = clock_s();
    ours->objective = fit_run(ours->data, &options, NULL).objective;
    return clock_s() - start;
}

static void against_scipy(FILE *csv, const char *command)
{
    Curve cosine = curve_fig2(false), constant = curve_fig2(true);
    const LawRun *runs[] = {&cosine.run, &constant.run};
    Ours ours = {fit_data(law_find("annealing"), 2, runs), NAN};
    Peer peer = {0};
    char line[256];
    start_peer(&peer, command, line);
    printf("%s\n", line);
    Pairs pairs = pairs_measure(PAIRS, time_ours, &ours, time_peer, &peer);
    printf("objective %.9e, the peer's %.9e\n", ours.objective, peer.objective);
    char *what = format_text("54 starts %d threads", omp_get_max_threads());
    pairs_report(csv, what, "scipy L-BFGS-B", pairs, 100.0);
    free(what);
    fit_data_free(ours.data);
    curve_free(&cosine);
    curve_free(&constant);
}

/* A schedule with warm-up and end at a tenth, and the annealing law's losses on it with noise. */
static Curve made_curve(int64_t steps, int64_t rows, int kind)
{
    static const double truth[] = {3.0, .5, .5, .4, .999};
    double *rate = rates_of(steps);
    for (int64_t s = 0; s <= steps; s++) {
        double share = (double)s / (double)steps, begin = .1 * kind;
        rate[s] =
            share <= begin ? 3e-4 : 3e-5 + 2.7e-4 * shape_cosine((share - begin) / (1 - begin));
    }
    schedule_warm_up(rate, 2000);
    Curve curve = {.rate = rate,
                   .loss = alloc_zeroed((size_t)rows, sizeof *curve.loss),
                   .step = alloc_zeroed((size_t)rows, sizeof *curve.step)};
    for (int64_t p = 0; p < rows; p++) curve.step[p] = 2000 + (steps - 2000) * (p + 1) / rows;
    curve.run =
        (LawRun){"made", steps + 1, rate, 2000, WARMUP_AREA, rows, curve.step, curve.loss, 25};
    LawPath *path = path_create(&curve.run);
    Rng rng = rng_stream(1007, (uint32_t)kind, RNG_NOISE);
    law_predict(law_find("annealing"), truth, path, rows, curve.step, curve.loss, NULL);
    for (int64_t p = 0; p < rows; p++) curve.loss[p] *= exp(5e-4 * rng_normal(&rng));
    path_free(path);
    return curve;
}

static void report_goal(FILE *csv, const char *what, double seconds, double goal)
{
    printf("%-30s %11.4g s  goal %g s: %s\n", what, seconds, goal,
           seconds <= goal ? "met" : "missed");
    if (csv)
        fprintf(csv, "%s,%.6g,,,,,,%g,%s\n", what, seconds, goal,
                seconds <= goal ? "met" : "missed");
}

/* From the runs to the fits of every law: features are part of the time. */
static void every_law(FILE *csv)
{
    Curve curve[CURVES];
    const LawRun *runs[CURVES];
    for (int i = 0; i < CURVES; i++) curve[i] = made_curve(LONG, ROWS, i);
    for (int i = 0; i < CURVES; i++) runs[i] = &curve[i].run;
    double total = 0.0;
    for (int l = 0; l < law_count(); l++) {
        double start = clock_s();
        FitData *data = fit_data(law_at(l), CURVES, runs);
        FitOptions options = fit_options();
        FitResult fit = fit_run(data, &options, NULL);
        double seconds = clock_s() - start;
        printf("  %-16s %7.3f s, %ld evaluations, objective %.4e\n", law_at(l)->name, seconds,
               fit.evaluations, fit.objective);
        fit_data_free(data);
        total += seconds;
    }
    report_goal(csv, "nine curves every law", total, 10.0);
    for (int i = 0; i < CURVES; i++) curve_free(&curve[i]);
}

/* The first half of a million steps is logged; the end is asked for, with an interval and a
 * back-test of nine cuts. λ is fitted too. */
static void forecast(FILE *csv)
{
    const int64_t last = MILLION;
    Curve curve = made_curve(MILLION, LOGGED, 3);
    double truth = curve.loss[LOGGED - 1], start = clock_s();
    LawRun half = curve.run;
    half.points = thinned_points(LOGGED / 2, curve.step, curve.loss, 600);
    const LawRun *run = &half;
    ForecastTask task = {1, &run, 100, 1, 1, &last};
    Forecast made = forecast_run(law_find("annealing"), &task);
    Interval end = forecast_end(&made);
    double seconds = clock_s() - start;
    printf("  end %.4f, 90 %% interval %.4f to %.4f, truly %.4f\n", end.estimate, end.low, end.high,
           truth);
    report_goal(csv, "forecast of a million steps", seconds, 2.0);
    forecast_free(&made);
    curve_free(&curve);
}

int main(int argc, char **argv)
{
    omp_set_num_threads(omp_get_num_procs());
    FILE *csv = argc > 2 ? pairs_open(argc - 1, argv + 1) : NULL;
    if (argc > 1 && *argv[1])
        against_scipy(csv, argv[1]);
    else
        printf("law: peer absent, not compared\n");
    every_law(csv);
    forecast(csv);
    if (csv) fclose(csv);
    return 0;
}
