/* The verb `train`: a small network on any text file, under any schedule. */
#include "train.h"

#include "base/die.h"
#include "base/hash.h"
#include "io/cli.h"
#include "io/files.h"
#include "io/progress.h"
#include "studies.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

static TrainOptions given = {
    .model = "transformer:layers=2,width=64,heads=4,context=64",
    .optimizer = "adamw:beta2=0.95,decay=0.1,clip=1",
    .schedule = "wsd",
    .folder = "data/cache",
    .device = "cpu",
    .precision = "",
    .steps = 2000,
    .seed = 1,
    .batch = 8,
    .evaluation_batches = 20,
    .rate = 3e-3,
    .save_every = 10,
};

static const CliOption options[] = {
    {"data", CLI_TEXT, &given.data, 0, 0, "A text file, or KIND:key=value,… (see above)", 0},
    {"schedule", CLI_TEXT, &given.schedule, 0, 0,
     "NAME or NAME:key=value,…; annealing_law schedule --help lists them", 0},
    {"steps", CLI_INT, &given.steps, 1, 1e12, "Updates, and length of the schedule", 0},
    {"rate", CLI_REAL, &given.rate, 1e-300, 1e300, "Peak rate, where the schedule does not say", 0},
    {"seed", CLI_INT, &given.seed, 0, INT32_MAX, "Seed of the start and of the batches", 0},
    {"log", CLI_TEXT, &given.log, 0, 0, "CSV file to write", 1},
    {"model", CLI_TEXT, &given.model, 0, 0, "Network", 0},
    {"optimizer", CLI_TEXT, &given.optimizer, 0, 0, "Optimizer", 0},
    {"batch", CLI_INT, &given.batch, 1, 1e6, "Sequences (or images) of a step", 0},
    {"log-every", CLI_INT, &given.log_every, 0, 1e12, "Steps of a row; 0: 200 rows", 0},
    {"evaluate-every", CLI_INT, &given.evaluate_every, 0, 1e12,
     "Steps between validation losses, a multiple of --log-every; 0: about 20 of them", 0},
    {"evaluation-batches", CLI_INT, &given.evaluation_batches, 0, 1e9,
     "Batches of a validation loss; 0: the whole validation part", 0},
    {"checkpoint", CLI_TEXT, &given.checkpoint, 0, 0, "Where to save; unless given, LOG.checkpoint",
     1},
    {"save-every", CLI_REAL, &given.save_every, 0, 1e9, "Seconds between saves of log and state",
     1},
    {"resume", CLI_FLAG, &given.resume, 0, 0, "Go on from the checkpoint; an error without one", 1},
    {"fresh", CLI_FLAG, &given.fresh, 0, 0, "Start over, whatever was saved", 1},
    {"data-folder", CLI_TEXT, &given.folder, 0, 0, "Folder of the data sets of data/MANIFEST", 1},
    {"device", CLI_TEXT, &given.device, 0, 0, "Where to compute: cpu or cuda", 1},
    {"precision", CLI_TEXT, &given.precision, 0, 0,
     "Products on a GPU: float32 (also when empty), tf32, or bfloat16 (a transformer's "
     "activations too)",
     0},
    {"threads", CLI_INT, &given.threads, 0, 1024, "Threads; 0: as many as OMP_NUM_THREADS", 1},
    {"dry-run", CLI_FLAG, &given.dry_run, 0, 0, "Say what memory and work it takes; run nothing",
     1},
    {"quiet", CLI_FLAG, &given.quiet, 0, 0, "No progress line", 1},
};

static char *describe(void)
{
    char *text = format_text(
        "Trains a small network and logs the rate, the training and the validation loss. The same "
        "command goes on where it was stopped (Ctrl-C, a crash), and the log has the same bytes "
        "as without a stop. A value names a kind, and its keys behind a colon: KIND:key=value,…");
    text = cli_with_kinds(text, "Data:\n  PATH             any text file, byte by byte",
                          data_kind_count(), data_kind_name, data_kind_help);
    text = cli_with_kinds(text, "Models:", model_kind_count(), model_kind_name, model_kind_help);
    return cli_with_kinds(text, "Optimizers (all: decay, clip):", optimizer_kind_count(),
                          optimizer_kind_name, optimizer_kind_help);
}

