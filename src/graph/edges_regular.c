/* Networks without chance. */
#include "base/die.h"
#include "graph/edges.h"
#include "graph/keys.h"

static void add_ring(Edges *edges)
{
    for (int64_t i = 0; i < edges->nodes; i++) edges_add(edges, i, (i + 1) % edges->nodes);
}

void edges_ring(const Spec *spec, Rng *rng, Edges *edges)
{
    (void)rng;
    edges->nodes = edges_nodes(spec, 2);
    add_ring(edges);
}

void edges_bidirectional_ring(const Spec *spec, Rng *rng, Edges *edges)
{
    (void)rng;
    edges->nodes = edges_nodes(spec, 2);
    for (int64_t i = 0; i < edges->nodes; i++) edges_add_both(edges, i, (i + 1) % edges->nodes);
}

void edges_star(const Spec *spec, Rng *rng, Edges *edges)
{
    (void)rng;
    edges->nodes = edges_nodes(spec, 2);
    for (int64_t i = 1; i < edges->nodes; i++) edges_add_both(edges, 0, i);
    if (key_int(spec, "ring", 0, 0, 1)) add_ring(edges);
}

/* The most rows that are not more than the columns. */
static int64_t square_rows(int64_t nodes)
{
    int64_t rows = 1;
    for (int64_t r = 1; r * r <= nodes; r++)
        if (nodes % r == 0) rows = r;
    return rows;
}

void edges_grid(const Spec *spec, Rng *rng, Edges *edges)
{
    (void)rng;
    int64_t nodes = edges_nodes(spec, 2);
    int64_t rows = key_int(spec, "rows", square_rows(nodes), 1, 1000);
    int64_t columns = key_int(spec, "columns", nodes / rows, 1, 20000 / rows);
    edges->nodes = rows * columns;
    if (spec_has(spec, "nodes") && nodes != edges->nodes)
        die_usage("grid: nodes is not rows times columns, expected either nodes or the other two");
    edges->position = alloc_zeroed((size_t)(2 * edges->nodes), sizeof *edges->position);
    for (int64_t i = 0; i < edges->nodes; i++) {
        int64_t row = i / columns, column = i % columns;
        if (column + 1 < columns) edges_add_both(edges, i, i + 1);
        if (row + 1 < rows) edges_add_both(edges, i, i + columns);
        edges->position[2 * i] = columns > 1 ? (double)column / (double)(columns - 1) : 0.5;
        edges->position[2 * i + 1] = rows > 1 ? 1.0 - (double)row / (double)(rows - 1) : 0.5;
    }
}

void edges_exponential(const Spec *spec, Rng *rng, Edges *edges)
{
    (void)rng;
    edges->nodes = edges_nodes(spec, 2);
    for (int64_t i = 0; i < edges->nodes; i++)
        for (int64_t jump = 1; jump < edges->nodes; jump *= 2)
            edges_add(edges, i, (i + jump) % edges->nodes);
}

void edges_complete(const Spec *spec, Rng *rng, Edges *edges)
{
    (void)rng;
    edges->nodes = key_int(spec, "nodes", 20, 2, 3000);
    for (int64_t i = 0; i < edges->nodes; i++)
        for (int64_t j = 0; j < edges->nodes; j++) edges_add(edges, i, j);
}
