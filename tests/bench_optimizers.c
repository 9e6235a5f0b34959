/* How long is an optimizer's step, against a copy of the bytes it must touch and against PyTorch?
 *
 *   bench_optimizers PEER ROWS.csv     PEER: the command of bench/optimizer_peer.py, or ""
 *
 * A million parameters, 16 matrices of 256 x 256, with one thread and with all. A step reads
 * values, gradients and state and writes values and state; a gradient that is clipped is read
 * twice. The copy goes from one half of as much memory as that to the other, and its time is
 * scaled to the bytes that the step touches: its time is to be 1 / 1.3 of a step's at least. Each
 * half of a pair is the fastest of some turns: a step is shorter than what a neighbour takes at a
 * time. */
#include "bench_pairs.h"
#include "bench_process.h"
#include "optim/optimizer.h"

#include <math.h>

enum { MATRICES = 16, SIDE = 256, NUMBERS = MATRICES * SIDE * SIDE, PAIRS = 9, TURNS = 10 };
static const double GOAL = 0.77; /* 1 / 1.3 */

typedef struct {
    const char *name, *text;
    const char *peer; /* what bench/optimizer_peer.py calls it; NULL: PyTorch has none */
    int readings;     /* of the gradient */
} Case;

static const Case cases[] = {
    {"sgd", "sgd", "sgd", 1},
    {"momentum", "sgd:momentum=0.9", "momentum", 1},
    {"nesterov", "sgd:momentum=0.9,nesterov=1", "nesterov", 1},
    {"sign", "sign", NULL, 1},
    {"rmsprop", "rmsprop", "rmsprop", 1},
    {"rmsprop with momentum", "rmsprop:momentum=0.9", "rmsprop_momentum", 1},
    {"adam", "adam", "adam", 1},
    {"adamw", "adamw:decay=0.1", "adamw", 1},
    {"adamw clipped", "adamw:decay=0.1,clip=1", "adamw_clipped", 2},
    {"adam of power 1/4", "adam_p:power=0.25", NULL, 1},
    {"rf_rmsprop", "rf_rmsprop", NULL, 1},
    {"rf_rmsprop in bfloat16", "rf_rmsprop:state=bfloat16", NULL, 1},
    {"rf_adamw", "rf_adamw", NULL, 1},
    {"schedule_free", "schedule_free:decay=0.1", NULL, 1},
};

typedef struct {
    Backend *backend;
    ParameterTable table;
    Parameter item[MATRICES];
} World;

static void world_open(World *world)
{
    Backend *backend = backend_cpu();
    size_t bytes = NUMBERS * sizeof(real);
    *world = (World){.backend = backend};
    world->table = (ParameterTable){.count = MATRICES,
                                    .item = world->item,
                                    .size = NUMBERS,
                                    .values = backend->alloc(backend, bytes),
                                    .gradients = backend->alloc(backend, bytes)};
    for (int k = 0; k < MATRICES; k++) {
        int64_t at = (int64_t)k * SIDE * SIDE;
        world->item[k] =
            (Parameter){.name = "weight",
                        .group = GROUP_MATRIX,
                        .value = matrix_of(world->table.values + at, SIDE, SIDE),
                        .gradient = matrix_of(world->table.gradients + at, SIDE, SIDE)};
    }
    Rng rng = rng_stream(1000, 0, RNG_DATA);
    for (int64_t i = 0; i < NUMBERS; i++) {
        world->table.values[i] = (real)rng_normal(&rng);
        world->table.gradients[i] = (real)rng_normal(&rng);
    }
}

static void world_close(World *world)
{
    world->backend->release(world->backend, world->table.values);
    world->backend->release(world->backend, world->table.gradients);
    world->backend->close(world->backend);
}

typedef struct {
    Optimizer *optimizer;
    int threads;
} Ours;

static double time_step(void *context)
{
    Ours *ours = context;
    omp_set_num_threads(ours->threads);
    double best = INFINITY;
    for (int turn = 0; turn < TURNS; turn++) {
        double start = clock_s();
        optimizer_step(ours->optimizer, 1e-4);
        best = fmin(best, clock_s() - start);
    }
    return best;
}

