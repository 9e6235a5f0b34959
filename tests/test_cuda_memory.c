#include "cuda_twins.h"

#include "base/rng.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A number, odd sizes, more than one grid of threads. */
static const int64_t shapes[][2] = {{1, 1}, {1, 7}, {5, 3}, {17, 33}, {1, 40001}, {300, 129}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

Test(cuda_memory, memory_is_zero_at_first_and_again_when_it_is_given_out_again)
{
    Pair pair = pair_open();
    Backend *cuda = pair.side[SIDE_CUDA];
    for (size_t bytes = 1; bytes < 100000; bytes = bytes * 5 + 3) {
        char *host = malloc(bytes);
        for (int again = 0; again < 2; again++) {
            char *memory = cuda->alloc(cuda, bytes);
            cuda->download(cuda, bytes, memory, host);
            for (size_t k = 0; k < bytes; k++) cr_assert(host[k] == 0);
            memset(host, 7, bytes);
            cuda->upload(cuda, bytes, host, memory);
            cuda->release(cuda, memory);
        }
        free(host);
    }
    pair_close(&pair);
}

Test(cuda_memory, an_upload_has_read_the_callers_bytes_when_it_returns)
{
    Pair pair = pair_open();
    Backend *cuda = pair.side[SIDE_CUDA];
    enum { LARGE = (9 << 20) + 5, SMALL = 100 }; /* more than all stages, then many small ones */
    char *host = malloc(LARGE), *back = malloc(LARGE), *memory = cuda->alloc(cuda, LARGE);
    for (int k = 0; k < LARGE; k++) host[k] = (char)(k * 7 + k / 1000);
    cuda->upload(cuda, LARGE, host, memory);
    memset(host, 0, LARGE);
    cuda->download(cuda, LARGE, memory, back);
    for (int k = 0; k < LARGE; k++) cr_assert(back[k] == (char)(k * 7 + k / 1000), "byte %d", k);
    for (int k = 0; k < SMALL; k++) {
        int number[25];
        for (int i = 0; i < 25; i++) number[i] = k * 25 + i;
        cuda->upload(cuda, sizeof number, number, memory + (size_t)k * sizeof number);
    }
    cuda->download(cuda, SMALL * SMALL, memory, back);
    for (int k = 0; k < SMALL * 25; k++) cr_assert(((int *)back)[k] == k);
    cuda->release(cuda, memory);
    free(host);
    free(back);
    pair_close(&pair);
}

/* A mirror of what is taken, with the number that was put there. */
Test(cuda_memory, pieces_of_the_arena_never_overlap_in_any_order_of_giving_back)
{
    setenv("EMULATOR_ARENA", "20000", 1); /* the emulator's chunks then hold several pieces */
    Pair pair = pair_open();
    Backend *cuda = pair.side[SIDE_CUDA];
    enum { PIECES = 40, TURNS = 600 };
    char *memory[PIECES] = {0};
    size_t size[PIECES];
    Rng stream = rng_stream(3, 0, RNG_DATA);
    for (int turn = 0; turn < TURNS; turn++) {
        int64_t k = rng_below(&stream, PIECES);
        char host[3000];
        if (memory[k]) {
            cuda->download(cuda, size[k], memory[k], host);
            for (size_t i = 0; i < size[k]; i++) cr_assert(host[i] == (char)k);
            cuda->release(cuda, memory[k]);
            memory[k] = NULL;
        } else {
            size[k] = 1 + (size_t)rng_below(&stream, 3000);
            memset(host, (int)k, size[k]);
            memory[k] = cuda->alloc(cuda, size[k]);
            cuda->upload(cuda, size[k], host, memory[k]);
        }
    }
    for (int k = 0; k < PIECES; k++) cuda->release(cuda, memory[k]);
    pair_close(&pair);
}

Test(cuda_memory, where_a_whole_chunk_does_not_fit_what_is_asked_for_is_given)
{
    setenv("EMULATOR_ARENA", "1000000000000000000", 1);
    Pair pair = pair_open();
    Twin x = twin_poisoned(&pair, 3, 5, 0);
    for (int s = 0; s < SIDES; s++) pair.side[s]->fill(pair.side[s], x.on[s], (real)0.25);
    twin_check(&pair, "fill", x, 0.0, 0.0);
    pair_close(&pair);
}

Test(cuda_memory, fill_and_axpy_give_the_bits_of_the_cpu_and_touch_no_gap)
{
    for (int c = 0; c < 2 * SHAPES; c++) {
        Pair pair = pair_open();
        int64_t rows = shapes[c / 2][0], cols = shapes[c / 2][1], gap = 3 * (c % 2);
        Twin x = twin_random(&pair, 1, rows, cols, gap), z = twin_poisoned(&pair, rows, cols, gap);
        Twin y = twin_random(&pair, 2, rows, cols, 2 * gap);
        for (int s = 0; s < SIDES; s++) {
            Backend *backend = pair.side[s];
            backend->axpy(backend, (real)-1.7, x.on[s], y.on[s]);
            backend->fill(backend, z.on[s], (real)0.25);
        }
        twin_check(&pair, "axpy", y, 0.0, 0.0); /* both by one fused instruction */
        twin_check(&pair, "fill", z, 0.0, 0.0);
        pair_close(&pair);
    }
}

Test(cuda_memory, a_copy_between_any_two_dtypes_gives_the_bits_of_the_cpu)
{
    for (int c = 0; c < 2 * SHAPES; c++)
        for (int from = DTYPE_FLOAT32; from <= DTYPE_FLOAT64; from++)
            for (int to = DTYPE_FLOAT32; to <= DTYPE_FLOAT64; to++) {
                Pair pair = pair_open();
                int64_t rows = shapes[c / 2][0], cols = shapes[c / 2][1], gap = 3 * (c % 2);
                Twin x = twin_random(&pair, 1, rows, cols, gap);
                Twin y = twin_typed(&pair, (Dtype)from, rows, cols, 2 * gap);
                Twin z = twin_typed(&pair, (Dtype)to, rows, cols, gap);
                for (int s = 0; s < SIDES; s++) {
                    Backend *backend = pair.side[s];
                    backend->copy(backend, x.on[s], y.on[s]);
                    backend->copy(backend, y.on[s], z.on[s]);
                }
                twin_check(&pair, "copied once", y, 0.0, 0.0);
                twin_check(&pair, "copied twice", z, 0.0, 0.0);
                pair_close(&pair);
            }
}

Test(cuda_memory, edges_of_bfloat16_become_what_they_become_on_the_cpu)
{
    Pair pair = pair_open();
    /* ties, the largest numbers, infinities, a NaN, numbers below the normal ones, −0 */
    const real edges[] = {1.00390625f, 1.01171875f, 3.3961775e38f, 3.4e38f, INFINITY, -INFINITY,
                          NAN,         1e-40f,      -1e-45f,       -0.0f,   0x1p-126f};
    enum { EDGES = sizeof edges / sizeof *edges };
    Twin x = twin_of(&pair, edges, 1, EDGES, 0);
    Twin y = twin_typed(&pair, DTYPE_BFLOAT16, 1, EDGES, 0);
    for (int s = 0; s < SIDES; s++) pair.side[s]->copy(pair.side[s], x.on[s], y.on[s]);
    twin_check_bytes(&pair, "edges", EDGES * 2, y);
    pair_close(&pair);
}

/* The largest difference of the two sides, of Σ |x| |y| of the element. */
static double largest_apart(Pair *pair, int64_t side, Twin a, Twin b, Twin c)
{
    real *x = twin_numbers(pair, a, SIDE_CPU), *y = twin_numbers(pair, b, SIDE_CPU);
    real *cpu = twin_numbers(pair, c, SIDE_CPU), *cuda = twin_numbers(pair, c, SIDE_CUDA);
    double largest = 0.0;
    for (int64_t k = 0; k < side * side; k++) {
        double size = 0.0;
        const real *row = x + k / side * side, *col = y + k % side * side;
        for (int64_t i = 0; i < side; i++) size += fabs((double)row[i] * (double)col[i]);
        largest = fmax(largest, fabs((double)cpu[k] - (double)cuda[k]) / size);
    }
    free(x), free(y), free(cpu), free(cuda);
    return largest;
}

/* Cut off behind 10 (TF32) or 7 (bfloat16) bits a factor is off by at most a unit of the last, a
 * product of two by twice that: whether a card cuts off or rounds is not promised. In float32 only
 * sums round: n u on each side. Of 65536 elements one is off by far more than float32 would be, or
 * the option does nothing, which small products could be spared. */
Test(cuda_memory, a_product_is_as_exact_as_the_precision_says_and_no_more)
{
    enum { SIDE = 256 };
    static const struct {
        const char *name;
        double most, least; /* of Σ |x| |y| */
    } precisions[] = {{"float32", 2.0 * (SIDE + 2) * 0x1p-24, 0.0},
                      {"tf32", 2.1 * 0x1p-10, 0x1p-18},
                      {"bfloat16", 2.1 * 0x1p-7, 0x1p-15}};
    for (int p = 0; p < 3; p++) {
        Pair pair = pair_open();
        pair.side[SIDE_CUDA]->close(pair.side[SIDE_CUDA]);
        pair.side[SIDE_CUDA] = backend_open_with("cuda", precisions[p].name);
        Twin a = twin_random(&pair, 1, SIDE, SIDE, 0), b = twin_random(&pair, 2, SIDE, SIDE, 0);
        Twin c = twin_poisoned(&pair, SIDE, SIDE, 0);
        for (int s = 0; s < SIDES; s++)
            pair.side[s]->gemm(pair.side[s], PLAIN, TRANSPOSED, 1, a.on[s], b.on[s], 0, c.on[s]);
        double apart = largest_apart(&pair, SIDE, a, b, c);
        cr_expect(apart <= precisions[p].most, "%s: %g", precisions[p].name, apart);
        cr_expect(apart >= precisions[p].least, "%s: %g", precisions[p].name, apart);
        pair_close(&pair);
    }
}

/* Gradients of a table of 3 rows for `count` identifiers: they need scratch in proportion. */
typedef struct {
    Twin ids, dy, dtable;
} Lookup;

static Lookup lookup_new(Pair *pair, unsigned seed, int64_t count)
{
    enum { COLS = 5 };
    int32_t *ids = malloc((size_t)count * sizeof *ids);
    for (int64_t k = 0; k < count; k++) ids[k] = (int32_t)(k % 3);
    Lookup lookup = {twin_bytes(pair, (size_t)count * sizeof *ids, ids),
                     twin_random(pair, seed, count, COLS, 0), twin_filled(pair, 0, 3, COLS, 0)};
    free(ids);
    return lookup;
}

static void lookup_backward(Pair *pair, Lookup lookup, int side)
{
    const int32_t *ids = (const int32_t *)lookup.ids.on[side].data;
    pair->side[side]->embed_backward(pair->side[side], ids, lookup.dy.on[side],
                                     lookup.dtable.on[side]);
}

/* Sums of at most 100 normal numbers and what stood there, in float32: n u Σ|x| with Σ|x| < 2 n. */
static const double lookup_bound = 100 * 0x1p-24 * 200;

Test(cuda_memory, scratch_that_grows_after_a_step_was_recorded_leaves_the_recording_its_own)
{
    setenv("EMULATOR_ARENA", "1000000", 1); /* one chunk, whose free pieces are taken first */
    Pair pair = pair_open();
    Backend *cuda = pair.side[SIDE_CUDA];
    Lookup small = lookup_new(&pair, 1, 60);
    for (int turn = 0; turn < 3; turn++) lookup_backward(&pair, small, SIDE_CPU);
    lookup_backward(&pair, small, SIDE_CUDA);
    /* behind the scratch, which then cannot just become longer */
    Lookup large = lookup_new(&pair, 2, 300);
    cuda->record(cuda);
    lookup_backward(&pair, small, SIDE_CUDA);
    void *recording = cuda->recorded(cuda);
    lookup_backward(&pair, large, SIDE_CUDA); /* this one needs more */
    /* What had been given back would be given out here, piece by piece. */
    Twin other[20];
    for (int k = 0; k < 20; k++) other[k] = twin_random(&pair, 3, 1, 50 + 50 * k, 0);
    cuda->replay(cuda, recording);
    lookup_backward(&pair, large, SIDE_CUDA);
    cuda->replay(cuda, recording);

    for (int turn = 0; turn < 2; turn++) lookup_backward(&pair, large, SIDE_CPU);
    twin_check(&pair, "the recorded step", small.dtable, 0.0, lookup_bound);
    twin_check(&pair, "the larger one", large.dtable, 0.0, lookup_bound);
    for (int k = 0; k < 20; k++) twin_check(&pair, "memory of others", other[k], 0.0, 0.0);
    cuda->forget(cuda, recording);
    pair_close(&pair);
}

/* Writes to `end` what the program says; the process ends. */
static void grow_while_recording(int end)
{
    dup2(end, STDERR_FILENO);
    Pair pair = pair_open();
    Lookup small = lookup_new(&pair, 1, 60), large = lookup_new(&pair, 2, 300);
    lookup_backward(&pair, small, SIDE_CUDA);
    pair.side[SIDE_CUDA]->record(pair.side[SIDE_CUDA]);
    lookup_backward(&pair, large, SIDE_CUDA);
    _exit(0);
}

/* A graph cannot hold an allocation. */
Test(cuda_memory, scratch_that_would_grow_inside_a_recorded_step_ends_the_program_and_says_so)
{
    const char *missing = backend_missing("cuda");
    if (missing) cr_skip_test("%s", missing);
    int ends[2], status = 0;
    cr_assert(pipe(ends) == 0);
    if (fork() == 0) grow_while_recording(ends[1]);
    close(ends[1]);
    char said[1000] = "";
    cr_expect(read(ends[0], said, sizeof said - 1) > 0);
    close(ends[0]);
    wait(&status);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    cr_expect(strstr(said, "would grow inside a captured step"), "it said: %s", said);
}
