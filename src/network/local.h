/* A sum of local functions: node i holds f_i, all look for the minimiser of F = (1/n) Σ f_i.
 *
 * Every rank can make the data of every node (they depend on seed and node alone) but only its own
 * nodes' gradients are asked of it. Kinds are a table: "regression:dimension=10,rows=20,ratio=100",
 * "ridge:lambda=0.1", "scalar:ratio=14", "logistic:data=digits,split=label,mixing=0.2",
 * "file:path=ROWS.csv" or "file:path=FOLDER" with a file for each node. Node i has m_i rows and
 *
 *     f_i(x) = 1/(2 m_i) |A_i x − b_i|² + lambda/2 |x|²                       or
 *     f_i(x) = (1/m_i) Σ ln(1 + exp(−y_k a_k·x)) + lambda/2 |x|² */
#ifndef NETWORK_LOCAL_H
#define NETWORK_LOCAL_H

#include <stdint.h>

typedef struct LocalProblem LocalProblem;

/* data_folder: where data sets lie. Exit 2 on a bad text. Free with local_free(). */
LocalProblem *local_create(const char *text, int64_t nodes, const char *data_folder, uint64_t seed);
void local_free(LocalProblem *problem);

int local_kind_count(void);
const char *local_kind_name(int kind);
const char *local_kind_help(int kind);

int64_t local_dimension(const LocalProblem *problem);
int64_t local_nodes(const LocalProblem *problem);

/* g = ∇f_i(x), dimension each; safe from several threads for different nodes. */
void local_gradient(const LocalProblem *problem, int64_t node, const double *x, double *g);
double local_value(const LocalProblem *problem, int64_t node, const double *x);
double local_smooth(const LocalProblem *problem, int64_t node); /* L_i: largest curvature of f_i */

/* The minimiser of F to 1e-12 relative, the value there, L and mu of F there. */
const double *local_minimiser(const LocalProblem *problem);
double local_least(const LocalProblem *problem);
double local_smooth_mean(const LocalProblem *problem); /* largest curvature of F */
double local_strong_mean(const LocalProblem *problem); /* least */

/* The minimiser of Σ w_i f_i: where uncoordinated steps w_i end. out: dimension. */
void local_weighted_minimiser(const LocalProblem *problem, const double *weights, double *out);

#endif
