#include "base/die.h"
#include "comm/comm.h"
#include "graph/coordination_kinds.h"

#include <math.h>
#include <stdlib.h>

double coordination_agree_largest(const Coordination *coordination, int64_t diameter,
                                  const double *own)
{
    int64_t n = coordination->graph->nodes, count = links_count(coordination->links);
    double *agreed = alloc_zeroed((size_t)count + 1, sizeof *agreed);
    double *all = alloc_zeroed((size_t)n, sizeof *all);
    coordination_extreme(coordination->graph, coordination->links, diameter, COORDINATE_LARGEST, 1,
                         own, agreed);
    comm_gather(n, 1, agreed, all); /* no message of the algorithm: all nodes hold the same */
    double largest = all[0];
    for (int64_t i = 1; i < n; i++)
        if (isnan(all[i]) || all[i] > largest) largest = all[i];
    free(all);
    free(agreed);
    return largest;
}
