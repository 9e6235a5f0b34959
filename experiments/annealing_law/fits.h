/* Laws as they are compared: the same fit for all, and a row of trials.csv for each schedule. */
#ifndef ANNEALING_LAW_FITS_H
#define ANNEALING_LAW_FITS_H

#include "studies.h"

#include "fit/fit.h"
#include "law/run.h"

#include <stdbool.h>

/* A set of runs of one world: the first `fitted` are fitted to, the rest is unseen. */
typedef struct {
    int64_t count, fitted;
    const LawRun *const *run;
    const char *name; /* of the fitted ones, as in the column `fitted` */
    double memory;    /* 1 / (1 − λ) of the published law, in steps */
} FitSet;

/* A variant by name: "annealing" (λ as published), "annealing_refit" (λ fitted to the curves) or
 * the name of another law. Exit 2 on an unknown one. */
FitResult fits_run(const char *variant, const FitSet *set);

/* The cells of a row for one run; for none: the fit alone. */
LawCells fits_cells(const char *variant, const FitSet *set, const FitResult *fit,
                    const FitQuality *quality);

/* A row for every run (its end as measured and predicted), one for the fitted and one for the
 * unseen ones in the mean. */
void fits_write(const char *variant, const FitSet *set, const FitResult *fit, const Row *like,
                const StudyJob *job);

/* The mean over the unseen runs, or over the fitted ones, alone. */
void fits_write_mean(const char *variant, const FitSet *set, const FitResult *fit, const Row *like,
                     bool unseen, const StudyJob *job);

/* The same mean, under another name, where the law was fitted to all runs of the set, these too: is
 * an error on unseen runs the law's, or that of fitting it to a few? */
void fits_write_all(const char *variant, const char *name, const FitSet *set, const Row *like,
                    const StudyJob *job);

/* Lambda held at each of a grid of memories: its objective and its error on the unseen runs. */
void fits_scan(const FitSet *set, const Row *like, const StudyJob *job);

/* A row of curves.csv for every point of every run. */
void fits_curves(const FitSet *set, const FitResult *fit, const StudyJob *job);

/* The loss that a fit predicts at the end of a schedule. */
double fits_end(const FitResult *fit, const char *schedule, int64_t steps, double peak);

#endif
