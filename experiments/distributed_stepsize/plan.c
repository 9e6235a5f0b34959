/* What does coordination cost on your own network, and what does it bring on your own data?
 *
 * Reads an edge list, checks it, prints what each coordination costs for each iteration and whether
 * it finds the right mean there; with --data (rows spread over the nodes, or a file for each node)
 * runs the methods. Under mpirun the nodes are spread over the ranks. */
#include "plan.h"

#include "base/die.h"
#include "base/words.h"
#include "comm/comm.h"
#include "io/cli.h"
#include "io/files.h"
#include "studies.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static PlanOptions given = {
    .coordinations = "flood finite_field hankel_checked stopping hankel",
    .methods = "dlas_ftc:rule=average,by=flood,pass=fused "
               "dlas_ftc:rule=mean,by=flood,pass=fused dlas_ftc:rule=none,by=flood "
               "push_pull:rule=least push_pull:rule=harmonic,safety=0.1",
    .dimension = 10,
    .seed = 1,
    .iterations = 2000,
    .target = 1e-6,
};

static const CliOption options[] = {
    {"graph", CLI_TEXT, &given.graph, 0, 0,
     "Edge list (FROM TO on every line), or a kind: ring:nodes=20", 0},
    {"data", CLI_TEXT, &given.data, 0, 0,
     "LIBSVM or CSV, its rows dealt to the nodes; or a folder with a file for each node", 0},
    {"problem", CLI_TEXT, &given.problem, 0, 0,
     "What is minimised, instead of least squares on --data: kind:key=value,…", 0},
    {"dimension", CLI_INT, &given.dimension, 1, 1e9, "Unknowns, where there are no data", 0},
    {"methods", CLI_TEXT, &given.methods, 0, 0, "Methods to run on the data", 0},
    {"coordinations", CLI_TEXT, &given.coordinations, 0, 0, "Coordinations to compare", 0},
    {"target", CLI_REAL, &given.target, 1e-14, 1, "Relative error to reach", 0},
    {"iterations", CLI_INT, &given.iterations, 1, 1e9, "Iterations of a method at most", 0},
    {"seed", CLI_INT, &given.seed, 0, 0x1p53, "Of values and of the dealing of rows", 0},
    {"json", CLI_FLAG, &given.json, 0, 0, "Answer in JSON", 1},
};

/* A path, or a kind of network with its keys. */
static Digraph *open_graph(void)
{
    if (!given.graph) die_usage("expected --graph FILE; see distributed_stepsize plan --help");
    bool is_path = !strchr(given.graph, ':') && strpbrk(given.graph, "./");
    if (is_path && !files_exist(given.graph)) die("%s: no such file", given.graph);
    char *text = files_exist(given.graph) ? format_text("file:path=%s", given.graph)
                                          : format_text("%s", given.graph);
    Digraph *graph = digraph_create(text, (uint64_t)given.seed);
    free(text);
    digraph_require_connected(graph, given.graph);
    return graph;
}

static int is_visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

/* A folder's files go to the nodes in the order of their names. Where they bear nodes' names, a
 * file too many or too few would move the others to the wrong nodes. */
static void check_file_names(const Digraph *graph)
{
    struct dirent **entry;
    int count = scandir(given.data, &entry, is_visible, versionsort);
    int64_t named = 0, wrong = -1;
    for (int64_t i = 0; i < count && i < graph->nodes; i++) {
        size_t length = strlen(graph->label[i]);
        const char *file = entry[i]->d_name;
        bool right = !strncmp(file, graph->label[i], length) && strchr(".", file[length]);
        named += right;
        if (!right && wrong < 0) wrong = i;
    }
    if (named > 0 && wrong >= 0 && count == graph->nodes)
        die("%s: file %s where that of node %s was expected: name all files after the nodes, or "
            "none",
            given.data, entry[wrong]->d_name, graph->label[wrong]);
    for (int k = 0; k < count; k++) free(entry[k]);
    if (count >= 0) free(entry);
}

static LocalProblem *open_problem(const Digraph *graph)
{
    if (!given.data && !given.problem) return NULL;
    if (given.data && graph->label) check_file_names(graph);
    char *text =
        given.problem ? format_text("%s", given.problem) : format_text("file:path=%s", given.data);
    LocalProblem *problem = local_create(text, graph->nodes, "data/cache", (uint64_t)given.seed);
    free(text);
    return problem;
}

