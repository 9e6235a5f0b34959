#include "problem/data_mixture.h"

#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

enum { CONTEXT = 16, BATCH = 8, TOKENS = BATCH * CONTEXT, SOURCES = 3 };

typedef struct {
    int32_t tokens[TOKENS], labels[TOKENS];
} Windows;

static const DataOptions options = {.folder = "data/cache", .context = CONTEXT};

/* Words of the 20 letters from `first` on: a window says which text it is of. */
static char *make_text(int64_t size, char first, uint64_t seed)
{
    char *text = malloc((size_t)size + 1);
    Rng rng = rng_stream(seed, 0, RNG_DATA);
    for (int64_t i = 0; i < size; i++) text[i] = (char)(first + rng_below(&rng, 20));
    text[size] = '\0';
    return text;
}

static const char firsts[SOURCES] = {'!', 'A', 'a'};

static Data *open_source(int k, int64_t size)
{
    char name[16], *text = make_text(size, firsts[k], 1);
    snprintf(name, sizeof name, "%d.txt", k);
    Data *data = data_open(scratch_text(name, text), &options);
    free(text);
    return data;
}

static int source_of(int32_t token)
{
    int k = SOURCES - 1;
    while (token < firsts[k]) k--;
    return k;
}

static Windows take(Data *data, Split split, uint64_t seed, int64_t step)
{
    Windows w;
    data->windows(data, split, seed, step, BATCH, w.tokens, w.labels);
    return w;
}

static bool same_row(const Windows *a, const Windows *b, int row)
{
    size_t bytes = CONTEXT * sizeof(int32_t);
    return !memcmp(a->tokens + row * CONTEXT, b->tokens + row * CONTEXT, bytes) &&
           !memcmp(a->labels + row * CONTEXT, b->labels + row * CONTEXT, bytes);
}

typedef struct {
    Data *source[SOURCES], *mixture;
} Bench;

static Bench bench_of(const double share[])
{
    Bench bench;
    for (int k = 0; k < SOURCES; k++) bench.source[k] = open_source(k, 20000 + 10000 * k);
    bench.mixture = data_mixture_of(SOURCES, bench.source, share);
    return bench;
}

static void bench_free(Bench *bench)
{
    data_free(bench->mixture);
    for (int k = 0; k < SOURCES; k++) data_free(bench->source[k]);
}

Test(data_mixture, every_row_is_the_row_that_its_source_would_have_drawn)
{
    Bench bench = bench_of((double[]){1, 2, 1});
    for (int64_t step = 0; step < 50; step++) {
        Windows mixed = take(bench.mixture, SPLIT_TRAIN, 5, step);
        for (int b = 0; b < BATCH; b++) {
            int k = source_of(mixed.tokens[b * CONTEXT]);
            Windows pure = take(bench.source[k], SPLIT_TRAIN, 5, step);
            cr_expect(same_row(&mixed, &pure, b), "step %ld, row %d", (long)step, b);
        }
    }
    bench_free(&bench);
}

/* 8000 rows: five standard errors of a share are at most 5 sqrt(1/4 / 8000) = 0.028; one seed in
 * a million fails. */
Test(data_mixture, rows_come_from_the_sources_by_their_shares)
{
    const double share[SOURCES] = {3, 0, 1};
    Bench bench = bench_of(share);
    int count[SOURCES] = {0};
    for (int64_t step = 0; step < 1000; step++) {
        Windows w = take(bench.mixture, SPLIT_TRAIN, 5, step);
        for (int b = 0; b < BATCH; b++) count[source_of(w.tokens[b * CONTEXT])]++;
    }
    for (int k = 0; k < SOURCES; k++)
        cr_expect(epsilon_eq(dbl, count[k] / 8000.0, share[k] / 4.0, 0.028));
    cr_expect(eq(int, count[1], 0));
    bench_free(&bench);
}

/* Else a batch would be of one source, or the same row always of the same. */
Test(data_mixture, rows_of_a_batch_and_batches_are_drawn_apart)
{
    Bench bench = bench_of((double[]){1, 1, 1});
    int rows = 0, steps = 0;
    Windows before = take(bench.mixture, SPLIT_TRAIN, 5, 0);
    for (int64_t step = 1; step <= 1000; step++) {
        Windows w = take(bench.mixture, SPLIT_TRAIN, 5, step);
        rows += source_of(w.tokens[0]) == source_of(w.tokens[CONTEXT]);
        steps += source_of(w.tokens[0]) == source_of(before.tokens[0]);
        before = w;
    }
    /* 1/3 of 1000, with five standard errors of 15 */
    cr_expect(epsilon_eq(dbl, rows, 333.0, 75.0));
    cr_expect(epsilon_eq(dbl, steps, 333.0, 75.0));
    bench_free(&bench);
}

