/* Methods that minimise a sum of local functions over a network, and how they choose their step.
 *
 * A method owns the iterates of a rank's nodes (own nodes x dimension) and everything they keep;
 * a step of it is one iteration, of one or more rounds. Kinds are a table, one file each; keys are
 * written behind them: "dlas_ftc:rule=mean,by=flood,reading=exact,safety=0.5,filter=0.5",
 * "push_pull:rate=0.1", "push_pull:rule=harmonic,safety=0.1", "frost:rate=0.05,unit=local", "gd",
 * "adgd". Rules are rows of a table too; a spec inside a key has semicolons for commas:
 * "by=hankel:tolerance=1e-12;self=0.05". */
#ifndef NETWORK_METHOD_H
#define NETWORK_METHOD_H

#include "graph/coordination.h"
#include "graph/weights.h"
#include "network/local.h"

typedef struct Method Method;

/* What a method works on; all must outlive it. */
typedef struct {
    const Digraph *graph;
    Links *links;
    const LocalProblem *problem;
    uint64_t seed; /* of probes and starts */
} MethodWorld;

/* All nodes start at 0. Exit 2 on a bad text, or on a directed network where the method wants an
 * undirected one (says so). Free with method_free(). */
Method *method_create(const char *text, const MethodWorld *world);
void method_free(Method *method);

int method_kind_count(void);
const char *method_kind_name(int kind);
const char *method_kind_help(int kind);
bool method_kind_wants_undirected(int kind);

/* The rules of coordinated rates, for help. */
int method_rule_count(void);
const char *method_rule_name(int rule);
const char *method_rule_help(int rule);

void method_step(Method *method);

/* Own nodes x dimension; own nodes: the step each node used in the last iteration (gamma), and the
 * one it would have chosen alone (eta; the same where there is no difference). */
const double *method_iterates(const Method *method);
const double *method_rates(const Method *method);
const double *method_local_rates(const Method *method);

/* False once a coordination said that it cannot be trusted. */
bool method_trusted(const Method *method);
int64_t method_gradients(const Method *method); /* of one node, so far */

#endif
