/* Bytes of a file as tokens. */
#include "problem/data_kinds.h"

#include "base/die.h"
#include "io/files.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { BLOCK = 4096, FEWEST_BLOCKS = 128, SHARES = 16, BYTES = 256, ELSEWHERE = -1 };

/* One split: runs of neighbouring blocks, each with the places where a window may start. */
typedef struct {
    int64_t runs, starts, bytes;
    int64_t *first;  /* of each run: where it begins */
    int64_t *before; /* starts in the runs before it */
    int64_t windows;
    int64_t *window; /* not for training: starts of windows side by side, shuffled */
} Part;

typedef struct {
    Data data;
    uint8_t *bytes;
    int64_t size;
    int64_t shard, shards; /* 0 shards: all */
    Part part[SPLITS];
} Text;

/* A Split, or ELSEWHERE for training blocks of other shards. */
static int part_of(const Text *text, uint64_t hash)
{
    uint64_t share = hash % SHARES;
    if (share < 2) return share == 0 ? SPLIT_VALIDATION : SPLIT_TEST;
    bool is_mine =
        text->shards == 0 || hash / SHARES % (uint64_t)text->shards == (uint64_t)text->shard;
    return is_mine ? SPLIT_TRAIN : ELSEWHERE;
}

/* The mean length of a block, a power of two: shorter in short files, so that there are enough of
 * them, and room for a few windows in each. */
static int64_t block_length(int64_t size, int64_t context)
{
    int64_t length = BLOCK, least = 2 * (context + 1);
    while (length > 1 && size / length < FEWEST_BLOCKS && length / 2 >= least) length /= 2;
    while (length < least) length *= 2;
    return length;
}

/* The end of the block that begins at `from`: behind the first byte at which a hash of the last
 * 64 bytes (Gear: Xia et al. 2014) begins with log2(length) zeros. What stands elsewhere in the
 * file again, at any distance, is cut at the same places. */
static int64_t block_end(const Text *text, const uint64_t gear[BYTES], int64_t from, int64_t length)
{
    uint64_t hash = 0, limit = UINT64_MAX / (uint64_t)length;
    for (int64_t i = from; i < text->size; i++) {
        hash = (hash << 1) + gear[text->bytes[i]];
        if (hash <= limit) return i + 1;
    }
    return text->size;
}

static void add_run(Text *text, int number, int64_t first, int64_t length)
{
    if (number == ELSEWHERE) return;
    Part *part = &text->part[number];
    int64_t context = text->data.context;
    part->bytes += length;
    if (length <= context) return;
    size_t room = (size_t)part->runs + 1;
    part->first = alloc_resized(part->first, room, sizeof *part->first);
    part->before = alloc_resized(part->before, room, sizeof *part->before);
    part->first[part->runs] = first;
    part->before[part->runs++] = part->starts;
    part->starts += length - context;
}

static void cut(Text *text)
{
    uint64_t gear[BYTES];
    for (int b = 0; b < BYTES; b++) gear[b] = data_hash(sizeof b, &b);
    int64_t length = block_length(text->size, text->data.context);
    int64_t run = 0;
    int now = ELSEWHERE;
    for (int64_t from = 0, end; from < text->size; from = end) {
        end = block_end(text, gear, from, length);
        int part = part_of(text, data_hash((size_t)(end - from), text->bytes + from));
        if (part != now) add_run(text, now, run, from - run), run = from;
        now = part;
    }
    add_run(text, now, run, text->size - run);
}

static int64_t starts_of_run(const Part *part, int64_t run)
{
    return (run + 1 < part->runs ? part->before[run + 1] : part->starts) - part->before[run];
}

/* Windows side by side: each byte but a run's first and last few is predicted once. Shuffled, so
 * that the first few stand for all. */
static void place_windows(Part *part, Split split, int64_t context)
{
    for (int64_t r = 0; r < part->runs; r++)
        part->windows += (starts_of_run(part, r) + context - 1) / context;
    part->window = alloc_zeroed((size_t)part->windows + 1, sizeof *part->window);
    int64_t count = 0;
    for (int64_t r = 0; r < part->runs; r++)
        for (int64_t at = 0; at < starts_of_run(part, r); at += context)
            part->window[count++] = part->first[r] + at;
    Rng rng = rng_stream(0, (uint32_t)split, RNG_SPLIT);
    rng_shuffle(&rng, count, part->window);
}

