/* The answer of `plan` for a person. */
#include "plan.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static void print_network(const PlanReport *report)
{
    const Digraph *graph = report->graph;
    const GraphFacts *facts = &report->facts;
    printf("%s: %" PRId64 " nodes, %" PRId64 " edges, %s, strongly connected\n",
           report->options->graph, graph->nodes, graph->edges,
           digraph_is_undirected(graph) ? "undirected" : "directed");
    printf("  diameter %" PRId64
           ": news from any node has reached every node after so many rounds\n",
           facts->diameter);
    printf("  nodes speak to %" PRId64 " to %" PRId64 " others and hear %" PRId64 " to %" PRId64
           "\n",
           facts->out_degree_least, facts->out_degree_most, facts->in_degree_least,
           facts->in_degree_most);
    printf("  imbalance %.3g%s\n", facts->imbalance,
           facts->imbalance > 1.0 + 1e-9
               ? ": sums of messages alone give that many times the mean somewhere"
               : ": balanced");
    if (isnan(facts->second_eigenvalue)) return; /* too large a network */
    printf("  second eigenvalue %.6g: averaging by mixing takes %.3g rounds for each digit\n",
           facts->second_eigenvalue, facts->rounds_per_digit);
}

static void print_count(double count)
{
    if (isnan(count))
        printf("  %12s", "by values");
    else
        printf("  %12.0f", count);
}

static void print_coordinations(const PlanReport *report)
{
    printf("\nOne coordination of %" PRId64 " numbers (a step and a gradient):\n",
           1 + report->dimension);
    printf("  %-24s  %12s  %12s  %12s  %12s  %9s\n", "", "rounds", "messages", "bytes",
           "once, bytes", "error");
    for (int k = 0; k < report->coordination_count; k++) {
        const PlanCoordination *row = &report->coordination[k];
        printf("  %-24s", row->text);
        print_count(row->cost.rounds);
        print_count(row->cost.messages);
        print_count(row->cost.bytes);
        print_count(row->cost.learning_bytes);
        printf("  %9.1e%s%s\n", row->measure.error, row->measure.trusted ? "" : "  not trusted",
               row->measure.equal ? "" : "  nodes differ");
    }
    printf("  bytes are of all messages together; error is against the mean of drawn values\n");
}

static void print_methods(const PlanReport *report)
{
    printf("\nTo a relative error of %g, from 0 (L = %.4g, mu = %.4g):\n", report->options->target,
           local_smooth_mean(report->problem), local_strong_mean(report->problem));
    printf("  %-52s  %-9s  %10s  %10s  %14s  %9s\n", "", "outcome", "iterations", "rounds", "bytes",
           "error");
    for (int k = 0; k < report->method_count; k++) {
        const PlanMethod *row = &report->method[k];
        const NetworkResult *result = &row->result;
        if (row->left_out)
            printf("  %-52s  left out: wants an undirected network\n", row->text);
        else
            printf("  %-52s  %-9s  %10" PRId64 "  %10" PRId64 "  %14" PRId64 "  %9.1e\n", row->text,
                   outcome_name(result->outcome), result->iterations, result->traffic.rounds,
                   result->traffic.bytes, result->last.error);
    }
}

void plan_print(const PlanReport *report)
{
    print_network(report);
    print_coordinations(report);
    if (report->problem)
        print_methods(report);
    else
        printf("\nWith --data the methods are run on it.\n");
}
