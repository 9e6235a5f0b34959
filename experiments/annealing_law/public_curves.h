/* The published loss curves that laws are compared on: where their files are and under which
 * schedules they were made. */
#ifndef ANNEALING_LAW_PUBLIC_CURVES_H
#define ANNEALING_LAW_PUBLIC_CURVES_H

#include "world.h"

enum { PUBLIC_MAX = 9 };

/* A collection: all curves of one network. */
typedef struct {
    const char *name;     /* "25M", "100M": arXiv 2503.12811; "figure2": arXiv 2408.11029 */
    double peak, memory;  /* memory: 1 / (1 − λ) of the annealing law as published, in steps */
    int64_t warmup;       /* in steps */
    LawWarmup counted;    /* as its authors do, or as is right */
    int count, trainings; /* curves; training sets, of the last `trainings` of three, two, one */
    int unseen;           /* the first curve that laws are judged on */
    const struct PublicCurve *curve; /* the training curves first */
} PublicSet;

/* Exit 2 with the list of names on an unknown one. */
const PublicSet *public_find(const char *name);

/* The file of a curve, there or not; the caller frees. */
char *public_file(const PublicSet *set, int curve, const char *folder);

bool public_is_here(const PublicSet *set, const char *folder);

/* observed_free() frees; the run is named after its curve. */
Observed public_read(const PublicSet *set, int curve, const char *folder);

#endif
