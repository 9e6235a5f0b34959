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

/* C = A B + C by one warp's cuda_mma(): 16 x 16, 16 x 8 and 16 x 8 numbers, rows without gaps. The
 * fragments are taken and left as the PTX ISA tells of each element of them. */
void probe_multiply(Backend *backend, const uint16_t *A, const uint16_t *B, float *C);

/* What cuda_matrices() (turned: cuda_matrices_turned()) gives to each of 32 lanes, four words each,
 * of four 8 x 8 matrices that lie one after the other. */
void probe_matrices(Backend *backend, bool turned, const uint16_t *matrices, uint32_t *words);

/* The number a thread copied late: before it waited, and after. */
void probe_copy_waits(Backend *backend, const float *from, float *to);

/* What a warp does together. */
typedef enum { PROBE_MMA, PROBE_MATRICES, PROBE_MATRICES_TURNED, PROBE_SYNCWARP } ProbeCall;

/* These end the program: a thread that leaves before a barrier, a warp of which one thread does
 * not come to a shuffle, or is at another call than all others, a thread that does not wait for
 * what it copies late, more shared memory than a launch gets unasked, and (seen by the address
 * sanitizer only) a write behind the last of `count` numbers. */
void probe_leaves_early(Backend *backend);
void probe_shuffles_alone(Backend *backend);
void probe_calls(Backend *backend, ProbeCall all, ProbeCall one);
void probe_never_waits(Backend *backend, const float *from);
void probe_shares_too_much(Backend *backend);
void probe_writes_behind(Backend *backend, int64_t count, int *to);

/* Bytes that the process has of the device. */
size_t probe_memory_in_use(void);

/* A copy to the device by CUDA's own call, which has not read `from` when it returns. */
void probe_copy_late(Backend *backend, size_t bytes, const void *from, void *to);

#endif
