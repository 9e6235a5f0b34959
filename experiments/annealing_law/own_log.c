/* From the command line to logs. */
#include "own_log.h"

#include "base/die.h"
#include "io/files.h"
#include "io/progress.h"

#include <stdlib.h>
#include <string.h>

OwnOptions own_given = {.law = "annealing", .warmup = -1, .from = -1, .resamples = 200, .seed = 1};

static const CliOption common[] = {
    {"log", CLI_TEXTS, &own_given.logs, 0, 0, "A training log; several times for several runs", 0},
    {"schedule", CLI_TEXTS, &own_given.schedules, 0, 0,
     "The schedule of each --log in order, or the word log: the rates in it", 0},
    {"rate-log", CLI_TEXTS, &own_given.rate_logs, 0, 0,
     "A second file with the rates of each --log in order (TensorBoard)", 0},
    {"loss", CLI_TEXT, &own_given.loss, 0, 0,
     "train or validation; unless given, validation where there are 40 of it, or no fewer than of "
     "train",
     0},
    {"law", CLI_TEXT, &own_given.law, 0, 0, "Law to fit", 0},
    {"warmup", CLI_INT, &own_given.warmup, -1, 1e12,
     "Steps of a linear warm-up that the log does not show", 0},
    {"from", CLI_INT, &own_given.from, -1, 1e12,
     "First step to fit; unless given, the end of the warm-up or 2 % of the log", 0},
    {"format", CLI_TEXT, &own_given.choice.format, 0, 0,
     "Format of the logs; unless given, by content", 0},
    {"step-col", CLI_TEXT, &own_given.choice.step, 0, 0, "Name of the step", 0},
    {"rate-col", CLI_TEXT, &own_given.choice.rate, 0, 0, "Name of the rate", 0},
    {"loss-col", CLI_TEXT, &own_given.choice.train_loss, 0, 0, "Name of the training loss", 0},
    {"validation-col", CLI_TEXT, &own_given.choice.validation_loss, 0, 0,
     "Name of the validation loss", 0},
    {"run", CLI_TEXT, &own_given.choice.run, 0, 0, "Which run of a chart of several", 0},
    {"resamples", CLI_INT, &own_given.resamples, 20, 1e5, "Of the bootstrap", 0},
    {"seed", CLI_INT, &own_given.seed, 0, INT32_MAX, "Of the bootstrap", 0},
    {"out", CLI_TEXT, &own_given.out, 0, 0, "CSV file to write", 1},
    {"json", CLI_FLAG, &own_given.json, 0, 0, "Answer in JSON", 1},
    {"quiet", CLI_FLAG, &own_given.quiet, 0, 0, "No warnings", 1},
};
enum { COMMON = sizeof common / sizeof *common };

static void check_count(const char *option, int count, int logs)
{
    if (count && count != logs)
        die_usage("--%s is given %d time%s for %d log%s: give one for each --log, in order", option,
                  count, count == 1 ? "" : "s", logs, logs == 1 ? "" : "s");
}

void own_check_out(const char *option, const char *path)
{
    const CliTexts *read[] = {&own_given.logs, &own_given.rate_logs};
    for (int r = 0; r < 2 && path; r++)
        for (int k = 0; k < read[r]->count; k++)
            if (files_same(path, read[r]->value[k]))
                die_usage("--%s %s would be written over the log: choose another file", option,
                          path);
}

void own_parse(const char *program, const char *about, const char *examples, int count,
               const CliOption *own, int argc, char **argv)
{
    CliOption options[OWN_OPTIONS];
    memcpy(options, common, sizeof common);
    if (count) memcpy(options + COMMON, own, (size_t)count * sizeof *own);
    char *formats = log_formats();
    char *text = format_text("%s Formats of logs:\n%s", about, formats);
    Cli cli = {.program = program,
               .about = text,
               .examples = examples,
               .count = COMMON + count,
               .options = options};
    cli_parse(&cli, argc, argv);
    if (!own_given.logs.count) die_usage("expected --log FILE; see %s --help", program);
    check_count("rate-log", own_given.rate_logs.count, own_given.logs.count);
    if (own_given.schedules.count > own_given.logs.count)
        check_count("schedule", own_given.schedules.count, own_given.logs.count);
    own_law();
    own_check_out("out", own_given.out);
    progress_enable(!own_given.quiet);
    free(formats);
    free(text);
}

void own_check_schedules(void)
{
    check_count("schedule", own_given.schedules.count, own_given.logs.count);
}

const Law *own_law(void)
{
    const Law *law = law_find(own_given.law);
    if (law->ends_only || law->sized)
        die_usage("--law %s is for many runs at once, not for curves of one network", law->name);
    return law;
}

static TrainingLog *read_files(int k)
{
    TrainingLog *read = log_read(own_given.logs.value[k], &own_given.choice, LOG_HOLDS_LOSS);
    if (!own_given.rate_logs.count) return read;
    TrainingLog *rates = log_read(own_given.rate_logs.value[k], NULL, LOG_HOLDS_RATE);
    log_join(read, rates);
    log_free(rates);
    return read;
}

static const char *schedule_given(int k)
{
    const CliTexts *given = &own_given.schedules;
    int at = k - (own_given.logs.count - given->count); /* fewer: of the last logs */
    if (at < 0 || !strcmp(given->value[at], "log")) return NULL;
    return given->value[at];
}

Logged own_log_read(int k, int64_t least)
{
    TrainingLog *read = read_files(k);
    Logged log = logged_take(read, &(LoggedOptions){.schedule = schedule_given(k),
                                                    .steps = own_given.steps,
                                                    .warmup = own_given.warmup,
                                                    .loss = own_given.loss,
                                                    .from = own_given.from,
                                                    .least = least,
                                                    .has_options = true});
    log_free(read);
    return log;
}
