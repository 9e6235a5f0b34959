#include "base/die.h"
#include "comm/wire.h"

#include <mpi.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct Wires {
    bool collective;
    MPI_Comm comm;
    int sources, targets;
    int *source, *target;
    MPI_Request *request; /* sources + targets */
    MPI_Status *status;   /* likewise; for MPI_STATUSES_IGNORE see connect_graph() */
};

/* "Open MPI v4.1.4" of a longer text. */
static const char *library(void)
{
    static char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int length = 0;
    if (*text) return text;
    MPI_Get_library_version(text, &length);
    text[strcspn(text, ",\n")] = '\0';
    for (char *c = text; *c; c++)
        if (*c == '\t') *c = ' ';
    return text;
}

static void open_ranks(int *argc, char ***argv, int *rank, int *ranks, int *here)
{
    int level;
    MPI_Comm machine;
    MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &level);
    MPI_Comm_rank(MPI_COMM_WORLD, rank);
    MPI_Comm_size(MPI_COMM_WORLD, ranks);
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
    MPI_Comm_size(machine, here);
    MPI_Comm_free(&machine);
}

static void close_ranks(void) { MPI_Finalize(); }

static void end_ranks(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

/* For waits of seconds or hours: a library's own wait would keep a core busy. */
static void sleep_until(MPI_Request *request)
{
    const struct timespec pause = {.tv_nsec = 1000 * 1000};
    for (int done = 0; MPI_Test(request, &done, MPI_STATUS_IGNORE), !done;) nanosleep(&pause, NULL);
}

static void wait_for_all(void)
{
    MPI_Request request;
    MPI_Ibarrier(MPI_COMM_WORLD, &request);
    sleep_until(&request);
    MPI_Wait(&request, MPI_STATUS_IGNORE); /* NOLINT: clang-tidy does not know MPI_Ibarrier */
}

static void tell(int64_t bytes, void *data)
{
    MPI_Request request;
    if (bytes > INT32_MAX) die("%lld bytes are too many to tell", (long long)bytes);
    MPI_Ibcast(data, (int)bytes, MPI_BYTE, 0, MPI_COMM_WORLD, &request);
    sleep_until(&request);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
}

static void gather(const int *counts, const int *starts, const double *own, double *all)
{
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Allgatherv(own, counts[rank], MPI_DOUBLE, all, counts, starts, MPI_DOUBLE, MPI_COMM_WORLD);
}

static int *copy_of(int count, const int *numbers)
{
    int *copy = alloc_zeroed((size_t)count, sizeof *copy);
    memcpy(copy, numbers, (size_t)count * sizeof *copy);
    return copy;
}

/* Weights of 1 rather than MPI_UNWEIGHTED: gcc takes the libraries' special addresses for arrays
 * that are too short. Without reordering, with which Open MPI 4.1.1 hangs (its issue 8939). */
static MPI_Comm connect_graph(const Wires *wires)
{
    MPI_Comm comm;
    int most = wires->sources > wires->targets ? wires->sources : wires->targets;
    int *ones = alloc_zeroed((size_t)most, sizeof *ones);
    for (int k = 0; k < most; k++) ones[k] = 1;
    MPI_Dist_graph_create_adjacent(MPI_COMM_WORLD, wires->sources, wires->source, ones,
                                   wires->targets, wires->target, ones, MPI_INFO_NULL, 0, &comm);
    free(ones);
    return comm;
}

static Wires *connect_ranks(bool collective, int sources, const int *source, int targets,
                            const int *target)
{
    Wires *wires = alloc_zeroed(1, sizeof *wires);
    *wires = (Wires){.collective = collective, .sources = sources, .targets = targets};
    wires->source = copy_of(sources, source);
    wires->target = copy_of(targets, target);
    size_t peers = (size_t)sources + (size_t)targets;
    wires->request = alloc_zeroed(peers, sizeof *wires->request);
    wires->status = alloc_zeroed(peers, sizeof *wires->status);
    if (collective)
        wires->comm = connect_graph(wires);
    else
        MPI_Comm_dup(MPI_COMM_WORLD, &wires->comm);
    return wires;
}

static void disconnect(Wires *wires)
{
    MPI_Comm_free(&wires->comm);
    free(wires->source);
    free(wires->target);
    free(wires->request);
    free(wires->status);
    free(wires);
}

static void exchange_pairs(const Wires *wires, const uint64_t *sent, const int *sent_count,
                           const int *sent_start, uint64_t *heard, const int *heard_count,
                           const int *heard_start)
{
    int open = 0;
    for (int k = 0; k < wires->sources; k++)
        if (heard_count[k])
            MPI_Irecv(heard + heard_start[k], heard_count[k], MPI_UINT64_T, wires->source[k], 0,
                      wires->comm, &wires->request[open++]);
    for (int k = 0; k < wires->targets; k++)
        if (sent_count[k])
            MPI_Isend(sent + sent_start[k], sent_count[k], MPI_UINT64_T, wires->target[k], 0,
                      wires->comm, &wires->request[open++]);
    MPI_Waitall(open, wires->request, wires->status);
}

static void exchange(Wires *wires, const void *sent, const int *sent_count, const int *sent_start,
                     void *heard, const int *heard_count, const int *heard_start)
{
    if (wires->collective)
        MPI_Neighbor_alltoallv(sent, sent_count, sent_start, MPI_UINT64_T, heard, heard_count,
                               heard_start, MPI_UINT64_T, wires->comm);
    else
        exchange_pairs(wires, sent, sent_count, sent_start, heard, heard_count, heard_start);
}

static const Wire mpi = {
    .library = library,
    .open = open_ranks,
    .close = close_ranks,
    .end = end_ranks,
    .wait = wait_for_all,
    .tell = tell,
    .gather = gather,
    .connect = connect_ranks,
    .disconnect = disconnect,
    .exchange = exchange,
};

const Wire *wire_library(void) { return &mpi; }
