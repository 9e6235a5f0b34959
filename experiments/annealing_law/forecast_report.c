/* A forecast, its back-test and whether to believe it: for a person, as JSON and as CSV. */
#include "forecast_answer.h"

#include "base/die.h"
#include "io/manifest.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static Interval told_or_unknown(Interval interval)
{
    return forecast_is_told(interval) ? interval : (Interval){NAN, NAN, NAN};
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
        if (!forecast_is_told(cut->end) || (cut->share * reach < 0.99 && k + 1 < forecast->cuts))
            continue;
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
    if (!forecast_is_told(end))
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
        if (forecast_is_told(cut->end))
            printf("%10.4f %10.4f … %8.4f %+9.4f  %s", cut->end.estimate, cut->end.low,
                   cut->end.high, cut->error, cut->is_inside ? "inside" : "OUTSIDE");
        else
            printf("%10s %10s … %8s %9s  not determined by it", "-", "-", "-", "-");
        printf("%s\n", cut->has_decay ? "" : ", no decay seen yet");
    }
}

void forecast_print(const Answer *answer)
{
    Interval end = forecast_end(&answer->forecast);
    for (int k = 0; k < answer->count; k++) own_print_log(&answer->logs[k]);
    printf("\nforecast   %s loss at step %" PRId64 ": ", answer->log->loss, answer->log->end);
    if (forecast_is_told(end))
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
        json_flag(item, "inside", forecast_is_told(end) && cut->is_inside);
        json_flag(item, "decay_seen", cut->has_decay);
    }
}

void forecast_print_json(const Answer *answer)
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

void forecast_write(const Answer *answer)
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
