/* Device memory from a few large chunks: no cudaMalloc() where it would cost.
 *
 * A chunk is a list of pieces in order of their addresses; the first free piece that is large
 * enough is taken, free neighbours become one. Pieces start at multiples of 256 bytes. All work is
 * on one stream, so memory may be given out again while kernels that used it still run. */
#ifndef COMPUTE_CUDA_ARENA_H
#define COMPUTE_CUDA_ARENA_H

#include <stddef.h>

/* A chunk has at least this size: few chunks for a large network, while eight small trials,
 * each in a process of its own, take one or two each of the card that they share. The emulator
 * usually makes it 1: a chunk for each allocation, so that the address sanitizer sees its end. */
#ifndef CUDA_ARENA_STEP
#define CUDA_ARENA_STEP ((size_t)64 << 20)
#endif

typedef struct CudaPiece CudaPiece;

typedef struct {
    CudaPiece *first;
} CudaArena;

void *arena_take(CudaArena *arena, size_t bytes);
void arena_give(CudaArena *arena, void *memory); /* NULL is fine */
void arena_empty(CudaArena *arena); /* nothing is taken; at most one chunk, of a step, is kept */
void arena_free(CudaArena *arena);

#endif
