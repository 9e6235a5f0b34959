/* Keys of a spec with the range they must lie in: one sentence and exit 2 outside of it. */
#ifndef NETWORK_KEYS_H
#define NETWORK_KEYS_H

#include "base/spec.h"

/* The key's value within low … high, both ends included. */
double key_real(const Spec *spec, const char *key, double otherwise, double low, double high);
int64_t key_int(const Spec *spec, const char *key, int64_t otherwise, int64_t low, int64_t high);
bool key_bool(const Spec *spec, const char *key, bool otherwise); /* 0 or 1 */

/* The number of the key's value among `count` words; the first word where it is not given. */
int key_choice(const Spec *spec, const char *key, int count, const char *const words[]);

/* The key's value, itself a spec, whose commas were written as semicolons:
 * "by=hankel:tolerance=1e-12;self=0.05". The caller frees. */
char *key_spec(const Spec *spec, const char *key, const char *otherwise);

#endif
