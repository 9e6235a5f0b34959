/* One who knows every f_i: x ← x − gamma (1/n) Σ g_i, the same x everywhere. What the network's
 * methods are measured against; costs no message. */
#include "comm/comm.h"
#include "network/method_kinds.h"

#include <string.h>

void central_begin(Method *method, const Spec *spec)
{
    (void)spec;
    method->y = method_vector(method, method->dimension);
    method->all = method_owned(method, method->world.graph->nodes * method->dimension);
}

/* mean (each own node's row) = (1/n) Σ g_i, in node order. */
static void average(Method *method, const double *g, double *mean)
{
    int64_t d = method->dimension, nodes = method->world.graph->nodes;
    comm_gather(nodes, d, g, method->all);
    if (method->count == 0) return;
    memset(mean, 0, (size_t)d * sizeof *mean);
    for (int64_t i = 0; i < nodes; i++)
        for (int64_t j = 0; j < d; j++) mean[j] += method->all[i * d + j];
    for (int64_t j = 0; j < d; j++) mean[j] /= (double)nodes;
    for (int64_t i = 1; i < method->count; i++)
        memcpy(mean + i * d, mean, (size_t)d * sizeof *mean);
}

void central_step(Method *method)
{
    method_evaluate(method, method->x, method->g);
    average(method, method->g, method->y);
    steps_update(method->steps, method->x, method->y);
    method_descend(method, method->y, method->x);
}
