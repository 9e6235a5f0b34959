#include "network/observe.h"

#include "base/die.h"
#include "comm/comm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* NaN wins: a node that is lost is the farthest. */
static double larger(double a, double b) { return a > b || isnan(a) ? a : b; }

static double distance(int64_t n, const double *a, const double *b)
{
    double square = 0.0;
    for (int64_t j = 0; j < n; j++) square += (a[j] - b[j]) * (a[j] - b[j]);
    return sqrt(square);
}

/* |x*|, or 1 where the minimiser is 0. */
static double scale_of(const LocalProblem *problem)
{
    const double *x = local_minimiser(problem);
    double square = 0.0;
    for (int64_t j = 0; j < local_dimension(problem); j++) square += x[j] * x[j];
    return square > 0.0 ? sqrt(square) : 1.0;
}

static double farthest(const LocalProblem *problem, const double *all, const double *from)
{
    int64_t d = local_dimension(problem);
    double most = 0.0;
    for (int64_t i = 0; i < local_nodes(problem); i++)
        most = larger(distance(d, all + i * d, from), most);
    return most / scale_of(problem);
}

/* F(x) − F*, its sum in node order; each rank evaluates its own nodes. */
static double gap_at(const LocalProblem *problem, const Links *links, const double *x)
{
    int64_t nodes = local_nodes(problem), count = links_count(links);
    double *own = alloc_zeroed((size_t)(nodes + count) + 1, sizeof *own), *all = own + count;
    for (int64_t i = 0; i < count; i++) own[i] = local_value(problem, links_first(links) + i, x);
    comm_gather(nodes, 1, own, all);
    double sum = 0.0;
    for (int64_t i = 0; i < nodes; i++) sum += all[i];
    free(own);
    return sum / (double)nodes - local_least(problem);
}

static void mean_of(int64_t nodes, int64_t width, const double *all, double *mean)
{
    memset(mean, 0, (size_t)width * sizeof *mean);
    for (int64_t i = 0; i < nodes; i++)
        for (int64_t j = 0; j < width; j++) mean[j] += all[i * width + j];
    for (int64_t j = 0; j < width; j++) mean[j] /= (double)nodes;
}

typedef struct {
    double mean, least, largest;
    bool equal;
} Spread;

static Spread spread_of(int64_t nodes, const double *own)
{
    double *all = alloc_zeroed((size_t)nodes, sizeof *all);
    comm_gather(nodes, 1, own, all);
    Spread spread = {.least = all[0], .largest = all[0], .equal = true};
    mean_of(nodes, 1, all, &spread.mean);
    for (int64_t i = 0; i < nodes; i++) {
        spread.least = -larger(-all[i], -spread.least);
        spread.largest = larger(all[i], spread.largest);
        spread.equal &= all[i] == all[0];
    }
    free(all);
    return spread;
}

double network_error(const Method *method, const MethodWorld *world)
{
    int64_t nodes = local_nodes(world->problem), d = local_dimension(world->problem);
    int64_t count = links_count(world->links);
    double *own = alloc_zeroed((size_t)(count + nodes) + 1, sizeof *own), *all = own + count;
    const double *x = method_iterates(method), *target = local_minimiser(world->problem);
    for (int64_t i = 0; i < count; i++) own[i] = distance(d, x + i * d, target);
    comm_gather(nodes, 1, own, all);
    double most = 0.0;
    for (int64_t i = 0; i < nodes; i++) most = larger(all[i], most);
    free(own);
    return most / scale_of(world->problem);
}

Observation network_observe(const Method *method, const MethodWorld *world)
{
    const LocalProblem *problem = world->problem;
    int64_t nodes = local_nodes(problem), d = local_dimension(problem);
    double *all = alloc_zeroed((size_t)(nodes * d + d), sizeof *all), *mean = all + nodes * d;
    comm_gather(nodes, d, method_iterates(method), all);
    mean_of(nodes, d, all, mean);
    Spread used = spread_of(nodes, method_rates(method));
    Spread local = spread_of(nodes, method_local_rates(method));
    Observation seen = {
        .error = farthest(problem, all, local_minimiser(problem)),
        .gap = gap_at(problem, world->links, mean),
        .disagreement = farthest(problem, all, mean),
        .rate_mean = used.mean,
        .rate_least = used.least,
        .rate_largest = used.largest,
        .local_mean = local.mean,
        .local_least = local.least,
        .local_largest = local.largest,
        .rates_equal = used.equal,
    };
    free(all);
    return seen;
}

double observe_edge_bytes(const Traffic *traffic, int64_t iterations, int64_t edges)
{
    return (double)traffic->bytes / (double)(iterations * edges);
}

double observe_step_share(const Traffic *traffic, int64_t iterations, int64_t diameter)
{
    return 1.0 - (double)(iterations * diameter) / (double)traffic->rounds;
}
