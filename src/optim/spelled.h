/* Reading a spec's keys while spelling every one of them out.
 *
 * What comes out is the same kind with all its numbers, for logs and run.txt: read
 * again, it means the same whatever the defaults are then. */
#ifndef OPTIM_SPELLED_H
#define OPTIM_SPELLED_H

#include "base/spec.h"

typedef struct {
    const Spec *spec;
    const char *given; /* the whole text, for messages */
    char *text;        /* "kind:key=value,…" of what was read so far; the caller frees */
} Spelled;

/* Nothing is read yet: the text is the kind's name. */
Spelled spelled_start(const Spec *spec, const char *given);

/* The key's value, within low … high (both ends included), else exit 2. */
double spelled_real(Spelled *spelled, const char *key, double otherwise, double low, double high);
int64_t spelled_int(Spelled *spelled, const char *key, int64_t otherwise, int64_t low,
                    int64_t high);
bool spelled_bool(Spelled *spelled, const char *key, bool otherwise); /* 0 or 1 */
const char *spelled_text(Spelled *spelled, const char *key, const char *otherwise);

#endif
