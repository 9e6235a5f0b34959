#include "network/exchange.h"

#include "base/die.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 4 };

struct Exchange {
    const Digraph *graph;
    Links *links;
    int parts;
    int64_t width[PARTS], offset[PARTS], whole;
    double *sent;  /* own nodes x whole; unused where there is one part */
    double *heard; /* own in-edges x whole */
};

Exchange *exchange_create(const Digraph *graph, Links *links, int parts, const int64_t *width)
{
    assert(parts >= 1 && parts <= PARTS);
    Exchange *exchange = alloc_zeroed(1, sizeof *exchange);
    *exchange = (Exchange){.graph = graph, .links = links, .parts = parts};
    for (int p = 0; p < parts; p++) {
        exchange->width[p] = width[p];
        exchange->offset[p] = exchange->whole;
        exchange->whole += width[p];
    }
    size_t nodes = (size_t)links_count(links), edges = (size_t)links_edge_count(links);
    exchange->sent = alloc_zeroed(nodes * (size_t)exchange->whole + 1, sizeof(double));
    exchange->heard = alloc_zeroed(edges * (size_t)exchange->whole + 1, sizeof(double));
    return exchange;
}

void exchange_free(Exchange *exchange)
{
    if (!exchange) return;
    free(exchange->sent);
    free(exchange->heard);
    free(exchange);
}

static void pack(Exchange *exchange, int p, const double *part)
{
    int64_t width = exchange->width[p];
    for (int64_t i = 0; i < links_count(exchange->links); i++)
        memcpy(exchange->sent + i * exchange->whole + exchange->offset[p], part + i * width,
               (size_t)width * sizeof *part);
}

void exchange_round(Exchange *exchange, const double *const part[])
{
    for (int p = 0; p < exchange->parts && exchange->parts > 1; p++) pack(exchange, p, part[p]);
    const double *sent = exchange->parts > 1 ? exchange->sent : part[0];
    links_round(exchange->links, exchange->whole, sent, exchange->heard);
}

void exchange_mix(Exchange *exchange, int p, const Weights *weights, const double *own,
                  double *mixed)
{
    weights_mix_part(exchange->graph, weights, links_first(exchange->links),
                     links_count(exchange->links), exchange->width[p], own, exchange->whole,
                     exchange->heard + exchange->offset[p], mixed);
}
