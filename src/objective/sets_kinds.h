/* The table behind set_open(): each kind reads its own keys and makes its design. */
#ifndef OBJECTIVE_SETS_KINDS_H
#define OBJECTIVE_SETS_KINDS_H

#include "base/rng.h"
#include "base/spec.h"
#include "compute/design.h"

#include <stdbool.h>

typedef struct {
    const char *name;
    Design *(*make)(const Spec *spec, Rng *rng); /* synthetic kinds */
} SyntheticKind;

enum { REAL_FILES = 2, REAL_CLASSES = 3 };

typedef struct {
    const char *name;
    const char *file[REAL_FILES]; /* below the data cache: a text table, or IDX images and labels */
    int64_t skip_lines;           /* before the numbers of a text table */
    const char *classes[REAL_CLASSES]; /* names of the labels 0, 1, …, where they have names */
    const char *positive, *negative;   /* when the spec does not choose */
    bool standardise;                  /* columns to mean 0 and deviation 1 first */
} RealKind;

const SyntheticKind *synthetic_kind(const char *name); /* NULL on another name */
const RealKind *real_kind(const char *name);           /* NULL on another name */

/* All names, for the message on an unknown one. */
const char *synthetic_names(void);
const char *real_names(void);

Design *real_make(const RealKind *kind, const Spec *spec, const char *data);

#endif
