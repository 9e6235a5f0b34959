#include "problem/data_mixture.h"

#include "base/die.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    Data data;
    int count;
    Data **source;
    int depth;     /* 0; 1 of a mixture of such mixtures … */
    double *below; /* shares of the sources up to each one, itself included; the last is 1 */
    bool is_owner;
    int64_t room; /* numbers of a batch that the copies hold */
    int *drawn;   /* the source of each row */
    int32_t *tokens, *labels;
    int64_t *found;         /* places of one source's batch */
    const DataStore **part; /* of each source */
} Mixture;

static void make_room(Mixture *mixture, int64_t batch)
{
    if (batch * mixture->data.context <= mixture->room) return;
    mixture->room = batch * mixture->data.context;
    size_t room = (size_t)mixture->room;
    mixture->drawn = alloc_resized(mixture->drawn, (size_t)batch, sizeof *mixture->drawn);
    mixture->tokens = alloc_resized(mixture->tokens, room, sizeof *mixture->tokens);
    mixture->labels = alloc_resized(mixture->labels, room, sizeof *mixture->labels);
    mixture->found = alloc_resized(mixture->found, (size_t)batch, sizeof *mixture->found);
}

/* From a stream that no source draws from; a mixture within this one draws elsewhere in it, or its
 * choice would follow from this one's. */
static int draw_source(const Mixture *mixture, uint64_t seed, int64_t step, int64_t row)
{
    Rng rng = rng_stream(seed, (uint32_t)step, RNG_DATA);
    rng.index = (uint64_t)row << 32;
    rng.index += (uint64_t)mixture->depth << 8;
    double u = rng_uniform(&rng);
    int k = 0;
    while (k < mixture->count - 1 && u >= mixture->below[k]) k++;
    return k;
}

static void draw_rows(Mixture *mixture, uint64_t seed, int64_t step, int64_t batch)
{
    make_room(mixture, batch);
    for (int64_t b = 0; b < batch; b++) mixture->drawn[b] = draw_source(mixture, seed, step, b);
}

static bool is_drawn(const Mixture *mixture, int source, int64_t batch)
{
    for (int64_t b = 0; b < batch; b++)
        if (mixture->drawn[b] == source) return true;
    return false;
}

static void training_windows(Mixture *mixture, uint64_t seed, int64_t step, int64_t batch,
                             int32_t *tokens, int32_t *labels)
{
    int64_t context = mixture->data.context;
    size_t bytes = (size_t)context * sizeof *tokens;
    draw_rows(mixture, seed, step, batch);
    for (int k = 0; k < mixture->count; k++) {
        Data *source = mixture->source[k];
        if (!is_drawn(mixture, k, batch)) continue;
        source->windows(source, SPLIT_TRAIN, seed, step, batch, mixture->tokens, mixture->labels);
        for (int64_t b = 0; b < batch; b++) {
            if (mixture->drawn[b] != k) continue;
            memcpy(tokens + b * context, mixture->tokens + b * context, bytes);
            memcpy(labels + b * context, mixture->labels + b * context, bytes);
        }
    }
}

static void windows(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                    int32_t *tokens, int32_t *labels)
{
    Mixture *mixture = (Mixture *)data;
    int64_t context = data->context;
    if (split == SPLIT_TRAIN) {
        training_windows(mixture, seed, step, batch, tokens, labels);
        return;
    }
    for (int64_t b = 0; b < batch; b++, tokens += context, labels += context) {
        int64_t number = step * batch + b;
        Data *source = mixture->source[number % mixture->count];
        source->windows(source, split, seed, number / mixture->count, 1, tokens, labels);
    }
}

/* ---- the same as places: the sources' bytes lie one behind the other */

/* Where `place` of a source is in the mixture's store. */
static int64_t shifted(const Mixture *mixture, int source, int64_t place)
{
    if (place < 0) return place;
    for (int k = 0; k < source; k++) place += mixture->part[k]->size;
    return place;
}

