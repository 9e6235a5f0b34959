/* Rounds in which every node sends several vectors packed into one message, and the weighted means
 * of what was heard, a vector at a time. */
#ifndef NETWORK_EXCHANGE_H
#define NETWORK_EXCHANGE_H

#include "comm/links.h"
#include "graph/weights.h"

typedef struct Exchange Exchange;

/* parts: how many vectors, of width[p] numbers each. graph and links must outlive it. Free with
 * exchange_free(). */
Exchange *exchange_create(const Digraph *graph, Links *links, int parts, const int64_t *width);
void exchange_free(Exchange *exchange);

/* One round: part[p] (own nodes x width[p]) goes out to all out-neighbours. */
void exchange_round(Exchange *exchange, const double *const part[]);

/* mixed (own nodes x width[p]) = the weighted means of part p of the last round; own: what was sent
 * of it. mixed may not be own. */
void exchange_mix(Exchange *exchange, int p, const Weights *weights, const double *own,
                  double *mixed);

#endif
