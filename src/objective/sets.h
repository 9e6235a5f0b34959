/* Named data sets as design matrices: one row of a table each, synthetic or real.
 *
 *   single                       one row x = 1
 *   scalars:a1=1,n1=199,a2=0.01,n2=1   one-dimensional rows with multiplicities
 *   pair:gamma=0.1               lower-bound pair (2402.15926, theorem 3)
 *   hard:gamma=0.2,…             that pair and a third row with its own coordinate
 *   imbalanced:n=1000            (0.5, -1) once, (0.5, 1) n - 1 times (Tyurin 2025)
 *   toy                          four points of 2402.15926, figure 1
 *   spread:n=50,d=20,gamma=0.2   margins uniform in [gamma, 0.9], two opposite supports
 *   random:n=200,d=20,gamma=0.1  isotropic, every margin equal to gamma
 *   mixture:n=100,d=12,gamma=0.15,noise=0   a biased population, for risk; noise flips labels
 *   digits:positive=0,negative=1 (negative=rest), iris:positive=setosa, wine:positive=0,
 *   breast, fashion:positive=1,negative=9     real data, rows scaled to length <= 1, bias column
 *   file:path=…,positive=…       the user's own */
#ifndef OBJECTIVE_SETS_H
#define OBJECTIVE_SETS_H

#include "base/rng.h"
#include "compute/design.h"
#include "io/dataset.h"

/* The design named by a spec. data: folder of the data cache. rng: for the random
 * kinds. NULL when a real set's files are not there (set_missing_file says which). */
Design *set_open(const char *spec, const char *data, Rng rng);

/* The first file that a real set needs and does not find; NULL when nothing is missing. The caller
 * frees. */
char *set_missing_file(const char *spec, const char *data);

/* The design of a labelled data set: label > 0 (or == positive) against the rest (or only
 * == negative); `bias` adds a constant column; rows are scaled so that the longest has length 1
 * (scale_rows). Exactly two classes must remain: else one sentence, exit 1. Narrowed. */
typedef struct {
    double positive,
        negative; /* class labels; NaN: positive means label > 0, negative means the rest */
    bool bias, scale_rows;
} DesignChoice;
Design *set_from_dataset(const Dataset *dataset, const DesignChoice *choice, const char *name);

#endif
