/* Fitting laws to observed losses: robust, from many starts, down to the optimum.
 *
 *     minimise  Σ_i w_i Huber_δ(ln L̂_i − ln L_i)      over the box of the law's bounds
 *
 * (arXiv 2408.11029, equation 6; a law marked raw takes L̂ − L), δ = 1e-3. Each start is run by
 * L-BFGS-B, the best is polished by Newton steps until the projected gradient is rounding.
 * Starts run in parallel, each to the same bytes on any number of threads. */
#ifndef FIT_FIT_H
#define FIT_FIT_H

#include "base/stats.h"
#include "law/law.h"

#define FIT_DELTA 1e-3

typedef struct FitData FitData;

/* Features of `count` runs under a law, made once. Runs must outlive them. */
FitData *fit_data(const Law *law, int64_t count, const LawRun *const *runs);
void fit_data_free(FitData *data);
int64_t fit_points(const FitData *data);

/* Makes fits of λ cost O(points) an evaluation, at the error of law/memories.h. */
void fit_tabulate(FitData *data);

typedef enum {
    FIT_SOLVED, /* the nonlinear parameters on their grid, the linear ones by least squares */
    FIT_GRID,   /* every parameter on its grid: 54 starts for the annealing law, as its authors */
} FitStarts;

typedef struct {
    FitStarts starts;
    double pinned[LAW_MAX_PARAMETERS]; /* a value to keep; NaN: as the law says; inf: to fit */
    int scanned;                       /* parameter fitted once per value of the scan; −1: none */
    int64_t scan_count;
    const double *scan;
    bool refine;          /* after the scan, fit that parameter too, from the best value */
    const double *weight; /* fit_points() of them in order of runs; NULL: ones */
} FitOptions;

/* The options that a law's authors used: nothing pinned, scanned or weighted. */
FitOptions fit_options(void);

typedef struct {
    const Law *law;
    double theta[LAW_MAX_PARAMETERS];
    double error[LAW_MAX_PARAMETERS]; /* standard errors, as if residuals were independent */
    double objective;                 /* Σ w Huber, in the paper's unit */
    double gradient; /* largest projected gradient of mean Huber / δ², in scaled coordinates */
    int free_count;
    bool is_free[LAW_MAX_PARAMETERS];
    bool at_bound[LAW_MAX_PARAMETERS];
    bool unknown[LAW_MAX_PARAMETERS]; /* the data do not determine it: do not read its value */
    bool has_decay;                   /* some loss feels the law's law_gain(), known or not */
    int64_t starts, finalists;        /* the best of the first are run to the end */
    int64_t agreed;                   /* finalists that ended within 1e-6 of the best */
    int64_t evaluations;
} FitResult;

/* scan_objective: scan_count values, or NULL. */
FitResult fit_run(FitData *data, const FitOptions *options, double *scan_objective);

/* How well a fitted law predicts runs, those it was fitted to or others. */
typedef struct {
    int64_t points;
    double r2, mae, rmse;
    double relative; /* mean |L̂ − L| / L */
    double worst;    /* largest |L̂ − L| / L */
} FitQuality;

FitQuality fit_quality(const FitResult *fit, const LawRun *run);

/* How far neighbouring points of a run scatter, as a share of the loss: the root mean square of the
 * second differences of ln L over √6, which is the deviation of independent noise on a curve that
 * is straight between neighbours. The first quarter, where curves bend, is left out; NaN below 12
 * points. */
double fit_noise(const LawRun *run);

/* The mean of each number over runs, as the tables of arXiv 2503.12811 take it. */
FitQuality fit_quality_mean(const FitResult *fit, int64_t count, const LawRun *const *runs);

#endif