static void try_coordinations(PlanReport *report, Links *links, int64_t width)
{
    for (int64_t k = 0; k < words_count(given.coordinations); k++) {
        if (k == PLAN_ROOM) die_usage("--coordinations: more than %d", PLAN_ROOM);
        PlanCoordination *row = &report->coordination[report->coordination_count++];
        row->text = words_item(given.coordinations, k);
        row->measure =
            measure_coordination(row->text, report->graph, links, (uint64_t)given.seed, NULL);
        Coordination *coordination =
            coordination_create(row->text, report->graph, links, (uint64_t)given.seed);
        row->cost = coordination_cost(coordination, width);
        coordination_free(coordination);
    }
}

static bool is_left_out(const char *text, const Digraph *graph)
{
    size_t length = strcspn(text, ":");
    for (int k = 0; k < method_kind_count(); k++)
        if (strlen(method_kind_name(k)) == length && !strncmp(method_kind_name(k), text, length))
            return method_kind_wants_undirected(k) && !digraph_is_undirected(graph);
    return false;
}

static void try_methods(PlanReport *report, const MethodWorld *world)
{
    for (int64_t k = 0; k < words_count(given.methods); k++) {
        if (k == PLAN_ROOM) die_usage("--methods: more than %d", PLAN_ROOM);
        PlanMethod *row = &report->method[report->method_count++];
        row->text = words_item(given.methods, k);
        row->left_out = is_left_out(row->text, world->graph);
        if (row->left_out) continue;
        links_reset_traffic(world->links);
        Method *method = method_create(row->text, world);
        NetworkRun run = {.iterations = given.iterations,
                          .target = given.target,
                          .give_up = 1e9,
                          .log_every = given.iterations};
        row->result = network_run(&run, method, world);
        method_free(method);
    }
}

static char *describe(void)
{
    char *text = format_text("What coordination costs on your own network, and what it brings. A "
                             "value names a kind, and its keys behind a colon: KIND:key=value,…");
    text = cli_with_kinds(text, "Networks:", digraph_kind_count(), digraph_kind_name,
                          digraph_kind_help);
    text = cli_with_kinds(text, "Problems:", local_kind_count(), local_kind_name, local_kind_help);
    text = cli_with_kinds(text, "Coordinations:", coordination_kind_count(), coordination_kind_name,
                          coordination_kind_help);
    text =
        cli_with_kinds(text, "Methods:", method_kind_count(), method_kind_name, method_kind_help);
    return cli_with_kinds(text, "Rules, from the nodes' own rates (key rule):", method_rule_count(),
                          method_rule_name, method_rule_help);
}

int plan_main(int argc, char **argv)
{
    Cli cli = {.program = argv[0],
               .about = describe(),
               .examples = "  distributed_stepsize plan --graph edges.txt\n"
                           "  distributed_stepsize plan --graph edges.txt --data rows.csv\n"
                           "  mpirun -n 4 distributed_stepsize plan --graph edges.txt --data DIR\n"
                           "  distributed_stepsize plan --graph random:nodes=50,share=0.1 --json",
               .count = sizeof options / sizeof *options,
               .options = options};
    cli_parse(&cli, argc, argv);
    free((char *)cli.about);
    Digraph *graph = open_graph();
    LocalProblem *problem = open_problem(graph);
    comm_go(); /* the other ranks come now: what is wrong with network or data is said once */
    Links *links = links_create(graph->nodes, graph->edges, graph->from, graph->to, "neighbor");
    PlanReport report = {.options = &given,
                         .graph = graph,
                         .facts = digraph_facts(graph),
                         .problem = problem,
                         .dimension = problem ? local_dimension(problem) : given.dimension};
    MethodWorld world = {graph, links, problem, (uint64_t)given.seed};
    try_coordinations(&report, links, 1 + report.dimension);
    if (problem) try_methods(&report, &world);
    if (comm_is_first()) (given.json ? plan_print_json : plan_print)(&report);
    free(report.facts.component);
    local_free(problem);
    links_free(links);
    digraph_free(graph);
    return EXIT_SUCCESS;
}
