/* The verb `forecast`: the end of the user's run from its beginning, and whether to believe it. */
#include "own_log.h"

#include "base/die.h"
#include "fit/forecast.h"
#include "io/manifest.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

enum { FUTURE = 100 };

static const CliOption own[] = {
    {"steps", CLI_INT, &own_given.steps, 0, 1e9,
     "Steps of the whole run, where the schedule does not say", 0},
};

typedef struct {
    int count;
    Logged *logs;
    const Logged *log; /* the one that is forecast: the last */
    const LawRun **runs;
    const Law *law;
    int64_t step[FUTURE];
    int64_t future;
    Forecast forecast;
    int told, inside; /* cuts that the log determines; those of them that hold what was measured */
} Answer;

/* A loss is above 0: an interval that is not says that the log determines nothing. */
static bool is_told(Interval interval) { return interval.low > 0.0; }

static Interval told_or_unknown(Interval interval)
{
    return is_told(interval) ? interval : (Interval){NAN, NAN, NAN};
}

static void count_told(Answer *answer)
{
    for (int k = 0; k < answer->forecast.cuts; k++) {
        const ForecastCut *cut = &answer->forecast.cut[k];
        answer->told += is_told(cut->end);
        answer->inside += is_told(cut->end) && cut->is_inside;
    }
}

/* Up to FUTURE steps behind the log, evenly, the last one the end. */
static void choose_future(Answer *answer)
{
    int64_t last = answer->log->last, rest = answer->log->end - last;
    answer->future = rest < FUTURE ? rest : FUTURE;
    for (int64_t k = 0; k < answer->future; k++)
        answer->step[k] = last + rest * (k + 1) / answer->future;
}

static bool decays_later(const Logged *log)
{
    for (int64_t s = log->last; s < log->end; s++)
        if (log->rate[s + 1] != log->rate[s]) return true;
    return false;
}

/* Of the forecasts that reach no further than the one that was asked for, and of the last one,
 * where the log determines them. */
static double worst_error(const Answer *answer)
{
    double reach = (double)answer->log->end / (double)answer->log->last, worst = 0.0;
    const Forecast *forecast = &answer->forecast;
    for (int k = 0; k < forecast->cuts; k++) {
        const ForecastCut *cut = &forecast->cut[k];
        if (!is_told(cut->end) || (cut->share * reach < 0.99 && k + 1 < forecast->cuts)) continue;
        worst = fmax(worst, fabs(cut->error) / cut->measured);
    }
    return worst;
}

/* The caller frees. */
static char *belief(const Answer *answer)
{
    const Forecast *forecast = &answer->forecast;
    Interval end = forecast_end(forecast);
    double width = (end.high - end.low) / end.estimate;
    if (!is_told(end))
        return format_text("The log does not determine it: its 90 %% interval would reach below a "
                           "loss of 0. Wait for more of the log, or give one of a finished run "
                           "(--log before this one).");
    if (!forecast->has_decay && decays_later(answer->log))
        return format_text("The log holds no decay of the rate: what the coming one gains is taken "
                           "from published fits. Believe the range, not the middle; a log of a "
                           "finished run (--log before this one) would say more.");
    if (answer->told < 3)
        return format_text("The log is too short for a back-test: do not believe it yet.");
    if (2 * answer->inside < answer->told)
        return format_text("Do not believe it: on this log %d of %d such forecasts missed their "
                           "own intervals.",
                           answer->told - answer->inside, answer->told);
    if (width > 0.1)
        return format_text("The interval is %.0f %% wide: wait for more of the log.", 100 * width);
    const char *verdict =
        answer->inside + 1 >= answer->told ? "believe the interval" : "believe it with care";
    return format_text("On this log %d of %d such forecasts were inside their intervals, and those "
                       "that reach no further than this one were off by %.2f %% at most: %s.",
                       answer->inside, answer->told, 100 * worst_error(answer), verdict);
}

static void print_cuts(const Answer *answer)
{
    const Forecast *forecast = &answer->forecast;
    printf("\nback-test: the log's last losses, %.4f in the mean, from its beginning alone\n",
           forecast->cuts ? forecast->cut[0].measured : NAN);
    printf("%6s %10s %10s %22s %9s\n", "cut", "step", "forecast", "90 % interval", "error");
    for (int k = 0; k < forecast->cuts; k++) {
        const ForecastCut *cut = &forecast->cut[k];
        printf("%5.0f%% %10" PRId64 " ", 100 * cut->share, cut->step);
        if (is_told(cut->end))
            printf("%10.4f %10.4f … %8.4f %+9.4f  %s", cut->end.estimate, cut->end.low,
                   cut->end.high, cut->error, cut->is_inside ? "inside" : "OUTSIDE");
        else
            printf("%10s %10s … %8s %9s  not determined by it", "-", "-", "-", "-");
        printf("%s\n", cut->has_decay ? "" : ", no decay seen yet");
    }
}

static void print(const Answer *answer)
{
    Interval end = forecast_end(&answer->forecast);
    for (int k = 0; k < answer->count; k++) own_print_log(&answer->logs[k]);
    printf("\nforecast   %s loss at step %" PRId64 ": ", answer->log->loss, answer->log->end);
    if (is_told(end))
        printf("%.4f, 90 %% interval %.4f … %.4f\n", end.estimate, end.low, end.high);
    else
        printf("not determined by this log\n");
    print_cuts(answer);
    char *sentence = belief(answer);
    printf("\n%s\n", sentence);
    free(sentence);
}

