#include "predict.h"

#include "base/die.h"
#include "base/words.h"
#include "fit/doubt.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* All versions of all paths, each with its rates. */
static const double MOST_RATES = 2e8;

static void note(Prediction *prediction, char *text)
{
    if (prediction->notes < PREDICT_NOTES)
        prediction->note[prediction->notes++] = text;
    else
        free(text);
}

static const Law *law_of(const PredictOptions *options)
{
    const Law *law = law_find(options->law);
    if (law->ends_only || law->sized)
        die_usage("--law %s is for many runs at once, not for curves of one network", law->name);
    if (law_gain(law) < 0)
        die_usage("--law %s has no term for a decay of the rate: take annealing, which is the same "
                  "law under a constant rate",
                  law->name);
    return law;
}

static void read_logs(Prediction *prediction, const char *logs, const PredictOptions *options)
{
    prediction->count = words_count(logs);
    prediction->log = alloc_zeroed((size_t)prediction->count, sizeof *prediction->log);
    for (int64_t k = 0; k < prediction->count; k++) {
        char *path = words_item(logs, k);
        Logged *log = &prediction->log[k];
        *log = predict_log_read(path, options);
        for (int n = 0; n < log->notes; n++) note(prediction, format_text("%s", log->note[n]));
        free(path);
    }
}

static double largest_rate(const Logged *log)
{
    double largest = 0.0;
    for (int64_t s = 0; s < log->run.steps; s++) largest = fmax(largest, log->rate[s]);
    return largest;
}

static int64_t steps_of_tokens(double tokens, double tokens_per_step)
{
    static const double most = 0x1p53;
    double steps = round(tokens / tokens_per_step);
    if (!(steps >= 1.0 && steps <= most))
        die_usage("--tokens-per-step %g: %g tokens of a version are %.3g steps of so many, "
                  "expected from 1 to 2^53",
                  tokens_per_step, tokens, tokens / tokens_per_step);
    return (int64_t)steps;
}

/* T, the peak and the warm-up: what the options say, else what the logs did. */
static void choose_setting(Prediction *prediction, const PredictOptions *options, int versions,
                           double tokens_per_version)
{
    const Logged *longest = &prediction->log[0];
    double peak = 0.0;
    for (int64_t k = 0; k < prediction->count; k++) {
        if (prediction->log[k].last > longest->last) longest = &prediction->log[k];
        peak = fmax(peak, largest_rate(&prediction->log[k]));
    }
    int64_t steps = options->steps;
    if (!steps && options->tokens_per_step > 0.0)
        steps = steps_of_tokens(tokens_per_version, options->tokens_per_step);
    else if (!steps)
        note(prediction,
             format_text("a version's data are taken to be as many steps as %s has, %" PRId64
                         ": --steps or --tokens-per-step says otherwise",
                         longest->path, longest->last));
    prediction->setting =
        (UpdateSetting){.versions = versions,
                        .steps = steps ? steps : longest->last,
                        .warmup = options->warmup >= 0 ? options->warmup : longest->run.warmup,
                        .peak = options->peak > 0.0 ? options->peak : peak,
                        .floor = options->floor};
    if (options->peak > 0.0 && fabs(options->peak / peak - 1.0) > 0.01)
        note(prediction,
             format_text("--peak %g is not the logs' %g: the law takes a larger rate to "
                         "be worth more steps, and knows of none that is too large",
                         options->peak, peak));
}

static void check_size(const Prediction *prediction, int count)
{
    double versions = prediction->setting.versions;
    double rates = count * 0.5 * versions * (versions + 1.0) * (double)prediction->setting.steps;
    if (rates > MOST_RATES)
        die_usage("%d paradigms of %.0f versions of %" PRId64
                  " steps are %.2g rates, more than %.2g: take fewer of them, or a coarser step",
                  count, versions, prediction->setting.steps, rates, MOST_RATES);
}

/* As `annealing_law fit` has it; what a decay gains has a sentence of its own. */
static void add_doubts_of_fit(Prediction *prediction)
{
    const Outlook *outlook = &prediction->outlook;
    for (int k = 0; k < prediction->law->count; k++) {
        const char *doubt = outlook->fit.is_free[k] ? fit_doubt(&outlook->fit, k) : NULL;
        if (doubt && (outlook->has_decay || !outlook->fit.unknown[k]))
            note(prediction, format_text("%s is %s", prediction->law->parameter[k].name, doubt));
    }
}

