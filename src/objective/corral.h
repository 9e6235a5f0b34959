/* The corral of Wolfe's algorithm: a few affinely independent points s_k (rows of
 * S) with a Cholesky factor of 11' + S S' that follows as points come and go.
 *
 * The nearest point to the origin in the points' affine hull is sum u_k s_k with
 * (11' + S S') u = 1, divided by the sum of u (Wolfe 1976, section 6). */
#ifndef OBJECTIVE_CORRAL_H
#define OBJECTIVE_CORRAL_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t dimension, room, count;
    double *point;  /* room x dimension */
    double *factor; /* room x room, lower triangle, row by row */
    double *weight; /* room: the convex combination in use */
    double *affine; /* room: corral_solve()'s answer */
    int64_t *name;  /* room: the caller's number of each point */
} Corral;

Corral *corral_create(int64_t dimension, int64_t room);
void corral_free(Corral *corral);

/* Takes in a point with weight 0; false when it depends on the others or there is no room. */
bool corral_add(Corral *corral, int64_t name, const double *point);
void corral_remove(Corral *corral, int64_t k);

/* affine: the weights (of sum 1, some perhaps negative) of the affine hull's nearest point. */
void corral_solve(Corral *corral);

/* x = sum weight_k s_k */
void corral_combine(const Corral *corral, double *x);

#endif
