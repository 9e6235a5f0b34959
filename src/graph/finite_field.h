/* Ratio consensus modulo a prime, and the functional of each node's values that is the sum.
 *
 * y ← P y in integers modulo p = 2^61 − 1, P column stochastic there: 1 / (1 + out-degree) is the
 * inverse modulo p. Nothing is rounded, so the recurrence that the values of a node obey is found
 * exactly, by Berlekamp and Massey's method, and what follows from it is the exact sum of whole
 * numbers. The floating-point original: Yuan et al. 2013 (Automatica 49), Charalambous et al.
 * 2015; the finite field is ours. A word outside 0 … p − 1 means that something was lost on the
 * way to it. */
#ifndef GRAPH_FINITE_FIELD_H
#define GRAPH_FINITE_FIELD_H

#include "graph/coordination_kinds.h"
#include "graph/field.h"

#define FINITE_LOST UINT64_MAX

typedef struct {
    const Digraph *graph;
    Links *links;
    int64_t diameter;
    int64_t first, count; /* own nodes */
    bool checked;         /* one round more in every run, to see whether the recurrence holds */
    bool has_places;
    int64_t places;  /* binary ones; where not given, agreed on in every run */
    int64_t rounds;  /* of a run */
    uint64_t *share; /* own nodes: 1 / (1 + out-degree) */
    bool *sound;     /* own nodes: what was learned passed its own check */
    uint64_t *sum;   /* own nodes x (rounds + 1): Σ_k sum[k] y[k] = Σ_j y_j[0] */
    uint64_t *zero;  /* the same: Σ_k zero[k] y[k] = 0 */
} FiniteField;

/* Own nodes x width words, replaced by P times all nodes' words. heard: own in-edges x width. */
void finite_field_round(const FiniteField *field, int64_t width, uint64_t *own, uint64_t *heard);

/* Fills rounds, sound, sum and zero; the rest is set. Costs 2 n − 1 rounds of two words and, to
 * agree on the number of rounds, as many as the diameter. */
void finite_field_learn(FiniteField *field, const Coordination *coordination);

#endif