/* What the fit leaves open, in sentences. */
static void add_doubts(Prediction *prediction)
{
    const Outlook *outlook = &prediction->outlook;
    const UpdateSetting *setting = &prediction->setting;
    double longest = 0.0;
    add_doubts_of_fit(prediction);
    for (int64_t k = 0; k < prediction->count; k++)
        longest = fmax(longest, (double)prediction->log[k].last);
    if (!outlook->has_decay)
        note(prediction,
             format_text("no log holds a decay of the rate: what a decay gains is taken "
                         "from published fits, and which paradigm is better hangs on "
                         "it; add a log of a finished run"));
    if (!outlook->checked)
        note(prediction, format_text("one log alone cannot be checked: intervals are twice as wide "
                                     "as the fit says; a second log with another schedule would "
                                     "tell"));
    double times = setting->versions * (double)setting->steps / longest;
    if (times > 1.0)
        note(prediction,
             format_text("the losses of version %d are foretold %.3g times as many steps on as the "
                         "longest log goes, step %.0f: %s",
                         setting->versions, times, longest,
                         times > 3.0 ? "far beyond what was fitted" : "beyond what was fitted"));
    note(prediction,
         format_text("the law knows steps and rates only: it takes the data of all "
                     "versions to be alike and never repeated, and says nothing of "
                     "replay, forgetting, an optimizer that starts anew, or averages of "
                     "parameters"));
}

static void foretell(Prediction *prediction, const PredictOptions *options, int count,
                     Paradigm *const paradigms[])
{
    const UpdateSetting *setting = &prediction->setting;
    int64_t ends = (int64_t)count * setting->versions;
    LawRun *schedule = alloc_zeroed((size_t)ends, sizeof *schedule);
    const LawRun **run = alloc_zeroed((size_t)prediction->count, sizeof *run);
    for (int64_t k = 0; k < prediction->count; k++) run[k] = &prediction->log[k].run;
    for (int64_t e = 0; e < ends; e++) {
        Path path = paradigm_path(paradigms[e / setting->versions], setting,
                                  (int)(e % setting->versions) + 1);
        schedule[e] = predict_run(&path, setting->warmup, WARMUP_AREA);
        path_clear(&path);
    }
    OutlookTask task = {.count = prediction->count,
                        .run = run,
                        .resamples = options->resamples,
                        .seed = (uint64_t)options->seed,
                        .schedules = ends,
                        .schedule = schedule};
    prediction->outlook = outlook_run(prediction->law, &task);
    for (int64_t e = 0; e < ends; e++) free((void *)schedule[e].rate);
    free(schedule);
    free(run);
}

Prediction *prediction_make(const char *logs, const PredictOptions *options, int versions,
                            double tokens_per_version, int count, Paradigm *const paradigms[])
{
    Prediction *prediction = alloc_zeroed(1, sizeof *prediction);
    prediction->law = law_of(options);
    read_logs(prediction, logs, options);
    choose_setting(prediction, options, versions, tokens_per_version);
    check_size(prediction, count);
    foretell(prediction, options, count, paradigms);
    add_doubts(prediction);
    return prediction;
}

void prediction_free(Prediction *prediction)
{
    if (!prediction) return;
    for (int64_t k = 0; k < prediction->count; k++) logged_free(&prediction->log[k]);
    for (int n = 0; n < prediction->notes; n++) free(prediction->note[n]);
    outlook_free(&prediction->outlook);
    free(prediction->log);
    free(prediction);
}

static int64_t place_of(const Prediction *prediction, int k, int version)
{
    return (int64_t)k * prediction->setting.versions + version - 1;
}

static bool is_known(const Prediction *prediction, const Paradigm *paradigm, int version)
{
    Path path = paradigm_path(paradigm, &prediction->setting, version);
    bool is_other = path.average.kind || path.optimizer; /* than what the logs can tell of */
    path_clear(&path);
    return !is_other;
}

Interval prediction_loss(const Prediction *prediction, int k, const Paradigm *paradigm, int version)
{
    if (!is_known(prediction, paradigm, version)) return (Interval){NAN, NAN, NAN};
    return prediction->outlook.loss[place_of(prediction, k, version)];
}

Interval prediction_gap(const Prediction *prediction, int k, const Paradigm *paradigm, int to,
                        int version)
{
    if (!is_known(prediction, paradigm, version)) return (Interval){NAN, NAN, NAN};
    return outlook_difference(&prediction->outlook, place_of(prediction, k, version),
                              place_of(prediction, to, version));
}
