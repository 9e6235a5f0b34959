/* A network from a file: FROM TO on every line, parted by blanks or a comma; # begins a comment.
 *
 * Where every node is a number, nodes count from 0; else all are names, numbered in their ascending
 * order (node2 before node10), as files of a folder are. */
#include "base/die.h"
#include "base/number.h"
#include "graph/edges.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct {
    char *from, *to;
    int64_t line;
} Line;

typedef struct {
    const char *path;
    int64_t count, capacity;
    Line *line;
} Lines;

enum { NODES_MOST = 20000, WORDS = 2 };

static const char between[] = " \t\r\n,;", mark[] = "\xef\xbb\xbf"; /* a byte order mark */

static void add_line(Lines *lines, char *text, int64_t number)
{
    char *word[WORDS + 1] = {NULL}, *rest = NULL;
    text[strcspn(text, "#")] = '\0';
    int words = 0;
    for (char *w = strtok_r(text, between, &rest); w && words <= WORDS;
         w = strtok_r(NULL, between, &rest))
        word[words++] = w;
    if (words == 0) return;
    if (words != WORDS)
        die("%s:%" PRId64 ": expected two nodes, FROM TO, found %s", lines->path, number,
            words < WORDS ? "only one word" : "more than two words");
    bool heading = lines->count == 0 && !strcasecmp(word[0], "from") && !strcasecmp(word[1], "to");
    if (heading) return;
    if (!strcmp(word[0], word[1]))
        die("%s:%" PRId64 ": an edge from node %s to itself: leave it out, every node hears itself",
            lines->path, number, word[0]);
    if (lines->count == lines->capacity) {
        lines->capacity = lines->capacity ? 2 * lines->capacity : 64;
        lines->line = alloc_resized(lines->line, (size_t)lines->capacity, sizeof *lines->line);
    }
    lines->line[lines->count++] =
        (Line){format_text("%s", word[0]), format_text("%s", word[1]), number};
}

static Lines read_lines(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        die("%s: %s; expected a file with an edge FROM TO on every line", path, strerror(errno));
    Lines lines = {.path = path};
    char *text = NULL;
    size_t room = 0;
    for (int64_t number = 1; getline(&text, &room, file) >= 0; number++) {
        bool marked = number == 1 && !strncmp(text, mark, strlen(mark));
        add_line(&lines, marked ? text + strlen(mark) : text, number);
    }
    if (ferror(file)) die("%s: %s", path, strerror(errno));
    free(text);
    fclose(file);
    if (lines.count == 0) die("%s: no edges, expected FROM TO on every line", path);
    return lines;
}

static bool is_number(const char *word)
{
    int64_t value;
    return strspn(word, "0123456789") == strlen(word) && number_int(word, &value);
}

static bool all_numbers(const Lines *lines)
{
    for (int64_t i = 0; i < lines->count; i++)
        if (!is_number(lines->line[i].from) || !is_number(lines->line[i].to)) return false;
    return true;
}

static int64_t numbered(const Lines *lines, int64_t i, const char *word, int64_t nodes)
{
    int64_t value = 0;
    number_int(word, &value);
    if (value >= nodes)
        die("%s:%" PRId64 ": there is no node %" PRId64 ", expected 0 to %" PRId64
            " (nodes count from 0)",
            lines->path, lines->line[i].line, value, nodes - 1);
    return value;
}

static int by_name(const void *left, const void *right)
{
    return strverscmp(*(char *const *)left, *(char *const *)right);
}

/* All names in ascending order, each once: copies. */
static void find_names(const Lines *lines, Edges *edges)
{
    size_t count = 2 * (size_t)lines->count;
    char **name = alloc_zeroed(count, sizeof *name);
    for (size_t k = 0; k < count; k++)
        name[k] = k % 2 ? lines->line[k / 2].to : lines->line[k / 2].from;
    qsort(name, count, sizeof *name, by_name);
    edges->label = alloc_zeroed(count, sizeof *edges->label);
    for (size_t k = 0; k < count; k++)
        if (k == 0 || strcmp(name[k - 1], name[k]) != 0)
            edges->label[edges->nodes++] = format_text("%s", name[k]);
    free(name);
}

static int64_t named(const Edges *edges, char *word)
{
    char **found =
        bsearch(&word, edges->label, (size_t)edges->nodes, sizeof *edges->label, by_name);
    return found - edges->label;
}

static void read_numbers(const Lines *lines, int64_t nodes, Edges *edges)
{
    int64_t largest = 0, least = INT64_MAX;
    for (int64_t i = 0; i < lines->count; i++) {
        int64_t most = nodes ? nodes : NODES_MOST;
        int64_t from = numbered(lines, i, lines->line[i].from, most);
        int64_t to = numbered(lines, i, lines->line[i].to, most);
        if (from == to)
            die("%s:%" PRId64 ": an edge from node %" PRId64
                " to itself: leave it out, every node hears itself",
                lines->path, lines->line[i].line, from);
        if (from > largest) largest = from;
        if (to > largest) largest = to;
        if (from < least) least = from;
        if (to < least) least = to;
        edges_add(edges, from, to);
    }
    if (!nodes && least > 0)
        die("%s: no edge names node 0, and nodes count from 0: subtract %" PRId64
            " from every number, or give all nodes names (as n%" PRId64 ")",
            lines->path, least, least);
    edges->nodes = nodes ? nodes : largest + 1;
}

static void read_names(const Lines *lines, int64_t nodes, Edges *edges)
{
    find_names(lines, edges);
    if (nodes && edges->nodes != nodes)
        die("%s: %" PRId64 " names, expected %" PRId64 " (key nodes)", lines->path, edges->nodes,
            nodes);
    if (edges->nodes > NODES_MOST)
        die("%s: %" PRId64 " names, expected at most %d", lines->path, edges->nodes, NODES_MOST);
    for (int64_t i = 0; i < lines->count; i++)
        edges_add(edges, named(edges, lines->line[i].from), named(edges, lines->line[i].to));
}

static void check(const char *path, const Edges *edges)
{
    Digraph *graph = digraph_of(edges->nodes, edges->count, edges->from, edges->to);
    graph->label = edges->label;
    digraph_require_connected(graph, path);
    graph->label = NULL;
    digraph_free(graph);
}

void edges_file(const Spec *spec, Rng *rng, Edges *edges)
{
    (void)rng;
    const char *path = spec_text(spec, "path", "");
    int64_t nodes = spec_has(spec, "nodes") ? edges_nodes(spec, 2) : 0;
    if (!*path) die_usage("file: no path given, expected file:path=FILE");
    Lines lines = read_lines(path);
    (all_numbers(&lines) ? read_numbers : read_names)(&lines, nodes, edges);
    check(path, edges);
    for (int64_t i = 0; i < lines.count; i++) {
        free(lines.line[i].from);
        free(lines.line[i].to);
    }
    free(lines.line);
}
