/* The shortest linear recurrence of a sequence modulo p: Berlekamp & Massey 1969. */
#ifndef GRAPH_RECURRENCE_H
#define GRAPH_RECURRENCE_H

#include <stdbool.h>
#include <stdint.h>

/* q[0] s[k] + q[1] s[k + 1] + … + q[K] s[k + K] = 0 for all k, q[K] = 1, the least K: returns K.
 * Certain when count >= 2 K. q: count + 1. */
int64_t recurrence_find(int64_t count, const uint64_t *s, uint64_t *q);

/* quotient = q / (t − 1), of degree `degree`, q of one more. False where 1 is no root of q. */
bool recurrence_divide(int64_t degree, const uint64_t *q, uint64_t *quotient);

#endif