/* Two mixtures, of which each has the first source and one of the others: shares 1/2, 1/4, 1/4.
 * Were both choices one draw, the first mixture would always give its first source, the second one
 * its second. Standard errors as above. */
Test(data_mixture, a_mixture_of_mixtures_chooses_twice)
{
    Bench bench = bench_of((double[]){1, 1, 1});
    const double even[2] = {1, 1}, share[SOURCES] = {0.5, 0.25, 0.25};
    Data *inner[2];
    for (int k = 0; k < 2; k++)
        inner[k] = data_mixture_of(2, (Data *[]){bench.source[0], bench.source[1 + k]}, even);
    Data *outer = data_mixture_of(2, inner, even);
    int count[SOURCES] = {0};
    for (int64_t step = 0; step < 1000; step++) {
        Windows w = take(outer, SPLIT_TRAIN, 5, step);
        for (int b = 0; b < BATCH; b++) count[source_of(w.tokens[b * CONTEXT])]++;
    }
    for (int k = 0; k < SOURCES; k++)
        cr_expect(epsilon_eq(dbl, count[k] / 8000.0, share[k], 0.028));
    data_free(outer);
    for (int k = 0; k < 2; k++) data_free(inner[k]);
    bench_free(&bench);
}

Test(data_mixture, a_batch_does_not_depend_on_what_was_drawn_before)
{
    Bench bench = bench_of((double[]){1, 1, 1});
    Windows first = take(bench.mixture, SPLIT_TRAIN, 5, 3);
    take(bench.mixture, SPLIT_TRAIN, 6, 3);
    take(bench.mixture, SPLIT_VALIDATION, 5, 1);
    Windows again = take(bench.mixture, SPLIT_TRAIN, 5, 3);
    cr_expect(eq(int, memcmp(&first, &again, sizeof first), 0));
    bench_free(&bench);
}

Test(data_mixture, a_mixture_of_one_is_that_source)
{
    Bench bench = bench_of((double[]){0, 7, 0});
    for (int split = 0; split < SPLITS; split++)
        for (int64_t step = 0; step < 5; step++) {
            Windows a = take(bench.mixture, split, 5, step);
            Windows b = take(bench.source[1], split, 5, step);
            cr_expect(eq(int, memcmp(&a, &b, sizeof a), 0));
        }
    for (int split = 0; split < SPLITS; split++)
        cr_expect(eq(i64, bench.mixture->count[split], bench.source[1]->count[split]));
    bench_free(&bench);
}

Test(data_mixture, every_held_out_window_of_every_source_is_seen_once)
{
    Bench bench = bench_of((double[]){1, 1, 1});
    int64_t seen[SOURCES] = {0}, batches = data_batches(bench.mixture, SPLIT_VALIDATION, BATCH);
    for (int64_t step = 0; step < batches; step++) {
        Windows w = take(bench.mixture, SPLIT_VALIDATION, 5, step);
        for (int b = 0; b < BATCH; b++)
            if (w.labels[b * CONTEXT] >= 0) seen[source_of(w.tokens[b * CONTEXT])] += CONTEXT;
    }
    for (int k = 0; k < SOURCES; k++)
        cr_expect(eq(i64, seen[k], bench.source[k]->count[SPLIT_VALIDATION]));
    bench_free(&bench);
}

/* ---- places */

/* All bytes of a store one behind the other; returns where they end. */
static uint8_t *flatten(const DataStore *store, uint8_t *to)
{
    if (store->bytes) memcpy(to, store->bytes, (size_t)store->size);
    uint8_t *at = to;
    for (int k = 0; k < store->parts; k++) at = flatten(store->part[k], at);
    cr_assert(store->bytes || at - to == store->size);
    return to + store->size;
}

static void check_places(Data *data, const uint8_t *bytes, Split split, int64_t step)
{
    int64_t place[BATCH];
    Windows w = take(data, split, 5, step);
    data->places(data, split, 5, step, BATCH, place);
    for (int t = 0; t < TOKENS; t++) {
        int64_t from = place[t / CONTEXT], at = from + t % CONTEXT;
        cr_expect(eq(int, w.labels[t], from < 0 ? -1 : bytes[at + 1]));
        if (from >= 0) cr_expect(eq(int, w.tokens[t], bytes[at]));
    }
}

