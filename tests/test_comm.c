#include "comm/comm.h"
#include "comm/links.h"

#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

/* 0 → 1, 0 → 2, 1 → 2, 2 → 0, 3 → 0: sorted by (to, from). Node 3 hears nobody. */
enum { NODES = 4, EDGES = 5 };
static const int64_t from[EDGES] = {2, 3, 0, 0, 1};
static const int64_t to[EDGES] = {0, 0, 1, 2, 2};

static Links *make(void) { return links_create(NODES, EDGES, from, to, "neighbor"); }

Test(comm, a_program_without_a_launcher_is_one_rank)
{
    cr_assert(eq(int, comm_rank(), 0));
    cr_assert(eq(int, comm_ranks(), 1));
    cr_assert(comm_is_first());
    cr_assert(eq(str, (char *)comm_name(), "in-process"));
}

Test(comm, one_rank_owns_every_row_and_gathers_its_own)
{
    int64_t first, count;
    const double own[6] = {1, 2, 3, 4, 5, 6};
    double all[6] = {0};
    comm_share(3, &first, &count);
    cr_assert(eq(i64, first, 0));
    cr_assert(eq(i64, count, 3));
    comm_gather(3, 2, own, all);
    cr_assert(eq(dbl[6], all, (double *)own));
}

Test(links, every_node_hears_its_in_neighbours_in_order_of_edges)
{
    Links *links = make();
    const double own[NODES * 2] = {0, 10, 1, 11, 2, 12, 3, 13};
    double heard[EDGES * 2];
    links_round(links, 2, own, heard);
    for (int e = 0; e < EDGES; e++) {
        cr_assert(eq(dbl, heard[2 * e], (double)from[e]));
        cr_assert(eq(dbl, heard[2 * e + 1], 10.0 + (double)from[e]));
    }
    links_free(links);
}

/* Words are bits: a double that is no number and a whole number of 64 bits travel alike. */
Test(links, words_arrive_bit_by_bit)
{
    Links *links = make();
    const uint64_t own[NODES] = {UINT64_MAX, 0x7ff0000000000001, 0, 1};
    uint64_t heard[EDGES];
    links_round(links, 1, own, heard);
    for (int e = 0; e < EDGES; e++) cr_assert(eq(u64, heard[e], own[from[e]]));
    links_free(links);
}

/* Senders speak in ascending order of their edges' numbers: edge 0 is 2 → 0, edge 4 is 1 → 2. */
Test(links, each_edge_can_carry_a_message_of_its_own)
{
    Links *links = make();
    const int64_t words[EDGES] = {1, 0, 2, 3, 1};
    const double sent[7] = {0.0, 2.0, 2.1, 3.0, 3.1, 3.2, 4.0};
    double heard[7] = {0};
    links_round_varied(links, words, sent, heard);
    cr_assert(eq(dbl[7], heard, (double *)sent));
    links_free(links);
}

Test(links, rounds_messages_and_bytes_are_counted)
{
    Links *links = make();
    const int64_t words[EDGES] = {1, 0, 2, 3, 1};
    double own[NODES * 3] = {0}, heard[EDGES * 3];
    links_round(links, 3, own, heard);
    links_round_varied(links, words, own, heard);
    Traffic traffic = links_traffic(links);
    cr_assert(eq(i64, traffic.rounds, 2));
    cr_assert(eq(i64, traffic.messages, EDGES + 4)); /* an empty message is none */
    cr_assert(eq(i64, traffic.bytes, 8 * (EDGES * 3 + 7)));
    cr_assert(eq(i64, traffic.far_bytes, 0));
    links_reset_traffic(links);
    traffic = links_traffic(links);
    cr_assert(eq(i64, traffic.rounds, 0));
    cr_assert(eq(i64, traffic.bytes, 0));
    links_free(links);
}

typedef struct {
    int64_t round, edge; /* to be lost */
    int64_t calls, last_edge;
} Order;

