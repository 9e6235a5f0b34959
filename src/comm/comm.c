#include "comm/comm.h"

#include "base/die.h"
#include "comm/wire.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Ranks belong to the process; one of them, alone, until comm_open(). */
static struct {
    const Wire *wire; /* NULL: one rank */
    int rank, ranks, here;
    pid_t owner;  /* forked workers are no ranks */
    bool waiting; /* on rank 0: the others are still in comm_open() */
} self = {.ranks = 1, .here = 1};

const Wire *comm_wire(void) { return self.wire; }
int comm_rank(void) { return self.rank; }
int comm_ranks(void) { return self.ranks; }
int comm_ranks_here(void) { return self.here; }
bool comm_is_first(void) { return self.rank == 0; }
const char *comm_name(void) { return self.wire ? self.wire->library() : "in-process"; }

void comm_wait(void)
{
    if (self.wire) self.wire->wait();
}

void comm_tell(int64_t bytes, void *data)
{
    if (self.wire) self.wire->tell(bytes, data);
}

/* What rank 0 tells those that wait in comm_open(). */
enum { COME, LEAVE };

static void let_in(int64_t order)
{
    self.waiting = false;
    comm_tell(sizeof order, &order);
}

void comm_go(void)
{
    if (self.waiting) let_in(COME);
}

void comm_close(void)
{
    if (!self.wire || self.owner != getpid()) return;
    if (self.waiting) let_in(LEAVE);
    self.wire->close();
    self.wire = NULL;
}

void comm_leave(void)
{
    self.wire = NULL;
    self.rank = 0;
    self.ranks = 1;
}

/* A rank that gives up while others wait for its messages would leave them waiting for ever. */
static void at_exit(int status, void *unused)
{
    (void)unused;
    if (!self.wire || self.owner != getpid()) return;
    fflush(NULL);
    if (status && !self.waiting) self.wire->end(status);
    comm_close();
}

/* Does a launcher offer this process to join others? */
static bool is_launched(void)
{
    static const char *const offers[] = {"PMIX_RANK", "PMI_FD", "PMI_PORT", "PMI_RANK"};
    for (size_t k = 0; k < sizeof offers / sizeof *offers; k++)
        if (getenv(offers[k])) return true;
    return false;
}

/* Only launchers of ranks set these; a batch script that calls the program once has none. */
static long long count_launched(void)
{
    static const char *const sizes[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        const char *value = getenv(sizes[k]);
        long long size = value ? strtoll(value, NULL, 10) : 1;
        if (size > 1) return size;
    }
    return 1;
}

void comm_open(int *argc, char ***argv)
{
    const Wire *library = wire_library();
    if (!library || !is_launched()) return;
    library->open(argc, argv, &self.rank, &self.ranks, &self.here);
    self.wire = library;
    self.owner = getpid();
    on_exit(at_exit, NULL);
    if (self.ranks == 1) {
        comm_close();
        return;
    }
    self.waiting = comm_is_first();
    int64_t order = COME;
    if (!comm_is_first()) comm_tell(sizeof order, &order);
    if (order == LEAVE) exit(EXIT_SUCCESS);
}

void comm_refuse_strangers(void)
{
    long long launched = count_launched();
    if (launched <= 1 || self.ranks > 1) return;
    if (wire_library())
        die_usage("%lld ranks were launched, and not by the launcher of this build's %s: start it "
                  "with that one's mpirun (or srun --mpi=pmix), or give each its part with "
                  "--shard RANK/%lld, then run once more without it",
                  launched, wire_library()->library(), launched);
    die_usage("%lld ranks were launched, and this build has no MPI: give each its part with "
              "--shard RANK/%lld, then run once more without it",
              launched, launched);
}

static int64_t start_of(int64_t rows, int rank)
{
    int64_t longer = rows % self.ranks;
    return rows / self.ranks * rank + (rank < longer ? rank : longer);
}

void comm_share(int64_t rows, int64_t *first, int64_t *count)
{
    *first = start_of(rows, self.rank);
    *count = start_of(rows, self.rank + 1) - *first;
}

int comm_owner(int64_t rows, int64_t row)
{
    int64_t block = rows / self.ranks, longer = rows % self.ranks;
    int64_t in_longer = longer * (block + 1);
    return (int)(row < in_longer ? row / (block + 1) : longer + (row - in_longer) / block);
}

void comm_gather(int64_t rows, int64_t width, const double *own, double *all)
{
    if (!self.wire) {
        memcpy(all, own, (size_t)(rows * width) * sizeof *all);
        return;
    }
    assert(rows * width <= INT32_MAX);
    int *starts = alloc_zeroed((size_t)self.ranks, sizeof *starts);
    int *counts = alloc_zeroed((size_t)self.ranks, sizeof *counts);
    for (int rank = 0; rank < self.ranks; rank++) {
        starts[rank] = (int)(start_of(rows, rank) * width);
        counts[rank] = (int)(start_of(rows, rank + 1) * width) - starts[rank];
    }
    self.wire->gather(counts, starts, own, all);
    free(starts);
    free(counts);
}