static Cli make_cli(const char *program)
{
    return (Cli){
        .program = program,
        .about = describe(),
        .examples =
            "  annealing_law train --data book.txt --schedule wsd --steps 2000 --log run.csv\n"
            "  annealing_law train --data book.txt --schedule 'cosine:floor=0.1' --rate 3e-3 "
            "--log run.csv\n"
            "  annealing_law train --data corpus:name=gcide --model "
            "transformer:layers=4,width=128,heads=4,context=64 --dry-run",
        .count = sizeof options / sizeof *options,
        .options = options};
}

/* 200 rows and 20 validation losses, unless told otherwise. */
static void choose_intervals(void)
{
    if (given.log_every == 0) given.log_every = given.steps > 200 ? given.steps / 200 : 1;
    if (given.evaluate_every == 0) {
        int64_t rows = given.steps / given.log_every / 20;
        given.evaluate_every = given.log_every * (rows > 0 ? rows : 1);
    }
    if (given.evaluate_every % given.log_every)
        die_usage("--evaluate-every %lld is no multiple of --log-every %lld",
                  (long long)given.evaluate_every, (long long)given.log_every);
}

/* Nothing of the user's is written over, unless asked. */
static void check_files(void)
{
    if (!given.log) die_usage("expected --log FILE; see annealing_law train --help");
    if (!given.checkpoint) given.checkpoint = format_text("%s.checkpoint", given.log);
    char *data = data_file(given.data, given.folder);
    if (data && (files_same(data, given.log) || files_same(data, given.checkpoint)))
        die_usage("%s is trained on: choose another file for --log or --checkpoint", data);
    free(data);
    if (given.fresh && given.resume) die_usage("--fresh and --resume exclude each other");
    bool saved = files_exist(given.checkpoint);
    if (given.resume && !saved) die("%s: there is no checkpoint to go on from", given.checkpoint);
    if (!given.fresh && !saved && files_exist(given.log))
        die_usage("%s: is there already, without a checkpoint; choose another --log, or --fresh to "
                  "write over it",
                  given.log);
}

/* All that the numbers depend on, the data's bytes included. The caller frees. */
static char *configuration_of(const Cli *cli, const Setup *setup)
{
    char *text = NULL, *file = data_file(given.data, given.folder);
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) die("out of memory: the configuration of a run");
    cli_write(stream, cli);
    fprintf(stream, "run.schedule = %s\n", schedule_text(setup->schedule));
    if (file) fprintf(stream, "run.data = %s\n", hash_file(file).hex);
    fclose(stream);
    free(file);
    return text;
}

int train_main(int argc, char **argv)
{
    Cli cli = make_cli(argv[0]);
    cli_parse(&cli, argc, argv);
    if (!given.data) die_usage("expected --data FILE; see annealing_law train --help");
    choose_intervals();
    if (backend_precision(given.device, given.precision) == PRECISION_FLOAT32)
        given.precision = ""; /* the same configuration as without the option */
    if (!given.dry_run) check_files();
    if (given.threads > 0) omp_set_num_threads((int)given.threads);
    progress_enable(!given.quiet);

    SetupOptions opening = {.device = given.device,
                            .precision = given.precision,
                            .folder = given.folder,
                            .data = given.data,
                            .model = given.model,
                            .optimizer = given.optimizer,
                            .schedule = given.schedule,
                            .batch = given.batch,
                            .steps = given.steps,
                            .rate = given.rate,
                            .seed = (uint64_t)given.seed,
                            .dry = given.dry_run};
    Setup setup = setup_open(&opening);
    int code = EXIT_SUCCESS;
    if (given.dry_run) {
        train_print_dry_run(&given, &setup);
    } else {
        train_print_found(&given, &setup);
        char *configuration = configuration_of(&cli, &setup);
        code = train_run(&given, &setup, configuration);
        free(configuration);
    }
    setup_free(&setup);
    return code;
}
