/* The methods that are compared: a row per method, with the space that it is searched in.
 *
 * A method is an optimizer of src/optim, some keys that are fixed, and ranges. Methods that differ
 * in a fixed key alone (the kind of state, another direction) share their ranges, and so their
 * configurations: configuration k of the one is that of the other but for the key. */
#ifndef ROOT_FREE_METHODS_H
#define ROOT_FREE_METHODS_H

#include "optim/space.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct Ranges Ranges;

typedef struct {
    const char *name;
    const char *optimizer; /* of optim/optimizer.h */
    const Ranges *ranges;
    const char *fixed; /* "key=value,…"; NULL: none */
    const char *heir;  /* the method that its best numbers are tried on, unchanged; NULL: none */
} MethodRow;

/* Exit 2 with the list of names on an unknown one. */
const MethodRow *method_find(const char *name);
int method_count(void);
const MethodRow *method_at(int number);

/* The text of its space (optim/space.h), with the factor `batch` of methods that have one; the
 * caller frees. */
char *method_space(const MethodRow *method, int64_t batch);

#endif
