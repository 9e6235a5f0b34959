/* What is behind method.h: a method's memory, and a row of the table for each kind. */
#ifndef NETWORK_METHOD_KINDS_H
#define NETWORK_METHOD_KINDS_H

#include "base/spec.h"
#include "network/exchange.h"
#include "network/method.h"
#include "network/steps.h"

enum { METHOD_VECTORS = 24 };

typedef struct {
    const char *name, *help;
    bool wants_undirected;
    const StepsDefaults *steps;
    /* Which of the weights mix the iterates and the trackers, and whether the step is taken before
     * mixing: of method_tracking.c. */
    WeightsKind mixes, tracks;
    bool adapts_first;
    /* Makes the vectors that the kind keeps and reads its keys; the iterates are 0. */
    void (*begin)(Method *method, const Spec *spec);
    void (*step)(Method *method);
} MethodKind;

struct Method {
    const MethodKind *kind;
    MethodWorld world;
    void (*step)(Method *method); /* the kind's, where its begin() does not choose another */
    int64_t first, count;         /* own nodes */
    int64_t dimension, size;      /* size: own nodes x dimension */
    int64_t iteration;            /* of those finished */
    int64_t gradients;
    bool trusted;
    Steps *steps;
    Exchange *exchange;
    Weights weights[WEIGHTS_KINDS]; /* made when first asked for */
    int owned;
    double *memory[METHOD_VECTORS]; /* freed with the method */

    double *x, *g; /* iterates, and the gradients where they were asked for last */
    double *y;     /* trackers of the mean gradient */
    double *old_g, *trial, *mixed, *mixed_y, *old_x, *old_mixed;
    double *w, *v;             /* push-sum: numerators and denominators */
    double *unit, *mixed_unit; /* frost: own nodes x nodes */
    double *message, *answer;  /* dlas_ftc: own nodes x (dimension + 1) */
    double *all;               /* central: nodes x dimension */
    double decay;              /* subgradient_push */
    int64_t mixings;           /* rounds of mixing where there may be several */
};

/* Zeros, freed with the method: so many, or own nodes x width. */
double *method_owned(Method *method, int64_t length);
double *method_vector(Method *method, int64_t width);
const Weights *method_weights(Method *method, WeightsKind kind);

/* g = the local gradients at x (own nodes x dimension); one more of each node. */
void method_evaluate(Method *method, const double *x, double *g);

/* x −= rate y with each node's rate; and into another vector: out = x − rate y. */
void method_descend(const Method *method, const double *y, double *x);
void method_descend_into(const Method *method, const double *x, const double *y, double *out);

/* y ← mixed + g − old_g */
void method_track(const Method *method, const double *mixed);

void method_swap(double **a, double **b);

/* begin and step, in files of one idea each */
void central_begin(Method *, const Spec *);
void central_step(Method *);
void exact_begin(Method *, const Spec *);
void mixed_begin(Method *, const Spec *); /* DGD or, on a directed network, push-sum */
void dgd_begin(Method *, const Spec *);
void dgd_step(Method *);
void extra_begin(Method *, const Spec *);
void extra_step(Method *);
void tracking_begin(Method *, const Spec *);
void tracking_step(Method *);
void atc_begin(Method *, const Spec *);
void atc_step(Method *);
void push_begin(Method *, const Spec *);
void subgradient_push_begin(Method *, const Spec *);
void push_step(Method *);
void push_diging_begin(Method *, const Spec *);
void push_diging_step(Method *);
void frost_begin(Method *, const Spec *);
void frost_step(Method *);
void chen_wang_begin(Method *, const Spec *);
void chen_wang_step(Method *);

#endif
