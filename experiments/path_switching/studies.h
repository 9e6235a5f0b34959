/* The studies of path_switching: configuration, rows, and what they share.
 *
 * A trial trains one group of arms (paradigms under short names) with one seed, each shared
 * segment once, and writes a row of trials.csv for every arm, version and domain of text. What
 * the columns mean is in README.md beside this file. */
#ifndef PATH_SWITCHING_STUDIES_H
#define PATH_SWITCHING_STUDIES_H

#include "io/cli.h"
#include "trial/program.h"
#include "trial/study.h"

typedef struct {
    const char *studies;
    const char *texts; /* corpora of data/MANIFEST that all versions are made of */
    const char *model, *optimizer;
    int64_t versions, steps, batch, warmup; /* steps: T, updates of one version's data */
    double peak, floor;
    int64_t seeds, evaluation_batches;
    /* Arms of each study: words NAME=PARADIGM; '/' parts groups that are trained one by one. */
    const char *version_arms, *equal_arms, *stage_arms, *decay_arms, *shape_arms, *domain_arms,
        *size_arms, *horizon_arms, *prediction_arms, *schedule_arms;
    const char *size_models, *size_peaks; /* sizes: P8; a peak for each model, or one for all */
    const char *horizons, *horizon_peaks; /* horizons: P9, steps and peaks */
    int64_t more_seeds;                   /* of the studies behind versions and equal */
    int64_t record_every;                 /* prediction: updates between losses of a curve */
    int64_t shown_steps;                  /* schedules: T of the rates that are drawn */
} Config;

extern Config config;
extern const CliOption study_options[];
extern const int study_option_count;
extern const ProgramOptions *frame;
extern const char *run_key; /* names configuration, texts and build */

/* One row of trials.csv. */
typedef struct {
    const char *study, *arm, *paradigm; /* the short name; the paradigm spelled out */
    const char *model, *domain;         /* a corpus, or "all": the mean over them */
    int64_t version, versions, steps;   /* steps: T */
    double peak, alpha, replay;
    int64_t level_index; /* of the study's own factor: a horizon, a size, a rate */
    double level;
    int64_t repeat, seed, parameters;
    Outcome outcome;
    int64_t path_steps;     /* updates behind this release */
    int64_t cost_steps;     /* of the arm's versions up to this one, shared ones once */
    int64_t unshared_steps; /* if nothing were shared */
    double formula_steps;   /* the closed formula times T */
    double cost;            /* cost_steps in units of T */
    int64_t run_steps;      /* of the whole trial: all arms of its group, shared ones once */
    double tokens, flops;   /* of cost_steps */
    int64_t kept_bytes, released_bytes;
    double loss, bits, perplexity; /* held-out: nats and bits per byte, exp(loss) */
    double predicted;              /* prediction: by the law */
} Row;

/* curves.csv: along one path. */
typedef struct {
    const char *arm;
    int64_t version, step;
    double rate, loss;
} CurveRow;

/* The tables, by their columns. */
enum { TRIALS, CURVES, TABLES };
extern const Columns study_tables[TABLES];

Row row_begin(const char *study);
void row_set_loss(Row *row, double loss); /* and bits and perplexity */
void row_write(const Row *row, const StudyJob *job);
void curve_write(const CurveRow *row, const StudyJob *job);

extern const Study study_schedules, study_versions, study_equal, study_stages, study_decays,
    study_shapes, study_domains, study_sizes, study_horizons, study_prediction;

/* What would stop every trial is said once, before any: exit 2. */
void config_check(void);

void data_inputs(const ProgramOptions *given, ManifestInputs *inputs);
void summarise(const ProgramOptions *given);

int plan_main(int argc, char **argv);
int run_main(int argc, char **argv);

#endif
