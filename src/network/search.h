/* Searches over runs: the best constant step, and where a run begins to diverge. */
#ifndef NETWORK_SEARCH_H
#define NETWORK_SEARCH_H

#include "network/observe.h"

enum { SEARCH_RATES = 22 };

/* The declared grid: SEARCH_RATES rates from 0.00003 to 3 in equal ratios, in units of 1/L, L the
 * mean function's largest curvature. */
double search_rate(int index);

/* Tries the whole grid on a method whose text ends with "rate=": the rate that reaches the target
 * in the fewest iterations, or, where none does, the one that ends nearest. */
typedef struct {
    double rate;
    int reached; /* how many of the grid did */
} SearchResult;
SearchResult search_best_rate(const char *text, const NetworkRun *run, const MethodWorld *world);

/* On two nodes with curvatures 1 and r: the r between low and high, to `tolerance` relative, above
 * which the method's run diverges. NaN where it does not between them. */
double search_edge(const char *method, double low, double high, double tolerance);

/* Where theory puts that edge for the arithmetic mean of the steps safety / L_i: r with
 * (r + 1)² / (4 r) = 2 / safety. */
double search_edge_theory(double safety);

/* How far the nodes are from the minimiser of Σ η_i f_i, η_i the steps they used last: max over
 * nodes |x_i − x_η| / |x*|. Where uncoordinated steps end it is 0. */
double search_weighted_error(const Method *method, const MethodWorld *world);

#endif
