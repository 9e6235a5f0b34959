/* Weights of edges and nodes: their sums, their Perron vectors, and one round of them. */
#include "base/rng.h"
#include "dying.h"
#include "graph/weights.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>

static const char *const networks[] = {"ring:nodes=7", "star:nodes=9,ring=1",
                                       "random:nodes=20,share=0.2", "unbalanced:nodes=15"};
static const double selves[] = {NAN, 0.0, 0.05, 0.9};

/* What column `node` of the weights adds to, and what row `node` does. */
static double column_sum(const Digraph *graph, const Weights *weights, int64_t node)
{
    double sum = weights->self[node];
    for (int64_t e = 0; e < graph->edges; e++)
        if (graph->from[e] == node) sum += weights->edge[e];
    return sum;
}

static double row_sum(const Digraph *graph, const Weights *weights, int64_t node)
{
    double sum = weights->self[node];
    for (int64_t e = graph->first_in[node]; e < graph->first_in[node + 1]; e++)
        sum += weights->edge[e];
    return sum;
}

static bool is_one(double sum) { return fabs(sum - 1.0) < 20 * 0x1p-53; } /* at most 20 terms */

Test(weights, columns_add_to_one_and_rows_do_for_the_row_kind)
{
    for (int k = 0; k < 4; k++)
        for (int s = 0; s < 4; s++) {
            Digraph *graph = digraph_create(networks[k], 1);
            Weights columns = weights_create(WEIGHTS_COLUMN, graph, selves[s]);
            Weights rows = weights_create(WEIGHTS_ROW, graph, selves[s]);
            for (int64_t i = 0; i < graph->nodes; i++) {
                cr_expect(is_one(column_sum(graph, &columns, i)), "%s", networks[k]);
                cr_expect(is_one(row_sum(graph, &rows, i)), "%s", networks[k]);
                if (s > 0) cr_expect(eq(dbl, columns.self[i], selves[s]));
                if (s > 0) cr_expect(eq(dbl, rows.self[i], selves[s]));
            }
            weights_free(&columns), weights_free(&rows);
            digraph_free(graph);
        }
}

Test(weights, of_a_node_that_shares_evenly_are_one_over_one_plus_its_degree)
{
    Digraph *graph = digraph_create("star:nodes=5", 1);
    Weights columns = weights_create(WEIGHTS_COLUMN, graph, NAN);
    cr_expect(eq(dbl, columns.self[0], 1.0 / 5.0));
    cr_expect(eq(dbl, columns.self[1], 1.0 / 2.0));
    cr_expect(epsilon_eq(dbl, columns.edge[graph->first_in[1]], 1.0 / 5.0, 1e-16), "0 to 1");
    cr_expect(epsilon_eq(dbl, columns.edge[0], 1.0 / 2.0, 1e-16), "1 to 0");
    weights_free(&columns);
    digraph_free(graph);
}

Test(weights, of_metropolis_are_symmetric_and_add_to_one_both_ways)
{
    Digraph *directed = digraph_create("random:nodes=20,share=0.2", 1);
    Digraph *graph = digraph_undirected(directed);
    for (int s = 0; s < 4; s++) {
        Weights weights = weights_create(WEIGHTS_METROPOLIS, graph, selves[s]);
        for (int64_t i = 0; i < graph->nodes; i++) {
            cr_expect(is_one(column_sum(graph, &weights, i)));
            cr_expect(is_one(row_sum(graph, &weights, i)));
            cr_expect(weights.self[i] > 0.0);
        }
        weights_free(&weights);
    }
    digraph_free(graph), digraph_free(directed);
}

static void metropolis_on_a_ring(void *unused)
{
    (void)unused;
    weights_create(WEIGHTS_METROPOLIS, digraph_create("ring:nodes=5", 1), NAN);
}

Test(weights, of_metropolis_want_an_undirected_network)
{
    Ending ending = dying_run(metropolis_on_a_ring, NULL);
    cr_expect(eq(int, ending.exit_code, 2));
    cr_expect(strstr(ending.err, "'ring:nodes=5': Metropolis weights want an undirected") != NULL);
}

