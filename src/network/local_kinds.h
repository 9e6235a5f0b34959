/* What is behind local.h: a form (what the local functions are) and the kinds that make data. */
#ifndef NETWORK_LOCAL_KINDS_H
#define NETWORK_LOCAL_KINDS_H

#include "base/spec.h"
#include "network/local.h"

#include <stdbool.h>

/* Local functions of one form. x, g: dimension. Calls for different nodes may run at once. */
typedef struct {
    void (*gradient)(const void *data, int64_t node, const double *x, double *g);
    double (*value)(const void *data, int64_t node, const double *x);
    /* H (dimension², both triangles) += weight ∇²f_i(x) */
    void (*add_hessian)(const void *data, int64_t node, double weight, const double *x, double *H);
    void (*destroy)(void *data);
    bool quadratic; /* one Newton step minimises */
} LocalForm;

struct LocalProblem {
    int64_t nodes, dimension;
    const LocalForm *form;
    void *data;     /* the form's */
    double *smooth; /* nodes: L_i */
    double *minimiser;
    double least, smooth_mean, strong_mean;
};

typedef struct {
    const char *name, *help;
    /* Fills in everything but what follows from the minimiser. */
    void (*make)(LocalProblem *problem, const Spec *spec, const char *data_folder, uint64_t seed);
} LocalKind;

void local_make_regression(LocalProblem *, const Spec *, const char *data_folder, uint64_t seed);
void local_make_ridge(LocalProblem *, const Spec *, const char *data_folder, uint64_t seed);
void local_make_scalar(LocalProblem *, const Spec *, const char *data_folder, uint64_t seed);
void local_make_logistic(LocalProblem *, const Spec *, const char *data_folder, uint64_t seed);
void local_make_file(LocalProblem *, const Spec *, const char *data_folder, uint64_t seed);

#endif
