/* Schedules that hold their peak, decay once, or both. */
#include "optim/schedule_kinds.h"

#include "base/die.h"
#include "base/named.h"

#include <math.h>

/* Update i's place in a decay that begins after update `begin` and ends with update `end`. */
static double progress(int64_t i, int64_t begin, int64_t end)
{
    return (double)(i - begin) / (double)(end - begin);
}

static double linear(double x, double floor)
{
    (void)floor;
    return 1.0 - x;
}

double schedule_half_cosine(double x, double floor)
{
    (void)floor;
    return 0.5 * (1.0 + cos(acos(-1.0) * x));
}

static double one_minus_sqrt(double x, double floor)
{
    (void)floor;
    return 1.0 - sqrt(x);
}

static double one_minus_square(double x, double floor)
{
    (void)floor;
    return 1.0 - x * x;
}

/* So that the rate itself, floor + (1 − floor) g, is floor^x. */
static double exponential(double x, double floor)
{
    return x < 1.0 ? (pow(floor, x) - floor) / (1.0 - floor) : 0.0;
}

typedef struct {
    const char *name;
    ScheduleShape *shape;
} Shape;

static const Shape shapes[] = {
    {"linear", linear},           {"cosine", schedule_half_cosine},
    {"1-sqrt", one_minus_sqrt},   {"1-square", one_minus_square},
    {"exponential", exponential},
};

/* ---- constant */

static double constant_share(const Piece *piece, int64_t i)
{
    (void)piece, (void)i;
    return 1.0;
}

const ScheduleKind schedule_constant = {
    .help = "the peak; floor is not used",
    .share = constant_share,
};

/* ---- one decay, from the end of warm-up or later to the last step */

static double decay_share(const Piece *piece, int64_t i)
{
    if (i <= piece->begin) return 1.0;
    double x = progress(i, piece->begin, piece->total);
    return schedule_above(piece->floor, piece->shape(x, piece->floor));
}

static void linear_read(Piece *piece, Spelled *keys)
{
    (void)keys;
    piece->shape = linear;
    piece->begin = piece->warmup;
}

const ScheduleKind schedule_linear = {
    .help = "a straight line from the peak to the floor",
    .read = linear_read,
    .share = decay_share,
};

/* The peak is held until `begin`. */
static void hold_until(Piece *piece, const Spelled *keys, int64_t begin)
{
    if (begin < piece->warmup)
        die_usage("'%s': the decay would begin at step %lld, before the warm-up's end", keys->given,
                  (long long)begin);
    piece->begin = begin;
}

static void wsd_read(Piece *piece, Spelled *keys)
{
    hold_until(piece, keys, piece->total - schedule_steps(piece, keys, "decay", 0.2));
    const char *name = spelled_text(keys, "shape", "1-sqrt");
    const Shape *row =
        named_row("shape", name, sizeof shapes / sizeof *shapes, sizeof *shapes, shapes);
    piece->shape = row->shape;
    if (piece->shape == exponential && !(piece->floor > 0.0 && piece->floor < 1.0))
        die_usage("'%s': an exponential decay needs a floor above 0 and below 1", keys->given);
}

const ScheduleKind schedule_wsd = {
    .help = "warm-up, stable, decay (Hu et al. 2024): decay=share or steps of the total, "
            "shape=linear, cosine, 1-sqrt, 1-square or exponential (which is floor^x)",
    .read = wsd_read,
    .share = decay_share,
};

static void knee_read(Piece *piece, Spelled *keys)
{
    piece->shape = linear;
    hold_until(piece, keys, schedule_steps(piece, keys, "explore", 0.5));
}

const ScheduleKind schedule_knee = {
    .help = "explore at the peak, then a straight line to the floor (Iyer et al. 2023): "
            "explore=share or steps of the total, warm-up included",
    .read = knee_read,
    .share = decay_share,
};

/* ---- cosine */

enum { AFTER_STAY, AFTER_RISE, AFTER_RESTART };

typedef struct {
    const char *name;
    int after;
} After;

static const After afters[] = {
    {"stay", AFTER_STAY}, {"rise", AFTER_RISE}, {"restart", AFTER_RESTART}};

static void cosine_read(Piece *piece, Spelled *keys)
{
    int64_t cycle = spelled_int(keys, "cycle", piece->total, 1, INT64_C(1) << 53);
    const char *name = spelled_text(keys, "after", "stay");
    const After *row =
        named_row("after", name, sizeof afters / sizeof *afters, sizeof *afters, afters);
    piece->after = row->after;
    piece->length = cycle - piece->warmup;
    if (piece->length < 1 && piece->warmup < piece->total)
        die_usage("'%s': the cycle must be longer than the warm-up", keys->given);
}

static double cosine_share(const Piece *piece, int64_t i)
{
    int64_t done = i - piece->warmup;
    if (piece->after == AFTER_STAY && done > piece->length) done = piece->length;
    if (piece->after == AFTER_RESTART) done = (done - 1) % piece->length + 1;
    double x = progress(done, 0, piece->length);
    return schedule_above(piece->floor, schedule_half_cosine(x, piece->floor));
}

const ScheduleKind schedule_cosine = {
    .help =
        "half a cosine from the peak to the floor (Loshchilov & Hutter 2017): cycle=steps from "
        "the start to the floor (the total), warm-up included; after=stay keeps the floor, rise "
        "goes on as the cosine, restart begins again at the peak",
    .read = cosine_read,
    .share = cosine_share,
};
