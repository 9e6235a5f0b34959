/* The verb `forecast`: the end of the user's run from its beginning, and whether to believe it. */
#include "forecast_answer.h"

#include "base/die.h"

#include <inttypes.h>
#include <stdlib.h>

static const CliOption own[] = {
    {"steps", CLI_INT, &own_given.steps, 0, 1e9,
     "Steps of the whole run, where the schedule does not say", 0},
};

static void count_told(Answer *answer)
{
    for (int k = 0; k < answer->forecast.cuts; k++) {
        const ForecastCut *cut = &answer->forecast.cut[k];
        answer->told += forecast_is_told(cut->end);
        answer->inside += forecast_is_told(cut->end) && cut->is_inside;
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
        forecast_print_json(&answer);
    else
        forecast_print(&answer);
    if (own_given.out) forecast_write(&answer);
    forecast_free(&answer.forecast);
    for (int k = 0; k < answer.count; k++) logged_free(&answer.logs[k]);
    free(answer.logs);
    free(answer.runs);
    return EXIT_SUCCESS;
}