/* In batches of all splits, behind the end of the held-out ones too; two mixtures deep. */
Test(data_mixture, windows_are_the_bytes_at_their_places_in_the_joined_stores)
{
    Bench bench = bench_of((double[]){1, 2, 1});
    const double even[2] = {1, 1};
    Data *outer = data_mixture_of(2, (Data *[]){bench.source[2], bench.mixture}, even);
    Data *both[2] = {bench.mixture, outer};
    for (int k = 0; k < 2; k++) {
        uint8_t *bytes = malloc((size_t)both[k]->store.size);
        flatten(&both[k]->store, bytes);
        for (int split = 0; split < SPLITS; split++) {
            int64_t last = split == SPLIT_TRAIN ? 20 : data_batches(both[k], split, BATCH);
            for (int64_t step = 0; step < last; step++) check_places(both[k], bytes, split, step);
        }
        free(bytes);
    }
    data_free(outer);
    bench_free(&bench);
}

Test(data_mixture, one_source_without_places_leaves_the_mixture_without)
{
    Data *chain[2];
    for (int k = 0; k < 2; k++) chain[k] = data_open("markov:states=8", &options);
    Data *mixture = data_mixture_of(2, chain, (double[]){1, 1});
    cr_expect(mixture->places == NULL);
    cr_expect(eq(i64, mixture->store.size, 0));
    data_free(mixture), data_free(chain[0]), data_free(chain[1]);
}

Test(data_mixture, files_and_shares_can_be_spelled)
{
    char *a = make_text(20000, firsts[0], 1), *b = make_text(20000, firsts[2], 1);
    char spec[1024];
    snprintf(spec, sizeof spec, "mixture:files=%s+%s,shares=1+0", scratch_text("a.txt", a),
             scratch_text("b.txt", b));
    Data *data = data_open(spec, &options);
    Windows w = take(data, SPLIT_TRAIN, 1, 0);
    for (int t = 0; t < TOKENS; t++) cr_expect(eq(int, source_of(w.tokens[t]), 0));
    data_free(data);
    *strchr(spec, ',') = '\0';
    data = data_open(spec, &options);
    int count = 0;
    for (int64_t step = 0; step < 20; step++)
        count += source_of(take(data, SPLIT_TRAIN, 1, step).tokens[0]) == 2;
    cr_expect(count > 0 && count < 20);
    data_free(data);
    free(a), free(b);
}

static void open_spec(void *spec) { data_open(spec, &options); }

Test(data_mixture, a_wrong_mixture_is_one_clear_sentence)
{
    static const char *const rows[][2] = {
        {"mixture:files=a+b,shares=1", "expected 2 numbers joined with '+'"},
        {"mixture:files=a+b,shares=0+0", "not all 0"},
        {"mixture:files=a+b,shares=1+x", "found '1+x'"},
        {"mixture:shares=1", "expected texts"},
        {"mixture:file=a", "file"}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        Ending ending = dying_run(open_spec, (void *)rows[k][0]);
        cr_expect(eq(int, ending.exit_code, 2), "%s: %s", rows[k][0], ending.err);
        cr_expect(ne(ptr, strstr(ending.err, (char *)rows[k][1]), NULL), "%s", ending.err);
    }
}

/* ---- shards of one text */

/* Marks every byte that a training window of the shard may begin at, by many draws. */
static void mark_shard(const char *path, const char *text, int64_t shard, int64_t shards,
                       char *marks)
{
    Data *data =
        data_open(path, &(DataOptions){.context = CONTEXT, .shard = shard, .shards = shards});
    for (int64_t step = 0; step < 2000; step++) {
        Windows w = take(data, SPLIT_TRAIN, 1, step);
        for (int b = 0; b < BATCH; b++) {
            char window[CONTEXT + 1] = {0};
            for (int t = 0; t < CONTEXT; t++) window[t] = (char)w.tokens[b * CONTEXT + t];
            const char *at = strstr(text, window);
            cr_assert(ne(ptr, (void *)at, NULL));
            memset(marks + (at - text), 1, CONTEXT + 1);
        }
    }
    data_free(data);
}

