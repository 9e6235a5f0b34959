#include "compute/cuda_arena.h"
#include "compute/cuda.cuh"

#include <stdlib.h>

struct CudaPiece {
    CudaPiece *next;
    char *memory;
    size_t bytes;
    bool taken, starts; /* starts: the first of its chunk, whose memory cudaFree() takes */
};

/* Bytes up to a multiple of the grain, 256 or a whole small step; at least one. */
static size_t whole_grains(size_t bytes)
{
    size_t grain = CUDA_ARENA_STEP < 256 ? CUDA_ARENA_STEP : 256;
    return bytes ? (bytes + grain - 1) / grain * grain : grain;
}

static CudaPiece *piece_after(CudaPiece *before, char *memory, size_t bytes)
{
    CudaPiece *piece = (CudaPiece *)alloc_zeroed(1, sizeof *piece);
    piece->memory = memory;
    piece->bytes = bytes;
    if (before) {
        piece->next = before->next;
        before->next = piece;
    }
    return piece;
}

/* A new chunk stands first in the list. */
static CudaPiece *add_chunk(CudaArena *arena, size_t bytes)
{
    size_t size = bytes > CUDA_ARENA_STEP ? bytes : CUDA_ARENA_STEP;
    void *memory = NULL;
    cudaError_t error = cudaMalloc(&memory, size);
    if (error == cudaErrorMemoryAllocation && size > bytes) {
        (void)cudaGetLastError(); /* forgets the failure, which the next launch would report */
        error = cudaMalloc(&memory, size = bytes);
    }
    if (error != cudaSuccess)
        die("no device memory for %zu bytes more: %s", size, cudaGetErrorString(error));
    CudaPiece *piece = piece_after(NULL, (char *)memory, size);
    piece->starts = true;
    piece->next = arena->first;
    return arena->first = piece;
}

void *arena_take(CudaArena *arena, size_t bytes)
{
    bytes = whole_grains(bytes);
    CudaPiece *piece = arena->first;
    while (piece && (piece->taken || piece->bytes < bytes)) piece = piece->next;
    if (!piece) piece = add_chunk(arena, bytes);
    if (piece->bytes > bytes) {
        piece_after(piece, piece->memory + bytes, piece->bytes - bytes);
        piece->bytes = bytes;
    }
    piece->taken = true;
    return piece->memory;
}

static void join_next(CudaPiece *piece)
{
    CudaPiece *next = piece->next;
    if (!next || next->taken || next->starts) return;
    piece->bytes += next->bytes;
    piece->next = next->next;
    free(next);
}

/* A chunk larger than a step was made for one allocation: it goes back when that does. */
static void drop_if_large(CudaArena *arena, CudaPiece *before, CudaPiece *piece)
{
    bool whole = piece->starts && (!piece->next || piece->next->starts);
    if (!whole || piece->bytes <= (CUDA_ARENA_STEP > 1 ? CUDA_ARENA_STEP : 0)) return;
    cuda_check(cudaFree(piece->memory));
    if (before)
        before->next = piece->next;
    else
        arena->first = piece->next;
    free(piece);
}

void arena_give(CudaArena *arena, void *memory)
{
    if (!memory) return;
    CudaPiece *before = NULL, *piece = arena->first;
    while (piece && piece->memory != memory) {
        before = piece;
        piece = piece->next;
    }
    assert(piece && piece->taken);
    piece->taken = false;
    join_next(piece);
    if (before && !before->taken && !piece->starts) {
        join_next(before);
        piece = before;
        before = arena->first == piece ? NULL : arena->first;
        while (before && before->next != piece) before = before->next;
    }
    drop_if_large(arena, before, piece);
}

void arena_empty(CudaArena *arena)
{
    CudaPiece *kept = NULL;
    for (CudaPiece *piece = arena->first; piece; piece = piece->next) piece->taken = false;
    while (arena->first) {
        CudaPiece *chunk = arena->first;
        while (chunk->next && !chunk->next->starts) join_next(chunk);
        arena->first = chunk->next;
        if (!kept && chunk->bytes == CUDA_ARENA_STEP) {
            kept = chunk;
            kept->next = NULL;
        } else {
            cuda_check(cudaFree(chunk->memory));
            free(chunk);
        }
    }
    arena->first = kept;
}

void arena_free(CudaArena *arena)
{
    arena_empty(arena);
    if (!arena->first) return;
    cuda_check(cudaFree(arena->first->memory));
    free(arena->first);
    arena->first = NULL;
}
