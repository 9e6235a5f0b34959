/* The verb `advise`: what its files share. */
#ifndef ANNEALING_LAW_ADVISE_H
#define ANNEALING_LAW_ADVISE_H

#include "own_log.h"

#include "fit/advice.h"

enum { ADVISE_NOTES = 16 };

typedef struct {
    int64_t steps;
    double peak;
    const char *laws, *python;
} AdviseOptions;

extern AdviseOptions advise_given;

/* A schedule that may be advised; the last two only compare. */
typedef struct {
    double decay; /* as a share of the steps */
    const char *shape;
    double floor; /* as a share of the peak */
    char *text;   /* as on the command line */
} Candidate;

typedef struct {
    int64_t warmup, steps;
    double peak;
    int64_t count, offered, cliff, cosine; /* cliff, cosine: candidates to compare with */
    Candidate *candidate;
    LawRun *run;
} Candidates;

/* ---- advise_schedules.c */
Candidates candidates_create(int64_t steps, double peak, int64_t warmup);
void candidates_free(Candidates *candidates);

typedef struct {
    int count;
    Logged *logs;
    int laws;
    FitResult fit[ADVICE_LAWS];
    Candidates candidates;
    Advised advised;
    int notes;
    char *note[ADVISE_NOTES];
} AdviseReport;

double advise_loss(const AdviseReport *report, int law, int64_t candidate);
/* The smallest and the largest decay share, of the choice's shape and floor, whose loss is within
 * ADVICE_EQUAL of that law's best. */
void advise_plateau(const AdviseReport *report, int law, double *low, double *high);

/* ---- advise_report.c */
void advise_print(const AdviseReport *report);
void advise_print_json(const AdviseReport *report);

/* ---- advise_export.c: step,rate rows, and a function for PyTorch's LambdaLR */
void advise_write_csv(const char *path, const Candidates *candidates, int64_t choice);
void advise_write_python(const char *path, const Candidates *candidates, int64_t choice);

#endif