typedef struct {
    size_t half; /* bytes */
    char *memory;
    double scale;
    int threads;
} Copy;

/* Each thread a part of its own, as the loops of optimizers have. */
static void copy_half(const Copy *copy)
{
    size_t part = copy->half / (size_t)copy->threads;
#pragma omp parallel for num_threads(copy->threads) schedule(static)
    for (int t = 0; t < copy->threads; t++) {
        char *to = copy->memory + (size_t)t * part;
        memcpy(to, to + copy->half, part);
    }
}

static double time_copy(void *context)
{
    Copy *copy = context;
    double best = INFINITY;
    for (int turn = 0; turn < TURNS; turn++) {
        double start = clock_s();
        copy_half(copy);
        best = fmin(best, clock_s() - start);
    }
    return copy->scale * best;
}

typedef struct {
    Process process;
    int threads;
} Peer;

/* With one thread too where more are allowed: it may be faster so. */
static double time_peer(void *context)
{
    Peer *peer = context;
    double best = INFINITY;
    for (int turn = 0; turn < TURNS; turn++) {
        process_ask(&peer->process, 1, turn % 2 ? 1 : peer->threads);
        best = fmin(best, process_answer(&peer->process));
    }
    return best;
}

static char *named(const Case *row, int threads)
{
    return format_text("%s; %d thread%s", row->name, threads, threads > 1 ? "s" : "");
}

static void compare_with_copy(FILE *csv, World *world, const Case *row, int threads)
{
    Ours ours = {optimizer_create(row->text, world->backend, &world->table), threads};
    double slots = (double)optimizer_state_bytes(row->text, &world->table) / sizeof(real) / NUMBERS;
    double held = 2.0 + slots, touched = row->readings + 1.0 + slots + 1.0 + slots;
    Copy copy = {.half = (size_t)(held * NUMBERS * sizeof(real) / 2.0),
                 .scale = touched / held,
                 .threads = threads};
    copy.memory = world->backend->alloc(world->backend, 2 * copy.half);
    Pairs pairs = pairs_measure(PAIRS, time_step, &ours, time_copy, &copy);
    char *name = named(row, threads);
    char *peer = format_text("copy of %.3g MB", touched * NUMBERS * sizeof(real) / 2e6);
    pairs_report(csv, name, peer, pairs, GOAL);
    world->backend->release(world->backend, copy.memory);
    optimizer_free(ours.optimizer);
    free(name), free(peer);
}

static void compare_with_torch(FILE *csv, World *world, const Case *row, Process peer, int threads)
{
    Ours ours = {optimizer_create(row->text, world->backend, &world->table), threads};
    Peer theirs = {peer, threads};
    Pairs pairs = pairs_measure(PAIRS, time_step, &ours, time_peer, &theirs);
    char *name = named(row, threads);
    pairs_report(csv, name, "PyTorch for-each", pairs, 1.0);
    optimizer_free(ours.optimizer);
    free(name);
}

static void measure(FILE *csv, World *world, const Case *row, const char *command)
{
    int threads[2], kinds = pairs_threads(threads);
    for (int t = 0; t < kinds; t++) compare_with_copy(csv, world, row, threads[t]);
    if (!*command || !row->peer) return;
    char *line = format_text("%s %s %d %d", command, row->peer, MATRICES, SIDE);
    Process peer = process_start(line);
    for (int t = 0; t < kinds; t++) compare_with_torch(csv, world, row, peer, threads[t]);
    process_end(&peer);
    free(line);
}

int main(int argc, char **argv)
{
    if (argc != 3) die_usage("usage: bench_optimizers PEER ROWS.csv");
    FILE *csv = pairs_open(argc - 1, argv + 1);
    World world;
    world_open(&world);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        measure(csv, &world, &cases[k], argv[1]);
    world_close(&world);
    fclose(csv);
    return 0;
}
