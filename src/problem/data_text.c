/* Bytes of a file as tokens. */
#include "problem/data_kinds.h"

#include "base/die.h"
#include "io/files.h"
#include "problem/data_blocks.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SHARES = 16, BYTES = 256, ELSEWHERE = -1 };

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
    bool is_view; /* of another's bytes and blocks */
    uint8_t *bytes;
    int64_t size;
    DataBlocks blocks;
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

static void deal_out(Text *text)
{
    int64_t run = 0, from = 0;
    int now = ELSEWHERE;
    for (int64_t b = 0; b < text->blocks.count; b++) {
        int part = part_of(text, text->blocks.block[b].hash);
        if (part != now) add_run(text, now, run, from - run), run = from;
        now = part;
        from = text->blocks.block[b].end;
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
    if (!text->is_view) {
        free(text->bytes);
        free(text->blocks.block);
    }
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
            path, text->size, missing, context, 2 * DATA_FEWEST_BLOCKS * 2 * (context + 1));
}

static void share_out(Text *text)
{
    int64_t context = text->data.context;
    deal_out(text);
    text->data.count[SPLIT_TRAIN] = text->part[SPLIT_TRAIN].bytes;
    for (Split s = SPLIT_VALIDATION; s <= SPLIT_TEST; s++) {
        place_windows(&text->part[s], s, context);
        text->data.count[s] = text->part[s].windows * context;
    }
}

static Data *view(const Data *data, int64_t shard)
{
    const Text *whole = (const Text *)data;
    Text *text = alloc_zeroed(1, sizeof *text);
    *text = *whole;
    text->is_view = true;
    text->shard = shard;
    memset(text->part, 0, sizeof text->part);
    share_out(text);
    require_windows(text, data->name);
    return &text->data;
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
                        .part = view,
                        .store = {.size = text->size, .bytes = text->bytes},
                        .free = text_free};
    text->blocks = data_blocks(text->size, text->bytes, options->context);
    share_out(text);
    require_windows(text, path);
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
