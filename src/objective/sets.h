/* Named data sets as design matrices: one row of a table each, synthetic or real.
 *
 *   single                             one row x = 1
 *   scalars:a1=1,n1=199,a2=0.01,n2=1   one-dimensional rows with multiplicities, up to a9
 *   pair:gamma=0.1                     (gamma, c), (gamma, -c/2), c² + gamma² = 1: the lower
 *                                      bound of 2402.15926, theorem 3
 *   hard:gamma=0.2,p=0.7,q=0.5         that pair and (p, q, r) of length 1
 *   imbalanced:n=1000                  (0.5, -1) once, (0.5, 1) n - 1 times (Tyurin 2025)
 *   toy                                (1, .2), (-2, .2), twice each (2402.15926, figure 1)
 *   spread:n=50,d=20,gamma=0.2         margins uniform in [gamma, 0.9] on the first axis, random
 *                                      across it, two opposite rows of length 1 at gamma itself
 *   random:n=200,d=20,gamma=0.1        length 1, each gamma along the first axis, isotropic across
 *   mixture:n=100,d=12,gamma=0.15,noise=0   a population, for risk: see below
 *   digits:positive=0,negative=1       8 x 8 pixels, 0 to 16; the default is 0 against the rest
 *   iris:positive=setosa, wine:positive=0, breast     standardised columns
 *   fashion:positive=1,negative=9      28 x 28 pixels, the 60000 for training
 *   file:path=FILE,positive=LABEL,negative=LABEL,bias=1     the user's own
 *
 * Real sets: negative=rest (the default but for fashion) takes every other class.
 * A constant column is added: as large as the largest feature, 1 where columns
 * are standardised. All rows are then scaled so that the longest has length 1.
 *
 * mixture: gamma along the first axis; across it t sqrt(1 - gamma²), where t is
 * +1 (two times in three) or -1/2 on the second axis plus normal noise of length
 * 1/2 or so, shortened to length 1 where it is longer. The first axis separates every
 * sample with margin gamma, but the mean row leans far to the second, and a large first step with
 * it. noise: the share of rows with the wrong label. Samples of one stream are
 * prefixes of each other; another stream is a fresh sample of the same population. */
#ifndef OBJECTIVE_SETS_H
#define OBJECTIVE_SETS_H

#include "base/rng.h"
#include "compute/design.h"
#include "io/dataset.h"

/* The design named by a spec. data: folder of the data cache. rng: for the random
 * kinds. NULL when a real set's files are not there (set_missing_file says which). */
Design *set_open(const char *spec, const char *data, Rng rng);

/* Ends the program (exit 2) with the list of names when the spec names no set. */
void set_check(const char *spec);

/* The first file that a real set needs and does not find, NULL when none is missing; the
 * caller frees it. */
char *set_missing_file(const char *spec, const char *data);

/* The files that a set reads and that are there (none for synthetic ones, the user's for file:),
 * at most `room`; the caller frees each. */
int set_files(const char *spec, const char *data, int room, char *paths[]);

/* The design of a labelled data set: label > 0 (or == positive) against the rest (or only
 * == negative); `bias` adds a constant column, as large as the largest feature; scale_rows makes
 * the longest row's length 1. One sentence and exit 1 when not exactly two classes remain or all
 * features are 0; a warning for constant columns. In the narrowest exact storage. */
typedef struct {
    /* Class labels; NaN: positive means label > 0, negative means the rest. */
    double positive, negative;
    bool bias, scale_rows;
} DesignChoice;
Design *set_from_dataset(const Dataset *dataset, const DesignChoice *choice, const char *name);

#endif
