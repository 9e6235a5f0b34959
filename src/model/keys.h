/* Numbers in the spec of a model, with their limits: exit 2, naming the key, outside of them. */
#ifndef MODEL_KEYS_H
#define MODEL_KEYS_H

#include "base/spec.h"

/* least … most; `otherwise` where the key is not given. */
int64_t keys_int(const Spec *spec, const char *key, int64_t otherwise, int64_t least, int64_t most);

/* A share in [0, 1), 0 where the key is not given: dropout, smoothing. */
double keys_share(const Spec *spec, const char *key);

#endif