/* Place number `start` of all the places where a window may start. */
static int64_t place_of(const Part *part, int64_t start)
{
    int64_t low = 0, high = part->runs;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (part->before[middle] <= start)
            low = middle;
        else
            high = middle;
    }
    return part->first[low] + start - part->before[low];
}

static void copy_window(const uint8_t *from, int64_t context, int32_t *tokens, int32_t *labels)
{
    for (int64_t t = 0; t < context; t++) {
        tokens[t] = from[t];
        labels[t] = from[t + 1];
    }
}

/* Where row `row` of a batch begins; −1 behind the end of a split. */
static int64_t place_of_row(const Text *text, Split split, uint64_t seed, int64_t step,
                            int64_t batch, int64_t row)
{
    const Part *part = &text->part[split];
    int64_t window = step * batch + row;
    if (split != SPLIT_TRAIN) return window < part->windows ? part->window[window] : -1;
    Rng rng = data_row_stream(seed, step, row);
    return place_of(part, rng_below(&rng, part->starts));
}

static void places_of(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                      int64_t *places)
{
    for (int64_t b = 0; b < batch; b++)
        places[b] = place_of_row((const Text *)data, split, seed, step, batch, b);
}

static void windows(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                    int32_t *tokens, int32_t *labels)
{
    const Text *text = (const Text *)data;
    int64_t context = data->context;
    for (int64_t b = 0; b < batch; b++, tokens += context, labels += context) {
        int64_t place = place_of_row(text, split, seed, step, batch, b);
        if (place >= 0)
            copy_window(text->bytes + place, context, tokens, labels);
        else
            for (int64_t t = 0; t < context; t++) tokens[t] = 0, labels[t] = -1;
    }
}

static void text_free(Data *data)
{
    Text *text = (Text *)data;
    for (int s = 0; s < SPLITS; s++) {
        free(text->part[s].first);
        free(text->part[s].before);
        free(text->part[s].window);
    }
    free(text->bytes);
    free(text);
}

static void require_windows(const Text *text, const char *path)
{
    int64_t context = text->data.context;
    const char *missing = text->part[SPLIT_TRAIN].runs == 0        ? "training"
                          : text->part[SPLIT_VALIDATION].runs == 0 ? "validation"
                                                                   : NULL;
    if (missing)
        die("%s: no part of its %" PRId64 " bytes can be kept apart for %s with windows of %" PRId64
            " tokens; take a text of %" PRId64 " bytes or more, or a smaller context",
            path, text->size, missing, context, 2 * FEWEST_BLOCKS * 2 * (context + 1));
}

Data *data_text_open(const char *path, const DataOptions *options)
{
    assert(options->context > 0);
    assert(options->shard >= 0 && (options->shards == 0 || options->shard < options->shards));
    struct stat info;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
        die("%s: expected a regular file, to be read more than once", path);
    Text *text = alloc_zeroed(1, sizeof *text);
    size_t size;
    text->bytes = (uint8_t *)files_read(path, &size);
    text->size = (int64_t)size;
    text->shard = options->shard;
    text->shards = options->shards;
    if (size == 0) die("%s: is empty", path);
    text->data = (Data){.is_text = true,
                        .classes = BYTES,
                        .context = options->context,
                        .entropy = NAN,
                        .windows = windows,
                        .places = places_of,
                        .store = {.size = text->size, .bytes = text->bytes},
                        .free = text_free};
    cut(text);
    require_windows(text, path);
    for (Split s = SPLIT_VALIDATION; s <= SPLIT_TEST; s++)
        place_windows(&text->part[s], s, options->context);
    text->data.count[SPLIT_TRAIN] = text->part[SPLIT_TRAIN].bytes;
    for (Split s = SPLIT_VALIDATION; s <= SPLIT_TEST; s++)
        text->data.count[s] = text->part[s].windows * options->context;
    return &text->data;
}

static char *file_of(const Spec *spec, const char *folder)
{
    (void)folder;
    const char *path = spec_text(spec, "file", NULL);
    if (!path) die_usage("text: expected a file, as in text:file=PATH");
    return format_text("%s", path);
}

static Data *open_text(const Spec *spec, const DataOptions *options)
{
    char *path = file_of(spec, options->folder);
    spec_done(spec);
    Data *data = data_text_open(path, options);
    free(path);
    return data;
}

const DataKind data_text = {.name = "text",
                            .help = "file=PATH: any file, byte by byte",
                            .open = open_text,
                            .file = file_of};
