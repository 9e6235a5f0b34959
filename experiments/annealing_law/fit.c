/* The verb `fit`: a law of loss curves, fitted to the user's own logs. */
#include "own_log.h"

#include "base/die.h"
#include "fit/doubt.h"
#include "fit/estimate.h"
#include "io/manifest.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

typedef struct {
    int count;
    Logged *logs;
    const LawRun **runs;
    const Law *law;
    Estimate estimate;
} Fitted;

static Interval interval_of(const Fitted *fitted, int k)
{
    const Estimate *estimate = &fitted->estimate;
    return fit_bootstrap_interval(&estimate->fit, k, estimate->resamples, estimate->theta,
                                  OWN_LEVEL);
}

/* Why a value says nothing, or less than it seems; NULL: it stands. */
static const char *doubt(const Fitted *fitted, int k)
{
    const char *why = fit_doubt(&fitted->estimate.fit, k);
    if (why) return why;
    Interval interval = interval_of(fitted, k);
    if (interval.estimate < interval.low || interval.estimate > interval.high)
        return "not determined: nearly all resamples lie to one side of it, as where a parameter "
               "is at its bound";
    if (interval.high - interval.low > 2.0 * fabs(interval.estimate))
        return "hardly determined: its interval is wider than twice its value";
    return NULL;
}

static void print_parameters(const Fitted *fitted)
{
    const Estimate *estimate = &fitted->estimate;
    printf("\nlaw        %s: %s\n", fitted->law->title, fitted->law->formula);
    printf("%-10s %12s   %g %% interval (block bootstrap, %" PRId64 " resamples)\n", "parameter",
           "value", 100 * OWN_LEVEL, estimate->resamples);
    for (int k = 0; k < fitted->law->count; k++) {
        const char *why = doubt(fitted, k);
        Interval interval = interval_of(fitted, k);
        if (estimate->fit.unknown[k])
            printf("%-10s %12s   %s\n", fitted->law->parameter[k].name, "-", why);
        else
            printf("%-10s %12.6g   %.6g … %.6g%s%s\n", fitted->law->parameter[k].name,
                   estimate->fit.theta[k], interval.low, interval.high, why ? "   " : "",
                   why ? why : "");
    }
}

static void print_quality(const Fitted *fitted)
{
    printf("\n");
    for (int k = 0; k < fitted->count; k++) {
        FitQuality quality = fit_quality(&fitted->estimate.fit, fitted->runs[k]);
        printf("quality    %s: R2 %.5f, mean error %.4f (%.3f %%), worst %.3f %%\n",
               fitted->logs[k].path, quality.r2, quality.mae, 100 * quality.relative,
               100 * quality.worst);
    }
}

static void add_parameters(Json *json, const Fitted *fitted)
{
    const FitResult *fit = &fitted->estimate.fit;
    for (int k = 0; k < fitted->law->count; k++) {
        Interval interval = interval_of(fitted, k);
        Json *item = json_object(json, fitted->law->parameter[k].name);
        json_real(item, "value", fit->unknown[k] ? NAN : fit->theta[k]);
        json_real(item, "low", fit->unknown[k] ? NAN : interval.low);
        json_real(item, "high", fit->unknown[k] ? NAN : interval.high);
        json_text(item, "doubt", doubt(fitted, k));
    }
}

static void add_quality(Json *json, const Fitted *fitted)
{
    Json *array = json_array(json, "quality");
    for (int k = 0; k < fitted->count; k++) {
        FitQuality quality = fit_quality(&fitted->estimate.fit, fitted->runs[k]);
        Json *item = json_item(array);
        json_text(item, "log", fitted->logs[k].path);
        json_int(item, "points", quality.points);
        json_real(item, "r2", quality.r2);
        json_real(item, "mae", quality.mae);
        json_real(item, "relative", quality.relative);
        json_real(item, "worst", quality.worst);
    }
}

static void print_json(const Fitted *fitted)
{
    Json *json = json_create();
    json_int(json, "schema", MANIFEST_SCHEMA);
    json_text(json, "program", "annealing_law fit");
    own_add_logs(json, fitted->count, fitted->logs);
    json_text(json, "law", fitted->law->name);
    json_text(json, "formula", fitted->law->formula);
    json_real(json, "level", OWN_LEVEL);
    add_parameters(json, fitted);
    json_real(json, "objective", fitted->estimate.fit.objective);
    add_quality(json, fitted);
    json_print(stdout, json);
    json_free(json);
}

static void write_points(const Fitted *fitted, const char *path)
{
    int64_t count = 0;
    OwnPoint *points = NULL;
    for (int k = 0; k < fitted->count; k++) {
        const LawRun *run = fitted->runs[k];
        double *loss = alloc_zeroed((size_t)run->points, sizeof *loss);
        law_predict_run(fitted->law, fitted->estimate.fit.theta, run, run->points, run->step, loss);
        points = alloc_resized(points, (size_t)(count + run->points), sizeof *points);
        for (int64_t p = 0; p < run->points; p++)
            points[count++] = (OwnPoint){
                k + 1, run->step[p], run->rate[run->step[p]], run->loss[p], loss[p], NAN, NAN};
        free(loss);
    }
    own_write_points(path, fitted->logs, count, points);
    free(points);
}

static void answer(const Fitted *fitted)
{
    own_warn(fitted->count, fitted->logs);
    if (own_given.json) {
        print_json(fitted);
    } else {
        for (int k = 0; k < fitted->count; k++) own_print_log(&fitted->logs[k]);
        print_parameters(fitted);
        print_quality(fitted);
    }
    if (own_given.out) write_points(fitted, own_given.out);
}

int fit_main(int argc, char **argv)
{
    own_parse(argv[0],
              "Fits a law of loss curves to your own logs: L0 + A S1^-alpha - C S2, or "
              "another one.",
              "  annealing_law fit --log run.csv\n"
              "  annealing_law fit --log constant.csv --log cosine.csv --json\n"
              "  annealing_law fit --log gpt2.txt --schedule "
              "'wsd:warmup=2000,peak=6e-4,decay=0.2,shape=1-sqrt,total=20000'",
              0, NULL, argc, argv);
    own_check_schedules();
    Fitted fitted = {.count = own_given.logs.count, .law = own_law()};
    fitted.logs = alloc_zeroed((size_t)fitted.count, sizeof *fitted.logs);
    fitted.runs = alloc_zeroed((size_t)fitted.count, sizeof *fitted.runs);
    int64_t longest = 0;
    for (int k = 0; k < fitted.count; k++) {
        fitted.logs[k] = own_log_read(k, fitted.law->count + 1);
        fitted.runs[k] = &fitted.logs[k].run;
        if (longest < fitted.logs[k].last) longest = fitted.logs[k].last;
    }
    FitData *data = fit_data(fitted.law, fitted.count, fitted.runs);
    fitted.estimate = estimate_run(data, fitted.law, longest, NULL, own_given.resamples,
                                   (uint64_t)own_given.seed);
    answer(&fitted);
    fit_data_free(data);
    for (int k = 0; k < fitted.count; k++) logged_free(&fitted.logs[k]);
    free(fitted.estimate.theta);
    free(fitted.logs);
    free(fitted.runs);
    return EXIT_SUCCESS;
}
