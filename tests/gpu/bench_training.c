#include "bench_gpu.h"
#include "bench_process.h"

#include <math.h>

enum { MOST_WORKERS = 8 };
static const double TURN_S = 1.0; /* of the slower side, about */

/* The first is that of the goal; then those of the CPU's bench (bench_training.h), and the two of
 * annealing_law's full profile, for project.py. GPT-2's 50257 tokens are 50304 for both sides, a
 * multiple of 128, as usual: cuBLAS is slow on odd rows of bfloat16.
 *
 * Both sides take the same steps: one batch that stays on the device, forward, loss, backward and
 * AdamW with parameters and moments in float32; neither clips, reads its loss or drops out. What
 * differs in bfloat16: autocast keeps the residual and the norms' results in float32, ours in
 * bfloat16, as llm.c does; ours never stores all logits; AdamW decays biases and norms in PyTorch
 * only, which costs nothing. Ours replays a step as one graph. */
typedef struct {
    const char *name, *model, *peer; /* our spec; the peer's layers, width, heads, context */
    const char *precision;
    int64_t batch, context, classes;
    bool compiled; /* the goal is against torch.compile, else against eager */
    double goal;
} Shape;

static const Shape shapes[] = {
    {"L12 d768 T1024 V50304 B16 bfloat16", "transformer:layers=12,width=768,heads=12,context=1024",
     "12 768 12 1024", "bfloat16", 16, 1024, 50304, true, 1.0},
    {"L12 d768 T1024 V50304 B16 float32", "transformer:layers=12,width=768,heads=12,context=1024",
     "12 768 12 1024", "float32", 16, 1024, 50304, false, 0.0},
    {"L2 d64 T64 V256 B8 float32", "transformer:layers=2,width=64,heads=4,context=64", "2 64 4 64",
     "float32", 8, 64, 256, false, 5.0},
    {"L4 d128 T64 V256 B8 float32", "transformer:layers=4,width=128,heads=4,context=64",
     "4 128 4 64", "float32", 8, 64, 256, false, 5.0},
    {"L4 d256 T128 V256 B8 float32", "transformer:layers=4,width=256,heads=4,context=128",
     "4 256 4 128", "float32", 8, 128, 256, false, 5.0},
    {"L4 d128 T64 V50257 B8 float32", "transformer:layers=4,width=128,heads=4,context=64",
     "4 128 4 64", "float32", 8, 64, 50257, false, 5.0},
    {"L4 d256 T128 V256 B16 float32", "transformer:layers=4,width=256,heads=4,context=128",
     "4 256 4 128", "float32", 16, 128, 256, false, 0.0},
    {"L4 d128 T128 V256 B16 float32", "transformer:layers=4,width=128,heads=4,context=128",
     "4 128 4 128", "float32", 16, 128, 256, false, 0.0},
};
enum { SHAPES = sizeof shapes / sizeof *shapes, SMALL = 2 };

typedef struct {
    Process *process;
    long steps;
} Turn;

static double time_turn(void *context)
{
    Turn *turn = context;
    process_ask(turn->process, turn->steps, 1);
    return process_answer(turn->process) / (double)turn->steps;
}

/* Steps for a turn, after two that warm up (the second is recorded as a graph). */
static Turn turn_of(Process *process, bool tiny)
{
    Turn turn = {process, tiny ? 1 : 2};
    time_turn(&turn);
    double step = time_turn(&turn);
    if (!tiny) turn.steps = (long)fmax(1.0, ceil(TURN_S / step));
    return turn;
}

static Process start_ours(const GpuBench *bench, const Shape *shape)
{
    char *command = format_text("%s %s %ld %ld 0 cuda %s", bench->worker, shape->model,
                                (long)shape->batch, (long)shape->classes, shape->precision);
    Process process = process_start(command);
    free(command);
    return process;
}

static Process start_peer(const GpuBench *bench, const Shape *shape, const char *way)
{
    char *command = format_text("%s %s %ld %ld %s %s", bench->peer, shape->peer, (long)shape->batch,
                                (long)shape->classes, shape->precision, way);
    Process process = process_start(command);
    free(command);
    return process;
}

