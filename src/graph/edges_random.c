/* Networks by chance; strongly connected by construction or by repair. */
#include "base/die.h"
#include "graph/edges.h"
#include "graph/keys.h"

#include <math.h>
#include <stdlib.h>

static void add_random(Rng *rng, double share, Edges *edges)
{
    int64_t n = edges->nodes, *order = alloc_zeroed((size_t)n, sizeof *order);
    for (int64_t i = 0; i < n; i++) order[i] = i;
    rng_shuffle(rng, n, order);
    for (int64_t i = 0; i < n; i++) edges_add(edges, order[i], order[(i + 1) % n]);
    free(order);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++)
            if (rng_uniform(rng) < share) edges_add(edges, i, j);
}

void edges_random(const Spec *spec, Rng *rng, Edges *edges)
{
    edges->nodes = edges_nodes(spec, 2);
    add_random(rng, key_real(spec, "share", 0.1, 0.0, 1.0), edges);
}

void edges_sparse(const Spec *spec, Rng *rng, Edges *edges)
{
    edges->nodes = edges_nodes(spec, 2);
    add_random(rng, 2.0 / (double)edges->nodes, edges);
}

/* For the same seed a larger pull only adds edges. The walk along the ring is thrown back where
 * there is one, so low nodes gather weight. */
void edges_unbalanced(const Spec *spec, Rng *rng, Edges *edges)
{
    int64_t n = edges->nodes = edges_nodes(spec, 2);
    double pull = key_real(spec, "pull", 0.5, 0.0, 1.0);
    int64_t back = key_int(spec, "back", 1, 1, n);
    for (int64_t i = 0; i < n; i++) edges_add(edges, i, (i + 1) % n);
    for (int64_t turn = 0; turn < back; turn++)
        for (int64_t i = 1; i < n; i++) {
            double chance = rng_uniform(rng);
            int64_t lower = rng_below(rng, i);
            if (chance < pull) edges_add(edges, i, lower);
        }
}

typedef struct {
    int64_t nodes;
    const double *position;
    int64_t *part; /* the part of the network that a node is in */
} Parts;

static double square_distance(const double *position, int64_t i, int64_t j)
{
    double across = position[2 * i] - position[2 * j];
    double up = position[2 * i + 1] - position[2 * j + 1];
    return across * across + up * up;
}

static void join(Parts *parts, int64_t one, int64_t other)
{
    int64_t keep = parts->part[one], gone = parts->part[other];
    for (int64_t i = 0; i < parts->nodes; i++)
        if (parts->part[i] == gone) parts->part[i] = keep;
}

/* Links the nearest two nodes of different parts, both ways. False: there is one part only. */
static bool repair(Parts *parts, Edges *edges)
{
    int64_t one = -1, other = -1;
    double nearest = INFINITY;
    for (int64_t i = 0; i < parts->nodes; i++)
        for (int64_t j = i + 1; j < parts->nodes; j++) {
            double distance = square_distance(parts->position, i, j);
            if (parts->part[i] == parts->part[j] || !(distance < nearest)) continue;
            nearest = distance;
            one = i, other = j;
        }
    if (one < 0) return false;
    join(parts, one, other);
    edges_add_both(edges, one, other);
    edges->repaired += 2;
    return true;
}

static void hold_together(Edges *edges)
{
    Digraph *graph = digraph_of(edges->nodes, edges->count, edges->from, edges->to);
    Parts parts = {edges->nodes, edges->position,
                   alloc_zeroed((size_t)edges->nodes, sizeof(int64_t))};
    digraph_components(graph, parts.part);
    while (repair(&parts, edges)) continue;
    free(parts.part);
    digraph_free(graph);
}

/* The radius at which a network of n points in the unit square holds together with a chance that
 * goes to one: pi r² n = 2 log n (Penrose 1997: log n + c is the threshold). */
static double usual_radius(int64_t n)
{
    return sqrt(2.0 * log((double)n) / (3.14159265 * (double)n));
}

void edges_geometric(const Spec *spec, Rng *rng, Edges *edges)
{
    int64_t n = edges->nodes = key_int(spec, "nodes", 20, 2, 3000);
    double radius = key_real(spec, "radius", fmax(usual_radius(n), 0.05), 0.0, 2.0);
    bool directed = key_int(spec, "directed", 0, 0, 1);
    edges->position = alloc_zeroed((size_t)(2 * n), sizeof *edges->position);
    for (int64_t k = 0; k < 2 * n; k++) edges->position[k] = rng_uniform(rng);
    for (int64_t i = 0; i < n; i++) {
        double reach = directed ? radius * (0.5 + rng_uniform(rng)) : radius;
        for (int64_t j = 0; j < n; j++)
            if (square_distance(edges->position, i, j) <= reach * reach) edges_add(edges, i, j);
    }
    hold_together(edges);
}