static void add_cuts(Json *json, const Answer *answer)
{
    Json *cuts = json_array(json, "backtest");
    for (int k = 0; k < answer->forecast.cuts; k++) {
        const ForecastCut *cut = &answer->forecast.cut[k];
        Interval end = told_or_unknown(cut->end);
        Json *item = json_item(cuts);
        json_real(item, "share", cut->share);
        json_int(item, "step", cut->step);
        json_real(item, "forecast", end.estimate);
        json_real(item, "low", end.low);
        json_real(item, "high", end.high);
        json_real(item, "measured", cut->measured);
        json_real(item, "error", end.estimate - cut->measured);
        json_flag(item, "inside", is_told(end) && cut->is_inside);
        json_flag(item, "decay_seen", cut->has_decay);
    }
}

static void print_json(const Answer *answer)
{
    Json *json = json_create();
    Interval end = told_or_unknown(forecast_end(&answer->forecast));
    char *sentence = belief(answer);
    json_int(json, "schema", MANIFEST_SCHEMA);
    json_text(json, "program", "annealing_law forecast");
    own_add_logs(json, answer->count, answer->logs);
    json_text(json, "law", answer->law->name);
    json_int(json, "step", answer->log->end);
    json_real(json, "level", FORECAST_LEVEL);
    json_real(json, "forecast", end.estimate);
    json_real(json, "low", end.low);
    json_real(json, "high", end.high);
    json_flag(json, "decay_seen", answer->forecast.has_decay);
    json_real(json, "widened", answer->forecast.widened);
    json_int(json, "backtest_pairs", answer->forecast.pairs);
    json_int(json, "backtest_inside", answer->inside);
    add_cuts(json, answer);
    json_text(json, "belief", sentence);
    json_print(stdout, json);
    json_free(json);
    free(sentence);
}

static void write_points(const Answer *answer)
{
    const LawRun *run = &answer->log->run;
    int64_t count = answer->forecast.points;
    OwnPoint *points = alloc_zeroed((size_t)count, sizeof *points);
    for (int64_t p = 0; p < count; p++) {
        bool is_future = p >= run->points;
        int64_t step = is_future ? answer->step[p - run->points] : run->step[p];
        Interval at = answer->forecast.loss[p];
        if (is_future) at = told_or_unknown(at);
        points[p] = (OwnPoint){answer->count,
                               step,
                               run->rate[step],
                               is_future ? NAN : run->loss[p],
                               at.estimate,
                               is_future ? at.low : NAN,
                               is_future ? at.high : NAN};
    }
    own_write_points(own_given.out, answer->logs, count, points);
    free(points);
}

static void read_logs(Answer *answer)
{
    answer->logs = alloc_zeroed((size_t)answer->count, sizeof *answer->logs);
    answer->runs = alloc_zeroed((size_t)answer->count, sizeof *answer->runs);
    for (int k = 0; k < answer->count; k++) {
        answer->logs[k] = own_log_read(k, FORECAST_LEAST);
        answer->runs[k] = &answer->logs[k].run;
    }
    answer->log = &answer->logs[answer->count - 1];
    if (answer->log->end <= answer->log->last)
        die("%s: ends at step %" PRId64 ", and the schedule at step %" PRId64
            ": nothing is left to forecast",
            answer->log->path, answer->log->last, answer->log->end);
}

int forecast_main(int argc, char **argv)
{
    own_parse(
        argv[0],
        "The final loss of your run from its beginning, with a 90 % interval, and a back-test "
        "on the same log. The last --log is forecast; those before it help the fit.",
        "  annealing_law forecast --log partial.csv --schedule cosine:floor=0.1 --steps 20000\n"
        "  annealing_law forecast --log done.csv --log partial.csv --schedule "
        "'wsd:peak=6e-4,warmup=2000,decay=0.2,total=20000' --out forecast.csv",
        sizeof own / sizeof *own, own, argc, argv);
    if (!own_given.schedules.count)
        die_usage("expected --schedule SPEC: how does the rate go on? such as --schedule "
                  "'wsd:warmup=2000,peak=6e-4,decay=0.2,shape=1-sqrt,total=20000'");
    Answer answer = {.count = own_given.logs.count, .law = own_law()};
    if (law_gain(answer.law) < 0)
        die_usage("--law %s has no term for a decay of the rate: take annealing, which is the same "
                  "law under a constant rate",
                  answer.law->name);
    read_logs(&answer);
    choose_future(&answer);
    ForecastTask task = {.count = answer.count,
                         .run = answer.runs,
                         .resamples = own_given.resamples,
                         .seed = (uint64_t)own_given.seed,
                         .future = answer.future,
                         .step = answer.step};
    answer.forecast = forecast_run(answer.law, &task);
    count_told(&answer);
    own_warn(answer.count, answer.logs);
    if (own_given.json)
        print_json(&answer);
    else
        print(&answer);
    if (own_given.out) write_points(&answer);
    forecast_free(&answer.forecast);
    for (int k = 0; k < answer.count; k++) logged_free(&answer.logs[k]);
    free(answer.logs);
    free(answer.runs);
    return EXIT_SUCCESS;
}