static void time_steps(const GpuBench *bench, const Shape *shape, const char *against,
                       Process *peer, double goal)
{
    Process ours = start_ours(bench, shape);
    Turn turn = turn_of(&ours, bench->tiny), other = turn;
    if (peer) other = turn_of(peer, bench->tiny);
    char *what = format_text("step %s", shape->name);
    Pairs pairs = pairs_measure(gpu_pairs(bench), time_turn, &turn, time_turn, &other);
    pairs_report(bench->csv, what, against, pairs, goal);
    printf("  %s; ours %.4g tokens/s\n", peer ? peer->ready : "no peer",
           (double)(shape->batch * shape->context) / pairs.ours);
    process_end(&ours);
    free(what);
}

/* False where the peer cannot do such steps: it says why, and the bench goes on. */
static bool compare_with_peer(const GpuBench *bench, const Shape *shape, const char *way,
                              double goal)
{
    if (!*bench->peer) return false;
    Process peer = start_peer(bench, shape, way);
    bool serves = !process_skips(&peer);
    char *against = format_text("PyTorch %s", way);
    if (serves)
        time_steps(bench, shape, against, &peer, goal);
    else
        printf("step %s against %s %s\n", shape->name, against, peer.ready);
    process_end(&peer);
    free(against);
    return serves;
}

/* Steps of several workers at once: seconds of a step, over all of them. */
typedef struct {
    Process worker[MOST_WORKERS];
    int count;
    long steps;
} Crew;

static double time_crew(void *context)
{
    Crew *crew = context;
    double speed = 0.0;
    for (int k = 0; k < crew->count; k++) process_ask(&crew->worker[k], crew->steps, 1);
    for (int k = 0; k < crew->count; k++)
        speed += (double)crew->steps / process_answer(&crew->worker[k]);
    return 1.0 / speed;
}

/* What a sweep gains by 1, 2, 4, 8 processes on one device. */
static void compare_workers(const GpuBench *bench, const Shape *shape)
{
    Crew crew = {.count = 1};
    for (int k = 0; k < MOST_WORKERS; k++) crew.worker[k] = start_ours(bench, shape);
    for (int k = 0; k < MOST_WORKERS; k++) crew.steps = turn_of(&crew.worker[k], bench->tiny).steps;
    Crew alone = crew;
    for (; crew.count <= MOST_WORKERS; crew.count *= 2) {
        char *what = format_text("step in %d workers %s", crew.count, shape->name);
        Pairs pairs = pairs_measure(gpu_pairs(bench), time_crew, &crew, time_crew, &alone);
        pairs_report(bench->csv, what, "one worker", pairs, 0.0);
        free(what);
    }
    for (int k = 0; k < MOST_WORKERS; k++) process_end(&crew.worker[k]);
}

static Shape shape_of(const GpuBench *bench, int k)
{
    Shape shape = shapes[k];
    if (bench->tiny) {
        shape.model = "transformer:layers=1,width=32,heads=1,context=8";
        shape.peer = "1 32 1 8";
        shape.batch = 1, shape.context = 8, shape.classes = 16;
    }
    return shape;
}

/* Last what takes longest to start and may fail: a limit of time then cuts off no more. Without a
 * peer a row says so: a step's time is what project.py reads. */
void gpu_training(const GpuBench *bench)
{
    int count = bench->tiny ? SMALL + 1 : SHAPES;
    for (int k = 0; k < count; k++) {
        Shape shape = shape_of(bench, k);
        if (!compare_with_peer(bench, &shape, "eager", shape.compiled ? 0.0 : shape.goal))
            time_steps(bench, &shape, "itself (no PyTorch)", NULL, 0.0);
    }
    if (!bench->tiny) compare_workers(bench, &shapes[SMALL]);
    for (int k = 0; k < count; k++) {
        Shape shape = shape_of(bench, k);
        if (shape.compiled) compare_with_peer(bench, &shape, "compiled", shape.goal);
    }
}
