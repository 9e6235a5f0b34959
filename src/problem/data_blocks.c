#include "problem/data_blocks.h"

#include "base/die.h"
#include "problem/data_kinds.h"

enum { BLOCK = 4096, BYTES = 256 };

/* The mean length of a block, a power of two: shorter in short files, so that there are enough of
 * them, and room for a few windows in each. */
static int64_t block_length(int64_t size, int64_t context)
{
    int64_t length = BLOCK, least = 2 * (context + 1);
    while (length > 1 && size / length < DATA_FEWEST_BLOCKS && length / 2 >= least) length /= 2;
    while (length < least) length *= 2;
    return length;
}

/* The end of the block that begins at `from`: behind the first byte at which a hash of the last
 * 64 bytes (Gear: Xia et al. 2014) begins with log2(length) zeros. What stands elsewhere in the
 * file again, at any distance, is cut at the same places. */
static int64_t block_end(int64_t size, const uint8_t *bytes, const uint64_t gear[BYTES],
                         int64_t from, int64_t length)
{
    uint64_t hash = 0, limit = UINT64_MAX / (uint64_t)length;
    for (int64_t i = from; i < size; i++) {
        hash = (hash << 1) + gear[bytes[i]];
        if (hash <= limit) return i + 1;
    }
    return size;
}

DataBlocks data_blocks(int64_t size, const uint8_t *bytes, int64_t context)
{
    uint64_t gear[BYTES];
    for (int b = 0; b < BYTES; b++) gear[b] = data_hash(sizeof b, &b);
    int64_t length = block_length(size, context);
    DataBlocks blocks = {0};
    for (int64_t from = 0, end; from < size; from = end) {
        end = block_end(size, bytes, gear, from, length);
        size_t room = (size_t)blocks.count + 1;
        blocks.block = alloc_resized(blocks.block, room, sizeof *blocks.block);
        blocks.block[blocks.count++] =
            (DataBlock){end, data_hash((size_t)(end - from), bytes + from)};
    }
    return blocks;
}