Test(data_mixture, shards_share_no_byte_and_are_the_training_part_together)
{
    enum { SIZE = 40000, SHARDS = 3 };
    char *text = make_text(SIZE, 'a', 9);
    const char *path = scratch_text("shards.txt", text);
    Data *whole = data_open(path, &options);
    int64_t bytes = 0;
    char *before = calloc(SIZE, 1);
    for (int64_t s = 0; s < SHARDS; s++) {
        Data *data =
            data_open(path, &(DataOptions){.context = CONTEXT, .shard = s, .shards = SHARDS});
        bytes += data->count[SPLIT_TRAIN];
        /* a third each; there are about a hundred blocks of different lengths */
        cr_expect(data->count[SPLIT_TRAIN] > whole->count[SPLIT_TRAIN] / 6);
        for (Split split = SPLIT_VALIDATION; split <= SPLIT_TEST; split++) {
            Windows a = take(data, split, 1, 0), b = take(whole, split, 1, 0);
            cr_expect(eq(i64, data->count[split], whole->count[split]));
            cr_expect(eq(int, memcmp(&a, &b, sizeof a), 0));
        }
        data_free(data);
        char *marks = calloc(SIZE + CONTEXT, 1);
        mark_shard(path, text, s, SHARDS, marks);
        for (int64_t i = 0; i < SIZE; i++) {
            cr_assert(eq(int, marks[i] & before[i], 0), "byte %ld", (long)i);
            before[i] = before[i] || marks[i];
        }
        free(marks);
    }
    cr_expect(eq(i64, bytes, whole->count[SPLIT_TRAIN]));
    data_free(whole);
    free(before);
    free(text);
}

/* Validation and test are told by the hash's remainder by 16, the shard by other bits of it: else
 * two of 16 shards would be empty. Of the 200 blocks each has 11. */
Test(data_mixture, which_shard_a_block_is_in_has_nothing_to_do_with_its_split)
{
    enum { SHARDS = 16 };
    int64_t bytes = 0;
    char *text = make_text(200000, 'a', 9);
    const char *path = scratch_text("many.txt", text);
    Data *whole = data_open(path, &options);
    for (int64_t s = 0; s < SHARDS; s++) {
        Data *data =
            data_open(path, &(DataOptions){.context = CONTEXT, .shard = s, .shards = SHARDS});
        bytes += data->count[SPLIT_TRAIN];
        cr_expect(gt(i64, data->count[SPLIT_TRAIN], 1));
        data_free(data);
    }
    cr_expect(eq(i64, bytes, whole->count[SPLIT_TRAIN]));
    data_free(whole);
    free(text);
}

Test(data_mixture, a_view_of_a_text_is_its_shard_on_the_same_bytes)
{
    enum { SHARDS = 3 };
    char *text = make_text(40000, 'a', 9);
    const char *path = scratch_text("views.txt", text);
    Data *first = data_open(path, &(DataOptions){.context = CONTEXT, .shards = SHARDS});
    for (int64_t s = 0; s < SHARDS; s++) {
        Data *view = data_part(first, s);
        Data *shard =
            data_open(path, &(DataOptions){.context = CONTEXT, .shard = s, .shards = SHARDS});
        cr_expect(eq(ptr, (void *)view->store.bytes, (void *)first->store.bytes));
        cr_expect(eq(str, view->name, shard->name));
        for (Split split = SPLIT_TRAIN; split <= SPLIT_TEST; split++) {
            cr_expect(eq(i64, view->count[split], shard->count[split]));
            for (int64_t step = 0; step < 10; step++) {
                Windows a = take(view, split, 1, step), b = take(shard, split, 1, step);
                cr_expect(eq(int, memcmp(&a, &b, sizeof a), 0));
            }
        }
        data_free(view), data_free(shard);
    }
    Windows w = take(first, SPLIT_TRAIN, 1, 0); /* its bytes are still there */
    cr_expect(ne(ptr, strstr(text, (char[]){(char)w.tokens[0], (char)w.tokens[1], 0}), NULL));
    data_free(first);
    free(text);
}

Test(data_mixture, a_source_that_never_ends_has_no_view)
{
    Data *data = data_open("markov:states=8", &(DataOptions){.context = CONTEXT, .shards = 2});
    cr_expect(eq(ptr, data_part(data, 1), NULL));
    data_free(data);
}

Test(data_mixture, one_shard_of_one_is_all)
{
    char *text = make_text(20000, 'a', 9);
    const char *path = scratch_text("one.txt", text);
    Data *whole = data_open(path, &options);
    Data *one = data_open(path, &(DataOptions){.context = CONTEXT, .shards = 1});
    for (int64_t step = 0; step < 10; step++) {
        Windows a = take(whole, SPLIT_TRAIN, 1, step), b = take(one, SPLIT_TRAIN, 1, step);
        cr_expect(eq(int, memcmp(&a, &b, sizeof a), 0));
    }
    data_free(whole), data_free(one);
    free(text);
}