static void training_places(Mixture *mixture, uint64_t seed, int64_t step, int64_t batch,
                            int64_t *places)
{
    draw_rows(mixture, seed, step, batch);
    for (int k = 0; k < mixture->count; k++) {
        Data *source = mixture->source[k];
        if (!is_drawn(mixture, k, batch)) continue;
        source->places(source, SPLIT_TRAIN, seed, step, batch, mixture->found);
        for (int64_t b = 0; b < batch; b++)
            if (mixture->drawn[b] == k) places[b] = shifted(mixture, k, mixture->found[b]);
    }
}

static void places_of(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                      int64_t *places)
{
    Mixture *mixture = (Mixture *)data;
    if (split == SPLIT_TRAIN) {
        training_places(mixture, seed, step, batch, places);
        return;
    }
    for (int64_t b = 0; b < batch; b++) {
        int64_t number = step * batch + b;
        int k = (int)(number % mixture->count);
        Data *source = mixture->source[k];
        source->places(source, split, seed, number / mixture->count, 1, &places[b]);
        places[b] = shifted(mixture, k, places[b]);
    }
}

/* Where all sources have places. */
static void join_stores(Mixture *mixture)
{
    DataStore *store = &mixture->data.store;
    for (int k = 0; k < mixture->count; k++)
        if (!mixture->source[k]->places) return;
    mixture->part = alloc_zeroed((size_t)mixture->count, sizeof *mixture->part);
    for (int k = 0; k < mixture->count; k++) {
        mixture->part[k] = &mixture->source[k]->store;
        store->size += mixture->part[k]->size;
    }
    store->parts = mixture->count;
    store->part = mixture->part;
    mixture->data.places = places_of;
}

static void mixture_free(Data *data)
{
    Mixture *mixture = (Mixture *)data;
    for (int k = 0; mixture->is_owner && k < mixture->count; k++) data_free(mixture->source[k]);
    free(mixture->source);
    free(mixture->below);
    free(mixture->drawn);
    free(mixture->tokens);
    free(mixture->labels);
    free(mixture->found);
    free(mixture->part);
    free(mixture);
}

/* Behind the end of a shorter source its rows are padded; those of the others go on. */
static void count_rows(Mixture *mixture)
{
    for (int split = 0; split < SPLITS; split++) {
        int64_t most = 0, sum = 0;
        for (int k = 0; k < mixture->count; k++) {
            int64_t count = mixture->source[k]->count[split];
            if (count > most) most = count;
            sum = count < DATA_ENDLESS - sum ? sum + count : DATA_ENDLESS;
        }
        mixture->data.count[split] = split == SPLIT_TRAIN ? sum : most * mixture->count;
    }
}

static void add_source(Mixture *mixture, Data *source, double share)
{
    int number = mixture->count++;
    assert(source->is_text && isfinite(share));
    assert(source->classes == mixture->data.classes && source->context == mixture->data.context);
    mixture->source[number] = source;
    bool is_mixture = source->free == mixture_free;
    int depth = is_mixture ? ((const Mixture *)source)->depth + 1 : 0;
    if (depth > mixture->depth) mixture->depth = depth;
    mixture->below[number] = share + (number ? mixture->below[number - 1] : 0.0);
}

Data *data_mixture_of(int count, Data *const source[], const double share[])
{
    assert(count > 0);
    Mixture *mixture = alloc_zeroed(1, sizeof *mixture);
    mixture->source = alloc_zeroed((size_t)count, sizeof(Data *));
    mixture->below = alloc_zeroed((size_t)count, sizeof *mixture->below);
    mixture->data = (Data){.name = format_text("mixture"),
                           .is_text = true,
                           .classes = source[0]->classes,
                           .context = source[0]->context,
                           .entropy = NAN,
                           .windows = windows,
                           .free = mixture_free};
    for (int k = 0; k < count; k++)
        if (share[k] > 0.0) add_source(mixture, source[k], share[k]);
    assert(mixture->count > 0);
    double sum = mixture->below[mixture->count - 1];
    for (int k = 0; k < mixture->count; k++) mixture->below[k] /= sum;
    count_rows(mixture);
    join_stores(mixture);
    return &mixture->data;
}

void data_mixture_own(Data *mixture) { ((Mixture *)mixture)->is_owner = true; }
