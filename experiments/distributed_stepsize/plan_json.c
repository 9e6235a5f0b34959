/* The answer of `plan` as JSON; its keys are described in results/SCHEMA.md. */
#include "plan.h"

#include "io/json.h"

static void add_network(Json *json, const PlanReport *report)
{
    const GraphFacts *facts = &report->facts;
    json_text(json, "graph", report->options->graph);
    json_int(json, "nodes", report->graph->nodes);
    json_int(json, "edges", report->graph->edges);
    json_flag(json, "undirected", digraph_is_undirected(report->graph));
    json_int(json, "diameter", facts->diameter);
    json_int(json, "out_degree_least", facts->out_degree_least);
    json_int(json, "out_degree_most", facts->out_degree_most);
    json_int(json, "in_degree_least", facts->in_degree_least);
    json_int(json, "in_degree_most", facts->in_degree_most);
    json_real(json, "imbalance", facts->imbalance);
    json_real(json, "second_eigenvalue", facts->second_eigenvalue);
    json_real(json, "rounds_per_digit", facts->rounds_per_digit);
}

static void add_coordinations(Json *json, const PlanReport *report)
{
    Json *rows = json_array(json, "coordinations");
    for (int k = 0; k < report->coordination_count; k++) {
        const PlanCoordination *row = &report->coordination[k];
        Json *item = json_item(rows);
        json_text(item, "coordination", row->text);
        json_real(item, "rounds", row->cost.rounds);
        json_real(item, "messages", row->cost.messages);
        json_real(item, "bytes", row->cost.bytes);
        json_real(item, "learning_rounds", row->cost.learning_rounds);
        json_real(item, "learning_bytes", row->cost.learning_bytes);
        json_real(item, "error", row->measure.error);
        json_flag(item, "equal", row->measure.equal);
        json_flag(item, "trusted", row->measure.trusted);
    }
}

static void add_methods(Json *json, const PlanReport *report)
{
    Json *rows = json_array(json, "methods");
    for (int k = 0; k < report->method_count; k++) {
        const PlanMethod *row = &report->method[k];
        Json *item = json_item(rows);
        json_text(item, "method", row->text);
        json_text(item, "outcome", row->left_out ? "left out" : outcome_name(row->result.outcome));
        if (row->left_out) continue;
        json_int(item, "iterations", row->result.iterations);
        json_int(item, "rounds", row->result.traffic.rounds);
        json_int(item, "messages", row->result.traffic.messages);
        json_int(item, "bytes", row->result.traffic.bytes);
        json_real(item, "error", row->result.last.error);
        json_real(item, "gap", row->result.last.gap);
        json_real(item, "rate", row->result.last.rate_mean);
    }
}

void plan_print_json(const PlanReport *report)
{
    Json *json = json_create();
    json_int(json, "schema", 1);
    json_text(json, "program", "distributed_stepsize plan");
    add_network(json, report);
    json_int(json, "numbers", 1 + report->dimension);
    add_coordinations(json, report);
    if (report->problem) {
        json_int(json, "dimension", report->dimension);
        json_real(json, "smooth", local_smooth_mean(report->problem));
        json_real(json, "strong", local_strong_mean(report->problem));
        json_real(json, "target", report->options->target);
        add_methods(json, report);
    }
    json_print(stdout, json);
    json_free(json);
}
