/* The smallest experiment: what tests/test_program.sh runs.
 *
 * A trial draws a few normal numbers and writes them down. It can be told to take
 * its time, to abort or to give up, and leaves a line in OUT/ran.log when it is run. */
#include "base/die.h"
#include "base/rng.h"
#include "io/csv.h"
#include "trial/program.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

static struct {
    int64_t trials, abort_at, give_up_at;
    double pause_s;
} config = {.trials = 12, .abort_at = -1, .give_up_at = -1};

static const CliOption options[] = {
    {"trials", CLI_INT, &config.trials, 1, 1000, "Number of trials", CLI_CONFIGURES},
    {"abort-at", CLI_INT, &config.abort_at, -1, 1000, "Trial that aborts; -1: none",
     CLI_CONFIGURES},
    {"give-up-at", CLI_INT, &config.give_up_at, -1, 1000, "Trial that gives up; -1: none",
     CLI_CONFIGURES},
    {"pause", CLI_REAL, &config.pause_s, 0, 10, "Seconds that a trial takes", CLI_OPERATES},
};

static void note_run(const ProgramOptions *run, int64_t trial)
{
    char *path = format_text("%s/ran.log", run->out);
    FILE *file = fopen(path, "a");
    if (!file) die("%s: cannot be opened", path);
    fprintf(file, "%" PRId64 "\n", trial);
    fclose(file);
    free(path);
}

static void write_trial(Table *trials, int64_t trial, Outcome outcome, double size, double loss)
{
    table_int(trials, trial);
    table_text(trials, trial % 2 ? "odd" : "even");
    table_int(trials, trial / 2);
    table_outcome(trials, outcome);
    table_real(trials, size);
    table_real(trials, loss);
    table_end_row(trials);
}

static void pause_for(double seconds)
{
    struct timespec time = {.tv_sec = (time_t)seconds};
    time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
    nanosleep(&time, NULL);
}

static void run_trial(void *context, int64_t trial, Table *const tables[])
{
    const ProgramOptions *run = context;
    note_run(run, trial);
    pause_for(config.pause_s);
    if (trial == config.abort_at) abort();
    if (trial == config.give_up_at) die("this trial was told to give up");
    Rng rng = rng_stream((uint64_t)run->seed, (uint32_t)trial, RNG_NOISE);
    double loss = 0.0;
    for (int64_t step = 0; step < 3; step++) {
        loss = rng_normal(&rng) / 3.0;
        table_int(tables[1], trial);
        table_int(tables[1], step);
        table_real(tables[1], loss);
        table_end_row(tables[1]);
    }
    write_trial(tables[0], trial, OUTCOME_REACHED, (double)(1 + trial / 2), 10.0 + loss);
}

static void crashed_trial(void *context, int64_t trial, Table *const tables[])
{
    (void)context;
    write_trial(tables[0], trial, OUTCOME_CRASHED, 0.0, 0.0 / 0.0);
}

static double cost(void *context, int64_t trial)
{
    (void)context;
    return (double)(trial % 3);
}

static const char *label(void *context, int64_t trial)
{
    (void)context;
    return trial % 2 ? "odd one" : "even one";
}

static void plan(const ProgramOptions *run, SweepPlan *sweep)
{
    sweep->count = config.trials;
    sweep->table_count = 2;
    sweep->table[0] = (SweepTable){"trials", "trial,side,pair,outcome,size,loss"};
    sweep->table[1] = (SweepTable){"curves", "trial,step,loss"};
    sweep->context = (void *)(uintptr_t)run;
    sweep->run = run_trial;
    sweep->crashed = crashed_trial;
    sweep->cost = cost;
    sweep->label = label;
}

static void summarise(const ProgramOptions *run)
{
    char *path = format_text("%s/trials.csv", run->out);
    Csv *csv = csv_read(path);
    Table *summary = table_create(run->out, "summary", "trials");
    table_int(summary, csv_rows(csv));
    table_end_row(summary);
    table_close(summary);
    csv_free(csv);
    free(path);
}

static int greet(int argc, char **argv)
{
    const char *name = "you";
    const CliOption table[] = {{"name", CLI_TEXT, &name, 0, 0, "Whom to greet", CLI_OPERATES}};
    Cli cli = {.program = argv[0], .about = "Greets.", .count = 1, .options = table};
    cli_parse(&cli, argc, argv);
    printf("hello, %s\n", name);
    return 0;
}

static const ProgramVerb verbs[] = {{"greet", "greet somebody", greet}};

int main(int argc, char **argv)
{
    const Program program = {.name = "tiny",
                             .about = "Draws a few numbers.",
                             .examples = "  tiny --trials 4",
                             .option_count = sizeof options / sizeof *options,
                             .options = options,
                             .plan = plan,
                             .summarise = summarise,
                             .verb_count = 1,
                             .verbs = verbs};
    return program_main(&program, argc, argv);
}
