/* Small kernels with known faults, and without: what the emulator says about each is what
 * tests/test_emulator.c asks. All memory is the device's, from backend_open("cuda"). */
#ifndef TESTS_EMULATOR_PROBE_H
#define TESTS_EMULATOR_PROBE_H

#include "compute/backend.h"

enum { PROBE_THREADS = 64 };

/* to[i] = (i + 1) mod 64 + 1, each thread reading what its neighbour wrote to shared memory: with
 * a barrier between, and without, where the neighbour's number may not be there yet. */
void probe_neighbours(Backend *backend, int *to);
void probe_neighbours_racing(Backend *backend, int *to);

/* Blocks of 64 threads copy shared memory to `to` before they write 7 there: 64 numbers of the
 * memory that the launch asks for, then 64 of the kernel's own. */
void probe_shared_before_written(Backend *backend, int blocks, int *to);

/* x ← 3 x + 1 for 64 numbers. */
void probe_step(Backend *backend, int *x);

/* These end the program: a thread that leaves before a barrier, a warp of which one thread does
 * not come to a shuffle, more shared memory than a launch gets unasked, and (seen by the address
 * sanitizer only) a write behind the last of `count` numbers. */
void probe_leaves_early(Backend *backend);
void probe_shuffles_alone(Backend *backend);
void probe_shares_too_much(Backend *backend);
void probe_writes_behind(Backend *backend, int64_t count, int *to);

/* A copy to the device by CUDA's own call, which has not read `from` when it returns. */
void probe_copy_late(Backend *backend, size_t bytes, const void *from, void *to);

#endif
