/* The configuration: defaults, which are the quick profile, and the option of each. */
#include "studies.h"

Config config = {
    .studies = "schedules runs source",
    .shown_steps = 200,
    .run_data = "corpus:name=gcide",
    .run_schedules = "constant cosine linear wsd multistep_cosine",
    .source_data = "markov:states=32,order=1,seed=1",
    .source_schedules = "wsd",
    .run_model = "transformer:layers=2,width=64,heads=4,context=64",
    .run_optimizer = "adamw:beta2=0.95,decay=0.1,clip=1",
    .run_steps = 1000,
    .run_batch = 8,
    .run_rate = 3e-3,
    .run_records = 100,
    .run_evaluations = 20,
    .run_evaluation_batches = 20,
    .repeats = 4,
};

const CliOption study_options[] = {
    {"studies", CLI_TEXT, &config.studies, 0, 0, "Studies to run", 0},
    {"shown-steps", CLI_INT, &config.shown_steps, 2, 1e6, "Steps of the schedules shown", 0},
    {"run-data", CLI_TEXT, &config.run_data, 0, 0, "Texts of runs", 0},
    {"run-schedules", CLI_TEXT, &config.run_schedules, 0, 0, "Schedules of runs", 0},
    {"source-data", CLI_TEXT, &config.source_data, 0, 0, "Sources of known entropy", 0},
    {"source-schedules", CLI_TEXT, &config.source_schedules, 0, 0, "Schedules on them", 0},
    {"run-model", CLI_TEXT, &config.run_model, 0, 0, "Network", 0},
    {"run-optimizer", CLI_TEXT, &config.run_optimizer, 0, 0, "Optimizer", 0},
    {"run-steps", CLI_INT, &config.run_steps, 1, 1e9, "Steps of a run", 0},
    {"run-batch", CLI_INT, &config.run_batch, 1, 1e6, "Sequences of a step", 0},
    {"run-rate", CLI_REAL, &config.run_rate, 1e-300, 1e300, "Peak rate", 0},
    {"run-records", CLI_INT, &config.run_records, 1, 1e6, "Points of a run's curve, about", 0},
    {"run-evaluations", CLI_INT, &config.run_evaluations, 1, 1e6,
     "Of these, points with a validation loss, about", 0},
    {"run-evaluation-batches", CLI_INT, &config.run_evaluation_batches, 1, 1e6,
     "Batches of a validation loss", 0},
    {"repeats", CLI_INT, &config.repeats, 1, 10000, "Seeds of each run", 0},
};

const int study_option_count = sizeof study_options / sizeof *study_options;