/* A whole product with the weights as a dense matrix, in another order of terms. */
static void dense_product(const Digraph *graph, const Weights *weights, int64_t width,
                          const double *own, double *product)
{
    for (int64_t k = 0; k < graph->nodes * width; k++)
        product[k] = weights->self[k / width] * own[k];
    for (int64_t e = graph->edges - 1; e >= 0; e--)
        for (int64_t k = 0; k < width; k++)
            product[graph->to[e] * width + k] += weights->edge[e] * own[graph->from[e] * width + k];
}

Test(weights, a_round_is_a_product_with_them_and_the_same_bytes_in_blocks)
{
    enum { N = 20, WIDTH = 3, EDGES = 400 };
    Digraph *graph = digraph_create("random:nodes=20,share=0.2", 1);
    Weights weights = weights_create(WEIGHTS_ROW, graph, 0.3);
    double own[N * WIDTH], heard[EDGES * WIDTH], whole[N * WIDTH], parts[N * WIDTH],
        product[N * WIDTH];
    Rng rng = rng_stream(1, 0, RNG_DATA);
    rng_fill_normal(&rng, N * WIDTH, 1.0, own);
    for (int64_t e = 0; e < graph->edges; e++)
        memcpy(heard + e * WIDTH, own + graph->from[e] * WIDTH, WIDTH * sizeof *own);
    weights_mix(graph, &weights, 0, N, WIDTH, own, heard, whole);
    for (int64_t first = 0; first < N; first += 7) {
        int64_t count = first + 7 < N ? 7 : N - first;
        weights_mix(graph, &weights, first, count, WIDTH, own + first * WIDTH,
                    heard + graph->first_in[first] * WIDTH, parts + first * WIDTH);
    }
    dense_product(graph, &weights, WIDTH, own, product);
    for (int k = 0; k < N * WIDTH; k++)
        cr_expect(epsilon_eq(dbl, whole[k], product[k], 1e-14), "20 terms of a few units");
    cr_expect(memcmp(whole, parts, sizeof whole) == 0);
    weights_free(&weights);
    digraph_free(graph);
}

/* P v = v: 2^-49 leaves room for 20 terms of rounding. */
Test(weights, the_perron_vector_is_left_as_it_is)
{
    for (int k = 0; k < 4; k++) {
        Digraph *graph = digraph_create(networks[k], 1);
        Weights columns = weights_create(WEIGHTS_COLUMN, graph, 0.3);
        double v[20], product[20], sum = 0.0;
        weights_perron(WEIGHTS_COLUMN, graph, &columns, v);
        dense_product(graph, &columns, 1, v, product);
        for (int64_t i = 0; i < graph->nodes; i++) {
            cr_expect(fabs(product[i] - v[i]) <= v[i] * 0x1p-49, "%s, node %ld", networks[k], i);
            sum += v[i];
        }
        cr_expect(is_one(sum));
        weights_free(&columns);
        digraph_free(graph);
    }
}

/* The walk 0 → 1 → … goes back to 0 with the same chance that it goes on: half of those that leave
 * a node arrive at the next, so v_(i + 1) = v_i / 2 as far as the last but one; 300 halvings are
 * far below eps, and every one is right. */
Test(weights, the_perron_vector_is_right_where_it_is_tiny)
{
    enum { N = 300 };
    int64_t from[2 * N], to[2 * N], count = 0;
    for (int64_t i = 0; i < N; i++) {
        from[count] = i, to[count++] = (i + 1) % N;
        if (i > 0 && i < N - 1) from[count] = i, to[count++] = 0;
    }
    Digraph *graph = digraph_of(N, count, from, to);
    Weights columns = weights_create(WEIGHTS_COLUMN, graph, NAN);
    double v[N];
    weights_perron(WEIGHTS_COLUMN, graph, &columns, v);
    for (int64_t i = 2; i < N - 1; i++)
        cr_expect(epsilon_eq(dbl, v[i] / v[i - 1], 0.5, 1e-13), "node %ld", i);
    cr_expect(v[N - 2] < 1e-85 && v[N - 2] > 0.0);
    weights_free(&columns);
    digraph_free(graph);
}
