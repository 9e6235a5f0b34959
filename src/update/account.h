/* What versions cost, counted from a plan, update by update.
 *
 * A paradigm's own versions share what is the same on their paths: for those the closed formulas
 * of paradigm_cost() hold. Paradigms of one plan share segments as well, but each would have had
 * to train them: that is told apart. */
#ifndef UPDATE_ACCOUNT_H
#define UPDATE_ACCOUNT_H

#include "update/plan.h"

/* What one update and one model take. */
typedef struct {
    double tokens, flops;    /* of an update */
    int64_t parameter_bytes; /* of a model */
    int64_t optimizer_bytes; /* of its optimizer's state */
} UpdateSize;

typedef struct {
    int64_t steps;        /* of this paradigm's versions up to `version`, each segment once */
    int64_t unshared;     /* the lengths of their paths: if nothing were shared */
    double tokens, flops; /* of `steps` */
    /* Kept for the next version, besides the released parameters: the optimizer's state that
     * training goes on with, and the parameters where they are no release. The most at a time. */
    int64_t kept_bytes;
    int64_t released_bytes; /* all released parameters */
} Account;

/* Of versions 1 … version of one paradigm. */
Account account_paradigm(const Plan *plan, int paradigm, int version, const UpdateSize *size);

typedef struct {
    int64_t run;       /* updates of the plan: each segment once */
    int64_t paradigms; /* if the paradigms shared nothing with one another */
    int64_t unshared;  /* if nothing were shared at all */
} Sharing;

Sharing account_sharing(const Plan *plan);

#endif
