/* Schedules of several levels: steps, cosines between levels, triangles. */
#include "optim/schedule_kinds.h"

#include "base/die.h"
#include "base/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- multistep */

static void add_milestone(Piece *piece, const Spelled *keys, const char *text)
{
    double value;
    if (!number_real(text, &value) || !(value >= 0.0))
        die_usage("'%s': milestones: expected numbers joined with '/', found '%s'", keys->given,
                  text);
    int64_t step = schedule_steps_of(piece, keys, "a milestone", value);
    if (piece->count && step <= piece->step[piece->count - 1])
        die_usage("'%s': milestones must grow", keys->given);
    piece->step = alloc_resized(piece->step, (size_t)piece->count + 1, sizeof *piece->step);
    piece->step[piece->count++] = step;
}

static void multistep_read(Piece *piece, Spelled *keys)
{
    char *list = format_text("%s", spelled_text(keys, "milestones", "0.8/0.9"));
    for (char *rest = list; rest;) add_milestone(piece, keys, strsep(&rest, "/"));
    free(list);
    piece->factor = spelled_real(keys, "factor", sqrt(0.1), 0.0, 1.0);
}

static double multistep_share(const Piece *piece, int64_t i)
{
    int passed = 0;
    while (passed < piece->count && i > piece->step[passed]) passed++;
    return fmax(piece->floor, pow(piece->factor, passed));
}

const ScheduleKind schedule_multistep = {
    .help = "times `factor` from each of the milestones on (steps, or shares of the total; joined "
            "with '/'), never below the floor; the defaults are DeepSeek's, 80 % and 90 %",
    .read = multistep_read,
    .share = multistep_share,
};

/* ---- three half cosines, one after the other */

static void multistep_cosine_read(Piece *piece, Spelled *keys)
{
    const double T = (double)piece->total;
    const int64_t step[] = {piece->warmup, llround(0.8 * T), llround(0.9 * T), piece->total};
    const double level[] = {1.0, sqrt(0.1), 0.1, piece->floor};
    if (piece->warmup > step[1] || piece->floor > level[2])
        die_usage("'%s': the warm-up must end before 80 %% and the floor lie at or below 0.1",
                  keys->given);
    piece->count = 4;
    piece->step = alloc_zeroed(4, sizeof *piece->step);
    piece->level = alloc_zeroed(4, sizeof *piece->level);
    memcpy(piece->step, step, sizeof step);
    memcpy(piece->level, level, sizeof level);
}

static double multistep_cosine_share(const Piece *piece, int64_t i)
{
    int k = 1;
    while (i > piece->step[k]) k++;
    double x = (double)(i - piece->step[k - 1]) / (double)(piece->step[k] - piece->step[k - 1]);
    double g = schedule_half_cosine(x, 0.0);
    return piece->level[k] * (1.0 - g) + piece->level[k - 1] * g;
}

const ScheduleKind schedule_multistep_cosine = {
    .help = "three half cosines (Tissue et al. 2024): to peak/sqrt(10) at 80 % of the total, to "
            "peak/10 at 90 %, to the floor at the end",
    .read = multistep_cosine_read,
    .share = multistep_cosine_share,
};

/* ---- cyclic */

static void cyclic_read(Piece *piece, Spelled *keys)
{
    piece->begin = schedule_steps(piece, keys, "hold", 0.0);
    if (piece->begin < piece->warmup) piece->begin = piece->warmup;
    piece->length = schedule_steps(piece, keys, "half", 0.1);
    if (piece->length < 1) die_usage("'%s': half a triangle has at least one step", keys->given);
}

static double cyclic_share(const Piece *piece, int64_t i)
{
    if (i <= piece->begin) return 1.0;
    int64_t place = (i - piece->begin) % (2 * piece->length);
    double fall = (double)(place <= piece->length ? place : 2 * piece->length - place);
    return schedule_above(piece->floor, 1.0 - fall / (double)piece->length);
}

const ScheduleKind schedule_cyclic = {
    .help = "the peak for `hold` steps (warm-up included), then triangles (Smith 2017): `half` "
            "steps down to the floor, as many up again; both steps or shares of the total",
    .read = cyclic_read,
    .share = cyclic_share,
};
