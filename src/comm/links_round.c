#include "base/die.h"
#include "comm/comm.h"
#include "comm/links_private.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* memcpy() even for one: a word may be a double to its reader. */
static void copy_words(uint64_t *to, const uint64_t *from, int64_t words)
{
    if (words == 1)
        memcpy(to, from, sizeof *to);
    else if (words > 0)
        memcpy(to, from, (size_t)words * sizeof *to);
}

/* Words of each peer's buffer, one buffer behind the other; makes room for them. */
static void lay_out(Side *side, const int64_t *words)
{
    int64_t total = 0;
    for (int peer = 0; peer < side->peers; peer++) {
        side->start[peer] = (int)total;
        side->count[peer] = (int)words[peer];
        total += words[peer];
        if (total > INT32_MAX)
            die("a round of %lld words between ranks is more than one message can hold: start more "
                "ranks",
                (long long)total);
    }
    if (total <= side->room) return;
    side->room = total;
    side->buffer = alloc_resized(side->buffer, (size_t)total, sizeof *side->buffer);
}

static void lay_out_nodes(Side *side, int64_t width)
{
    if (side->width == width) return;
    side->width = width;
    int64_t *words = alloc_zeroed((size_t)side->peers, sizeof *words);
    for (int peer = 0; peer < side->peers; peer++)
        words[peer] = (side->first_node[peer + 1] - side->first_node[peer]) * width;
    lay_out(side, words);
    free(words);
}

static void lay_out_edges(Side *side, const int64_t *edge_words)
{
    int64_t *words = alloc_zeroed((size_t)side->peers, sizeof *words);
    for (int peer = 0; peer < side->peers; peer++)
        for (int64_t k = side->first_edge[peer]; k < side->first_edge[peer + 1]; k++)
            words[peer] += edge_words[side->edge[k]];
    lay_out(side, words);
    side->width = 0;
    free(words);
}

static void exchange(Links *links)
{
    const Side *sent = &links->sent, *heard = &links->heard;
    comm_wire()->exchange(links->wires, sent->buffer, sent->count, sent->start, heard->buffer,
                          heard->count, heard->start);
}

static void suffer(Links *links, int64_t edge, int64_t words, void *heard)
{
    double *message = heard;
    if (!words || links->fault(links->context, links->round, edge, words, message)) return;
    links->lost++;
    for (int64_t k = 0; k < words; k++) message[k] = NAN;
}

static void count(Links *links, int64_t messages, int64_t words, int64_t far_words)
{
    const int64_t word = sizeof(uint64_t);
    links->round++;
    links->traffic.rounds++;
    links->traffic.messages += messages;
    links->traffic.bytes += words * word;
    links->traffic.far_bytes += far_words * word;
}

void links_round(Links *links, int64_t width, const void *own, void *heard)
{
    assert(width > 0);
    const uint64_t *mine = own;
    uint64_t *to = heard;
    if (links->wires) {
        lay_out_nodes(&links->sent, width);
        lay_out_nodes(&links->heard, width);
        for (int64_t k = 0; k < links->sent.first_node[links->sent.peers]; k++)
            copy_words(links->sent.buffer + k * width,
                       mine + (links->sent.node[k] - links->first) * width, width);
        exchange(links);
    }
    for (int64_t k = 0; k < links->edge_count; k++) {
        int64_t place = links->place[k], far = place - links->count;
        copy_words(to + k * width,
                   far < 0 ? mine + place * width : links->heard.buffer + far * width, width);
        if (links->fault) suffer(links, links->first_edge + k, width, to + k * width);
    }
    count(links, links->edges, links->edges * width, links->far_edges * width);
}

static void find_messages(Links *links, const int64_t *words)
{
    int64_t at = 0;
    for (int64_t k = 0; k < links->out_count; k++) {
        links->sent_at[k] = at;
        at += words[links->out_edge[k]];
    }
    at = 0;
    for (int64_t k = 0; k < links->edge_count; k++) {
        links->heard_at[k] = at;
        at += words[links->first_edge + k];
    }
}

static void pack(Links *links, const int64_t *words, const uint64_t *from)
{
    uint64_t *to = links->sent.buffer;
    const int64_t *edge = links->sent.edge;
    /* Per peer the edges ascend, as they do in out_edge: one walk through that for each. */
    for (int peer = 0; peer < links->sent.peers; peer++) {
        int64_t out = 0;
        for (int64_t k = links->sent.first_edge[peer]; k < links->sent.first_edge[peer + 1]; k++) {
            while (links->out_edge[out] != edge[k]) out++;
            copy_words(to, from + links->sent_at[out], words[edge[k]]);
            to += words[edge[k]];
        }
    }
}

static void unpack(Links *links, const int64_t *words, uint64_t *to)
{
    const uint64_t *from = links->heard.buffer;
    const Side *heard = &links->heard;
    for (int64_t k = 0; k < heard->first_edge[heard->peers]; k++) {
        int64_t edge = heard->edge[k];
        copy_words(to + links->heard_at[edge - links->first_edge], from, words[edge]);
        from += words[edge];
    }
}

static void count_varied(Links *links, const int64_t *words)
{
    int64_t messages = 0, all = 0, far = 0;
    for (int64_t e = 0; e < links->edges; e++) {
        messages += words[e] > 0;
        all += words[e];
        if (links->wires &&
            comm_owner(links->nodes, links->from[e]) != comm_owner(links->nodes, links->to[e]))
            far += words[e];
    }
    count(links, messages, all, far);
}

bool links_are_sure(const Links *links) { return comm_ranks() == 1 && !links->fault; }

void links_count_round(Links *links, const int64_t *words)
{
    assert(links_are_sure(links));
    count_varied(links, words);
}

void links_round_varied(Links *links, const int64_t *words, const void *sent, void *heard)
{
    const uint64_t *from = sent;
    uint64_t *to = heard;
    find_messages(links, words);
    if (links->wires) {
        lay_out_edges(&links->sent, words);
        lay_out_edges(&links->heard, words);
        pack(links, words, from);
        exchange(links);
        unpack(links, words, to);
    }
    for (int64_t k = 0; k < links->edge_count; k++) {
        int64_t edge = links->first_edge + k;
        if (links->twin[k] >= 0)
            copy_words(to + links->heard_at[k], from + links->sent_at[links->twin[k]], words[edge]);
        if (links->fault) suffer(links, edge, words[edge], to + links->heard_at[k]);
    }
    count_varied(links, words);
}
