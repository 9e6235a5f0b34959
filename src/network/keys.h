/* Keys of a spec beside the numbers of graph/keys.h: words, switches, and specs within specs. */
#ifndef NETWORK_KEYS_H
#define NETWORK_KEYS_H

#include "graph/keys.h"

#include <stdbool.h>

bool key_bool(const Spec *spec, const char *key, bool otherwise); /* 0 or 1 */

/* The number of the key's value among `count` words; the first word where it is not given. */
int key_choice(const Spec *spec, const char *key, int count, const char *const words[]);

/* The key's value, itself a spec, whose commas were written as semicolons:
 * "by=hankel:tolerance=1e-12;self=0.05". The caller frees. */
char *key_spec(const Spec *spec, const char *key, const char *otherwise);

#endif
