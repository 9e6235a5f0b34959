/* Laws of loss curves: what loss does this schedule reach at that step?
 *
 * A law is a row of a table: its parameters with their bounds and starting grids, how it
 * prepares what does not depend on them (features of a schedule at the asked steps), and
 * its value with the exact gradient. Every law splits into three parts:
 *     loss = floor + progress − annealing
 * what is never reached, what falls with the steps made, and what lowering the rate gained. */
#ifndef LAW_LAW_H
#define LAW_LAW_H

#include "law/decays.h"
#include "law/memories.h"
#include "law/path.h"

#include <stdbool.h>

enum { LAW_MAX_PARAMETERS = 9, LAW_COLUMNS = 3, LAW_PARTS = 3 };
enum { LAW_FLOOR, LAW_PROGRESS, LAW_ANNEALING };

/* In which coordinate a fit moves a parameter. */
typedef enum {
    LAW_PLAIN,     /* x */
    LAW_LOG,       /* ln x */
    LAW_BELOW_ONE, /* −ln(1 − x): the memory of λ in steps, by its order of size */
} LawScale;

typedef struct {
    const char *name, *unit;
    double low, high;             /* bounds of the fit, both included */
    double start_low, start_high; /* the grid of starts: `starts` points, linear in x */
    int starts;
    double typical; /* its order of size: the unit of a PLAIN coordinate */
    LawScale scale;
    bool linear; /* the loss is linear in all such parameters together */
    bool fixed;  /* kept at start_low unless a fit is told to free it */
    bool gains;  /* what a decay of the rate gains: the annealing part is in proportion to it */
} LawParameter;

typedef struct Law Law;

/* A schedule at the asked steps, as one law needs it. */
typedef struct {
    const Law *law;
    const LawPath *path; /* not owned */
    int64_t points;
    const int64_t *step;         /* not owned */
    double *column[LAW_COLUMNS]; /* points each; what they hold is said in the law's file */
    double tuned;                /* the λ that columns 1 and 2 were made for */
    DecayTerms *terms;           /* NULL for laws without such a sum */
    Memories *memories;          /* NULL unless asked for: S2 for every λ */
} LawFeatures;

struct Law {
    const char *name;
    const char *title, *formula, *source;
    int count;
    LawParameter parameter[LAW_MAX_PARAMETERS];
    bool raw;       /* its authors fit loss itself, not its logarithm */
    bool ends_only; /* made for last points, not for curves */
    bool sized;     /* in the model's size N: for runs of several sizes */
    bool blocks;    /* sums over decays: a block of points can be had, and at less memory, alone */
    void (*prepare)(LawFeatures *features);
    /* Makes the features that depend on fixed parameters for these; NULL: there are none. */
    void (*tune)(LawFeatures *features, const double *theta);
    /* loss: points; gradient: points x count, row by row, or NULL; parts: LAW_PARTS x points or
     * NULL. Reads the features only, so threads may share them. */
    void (*value)(const LawFeatures *features, const double *theta, double *loss, double *gradient,
                  double *parts);
};

/* Exit 2 with the list of names on an unknown one. */
const Law *law_find(const char *name);
int law_count(void);
const Law *law_at(int index);

/* The index of a parameter by its name, −1 when there is none. */
int law_parameter(const Law *law, const char *name);

/* The index of the parameter that says what a decay of the rate gains, −1 for a law without one.
 */
int law_gain(const Law *law);

/* Path and steps must outlive the features. Steps ascend; law_features_free() frees. */
LawFeatures *law_features(const Law *law, const LawPath *path, int64_t points, const int64_t *step);
void law_features_free(LawFeatures *features);

/* From now on λ costs nothing to move; nothing is done for laws without it. See law/memories.h. */
void law_features_tabulate(LawFeatures *features);

/* The loss that `theta` predicts at ascending steps, in blocks, so that every step of a long
 * schedule may be asked for. parts: LAW_PARTS x points, or NULL. */
void law_predict(const Law *law, const double *theta, const LawPath *path, int64_t points,
                 const int64_t *step, double *loss, double *parts);

/* The same under the rates of a run, whatever its own points. */
void law_predict_run(const Law *law, const double *theta, const LawRun *run, int64_t points,
                     const int64_t *step, double *loss);

#endif
