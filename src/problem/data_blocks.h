/* A text cut into blocks where its content says so, each with a hash of it: what stands somewhere
 * again is cut alike there, and has the same hash. Private to data. */
#ifndef PROBLEM_DATA_BLOCKS_H
#define PROBLEM_DATA_BLOCKS_H

#include <stdint.h>

/* That many, so that each split gets some, unless they would be shorter than a few windows. */
enum { DATA_FEWEST_BLOCKS = 128 };

typedef struct {
    int64_t end; /* behind its last byte; the next one begins there */
    uint64_t hash;
} DataBlock;

typedef struct {
    int64_t count;
    DataBlock *block;
} DataBlocks;

/* For windows of `context` tokens. The caller frees the array. */
DataBlocks data_blocks(int64_t size, const uint8_t *bytes, int64_t context);

#endif