static bool lose_one(void *context, int64_t round, int64_t edge, int64_t width, double *words)
{
    Order *order = context;
    order->calls++;
    order->last_edge = edge;
    if (round == 0 && edge == 4) words[width - 1] = -1.0;
    return round != order->round || edge != order->edge;
}

Test(links, a_lost_message_is_heard_as_nan_and_counted)
{
    Links *links = make();
    Order order = {.round = 1, .edge = 2};
    const double own[NODES] = {5, 6, 7, 8};
    double heard[EDGES];
    links_set_fault(links, lose_one, &order);
    links_round(links, 1, own, heard);
    cr_assert(eq(i64, links_lost(links), 0));
    cr_assert(eq(dbl, heard[4], -1.0)); /* damaged, not lost */
    links_round(links, 1, own, heard);
    cr_assert(eq(i64, links_lost(links), 1));
    for (int e = 0; e < EDGES; e++) cr_assert(eq(int, isnan(heard[e]), e == 2));
    cr_assert(eq(i64, order.calls, 2 * EDGES));
    cr_assert(eq(i64, order.last_edge, EDGES - 1));
    cr_assert(eq(i64, links_traffic(links).bytes, 2 * 8 * EDGES)); /* it was sent */
    links_free(links);
}

Test(links, an_empty_message_cannot_be_lost)
{
    Links *links = make();
    Order order = {.round = 0, .edge = 1};
    const int64_t words[EDGES] = {1, 0, 1, 1, 1};
    double sent[4] = {0}, heard[4];
    links_set_fault(links, lose_one, &order);
    links_round_varied(links, words, sent, heard);
    cr_assert(eq(i64, links_lost(links), 0));
    cr_assert(eq(i64, order.calls, 4));
    links_free(links);
}

/* Rounds go on counting when the traffic is set back: faults are told by the round. */
Test(links, resetting_the_traffic_does_not_turn_back_the_rounds)
{
    Links *links = make();
    Order order = {.round = 1, .edge = 2};
    const double own[NODES] = {5, 6, 7, 8};
    double heard[EDGES];
    links_set_fault(links, lose_one, &order);
    links_round(links, 1, own, heard);
    links_reset_traffic(links);
    links_round(links, 1, own, heard);
    cr_assert(eq(int, isnan(heard[2]), 1));
    links_free(links);
}

Test(links, a_network_without_edges_has_silent_rounds)
{
    Links *links = links_create(2, 0, NULL, NULL, "pairs");
    const double own[2] = {1, 2};
    double heard[1] = {3};
    links_round(links, 1, own, heard);
    cr_assert(eq(dbl, heard[0], 3.0));
    cr_assert(eq(i64, links_traffic(links).rounds, 1));
    cr_assert(eq(i64, links_traffic(links).messages, 0));
    links_free(links);
}

static void wrong_transport(void *context)
{
    (void)context;
    links_create(NODES, EDGES, from, to, "pigeons");
}

Test(links, an_unknown_transport_is_refused_with_the_known_ones)
{
    Ending ending = dying_run(wrong_transport, NULL);
    cr_assert(eq(int, ending.exit_code, 2));
    cr_assert(ne(ptr, strstr(ending.err, "pigeons"), NULL));
    cr_assert(ne(ptr, strstr(ending.err, "neighbor, pairs"), NULL));
}

static void launched_elsewhere(void *context)
{
    setenv("PMI_SIZE", "16", 1);
    comm_refuse_strangers();
    (void)context;
}

Test(comm, ranks_that_the_program_does_not_see_are_refused)
{
    Ending ending = dying_run(launched_elsewhere, NULL);
    cr_assert(eq(int, ending.exit_code, 2));
    cr_assert(ne(ptr, strstr(ending.err, "16 ranks were launched"), NULL));
    cr_assert(ne(ptr, strstr(ending.err, "--shard RANK/16"), NULL));
}
