/* The paths of the paradigms: pieces of schedules, and stretches of data. */
#include "update/paradigm_kinds.h"

#include "base/die.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A sum of two decimal fractions may miss 1 by so much. */
static const double ROUNDED = 1e-12;

/* ---- stretches of data */

static void add_stretch(Path *path, Stretch stretch)
{
    path->stretch = alloc_resized(path->stretch, (size_t)path->count + 1, sizeof stretch);
    path->stretch[path->count++] = stretch;
}

/* The data of versions 1, 2, … in turn. */
static void take_in_turn(Drawing *drawing)
{
    const Paradigm *paradigm = drawing->paradigm;
    for (int v = 1; v <= drawing->version; v++)
        add_stretch(&drawing->path, (Stretch){.end = v * drawing->setting->steps,
                                              .mix = {v, v, v > 1 ? paradigm->replay : 0.0},
                                              .resets = v > 1 && paradigm->resets});
}

static void take_mixed(Drawing *drawing)
{
    add_stretch(&drawing->path, (Stretch){.end = drawing->version * drawing->setting->steps,
                                          .mix = {1, drawing->version, 0.0}});
}

/* ---- pieces of the schedule */

static int64_t total_of(const Drawing *drawing)
{
    return drawing->version * drawing->setting->steps;
}

/* `kind` is "KIND" or "KIND:key=value". A piece of no updates is left out. */
static void add_piece(Drawing *drawing, const char *kind, double peak, double floor, int64_t warmup,
                      int64_t steps)
{
    if (steps <= 0) return;
    if (warmup > steps)
        die_usage("%s: a warm-up of %" PRId64 " updates does not fit into the %" PRId64
                  " that follow: take more steps per version or a shorter warm-up",
                  drawing->paradigm->text, warmup, steps);
    char *before = drawing->text;
    drawing->text = format_text("%s%s%s%speak=%.17g,floor=%.17g,warmup=%" PRId64 ",total=%" PRId64,
                                before ? before : "", before ? "+" : "", kind,
                                strchr(kind, ':') ? "," : ":", peak, floor, warmup, steps);
    free(before);
    drawing->done += steps;
}

/* A path begins with a warm-up, whatever its first piece is. */
static int64_t warmup_of(const Drawing *drawing)
{
    return drawing->done == 0 ? drawing->setting->warmup : 0;
}

static void add_hold(Drawing *drawing, double peak, int64_t steps)
{
    add_piece(drawing, "constant", peak, 0.0, warmup_of(drawing), steps);
}

/* From `peak` to the setting's last rate. */
static void add_decay(Drawing *drawing, bool is_whole, double peak, int64_t warmup, int64_t steps)
{
    const DecayShape *shape = drawing->paradigm->shape;
    double floor = drawing->floor * drawing->peak / peak;
    const char *kind = is_whole ? shape->whole : shape->branch;
    if (!shape->is_wsd) {
        add_piece(drawing, kind, peak, floor, warmup, steps);
        return;
    }
    char *spelled = format_text("%s,decay=%" PRId64, kind, steps - warmup);
    add_piece(drawing, spelled, peak, floor, warmup, steps);
    free(spelled);
}

/* A sketch has room for an update of whatever is asked for. */
static int64_t sketched(const Drawing *drawing, int64_t steps)
{
    return steps < 1 && drawing->setting->sketches ? 1 : steps;
}

static int64_t branch_of(const Drawing *drawing)
{
    int64_t steps = sketched(drawing, paradigm_branch(drawing->paradigm, drawing->setting->steps));
    if (steps < 1)
        die_usage("%s: alpha T is less than one update: take more steps per version or a larger "
                  "alpha",
                  drawing->paradigm->text);
    return steps;
}

/* ---- the paradigms */

void draw_ptfs(Drawing *drawing)
{
    take_mixed(drawing);
    add_decay(drawing, true, drawing->peak, drawing->setting->warmup, total_of(drawing));
}

static void draw_held_and_decayed(Drawing *drawing)
{
    int64_t branch = branch_of(drawing);
    add_hold(drawing, drawing->peak, total_of(drawing) - branch);
    add_decay(drawing, false, drawing->peak, warmup_of(drawing), branch);
}

void draw_ptfs_wsd(Drawing *drawing)
{
    take_mixed(drawing);
    draw_held_and_decayed(drawing);
}

void draw_path_switching(Drawing *drawing)
{
    take_in_turn(drawing);
    draw_held_and_decayed(drawing);
}

void draw_cpt(Drawing *drawing)
{
    take_in_turn(drawing);
    for (int v = 1; v <= drawing->version; v++)
        add_decay(drawing, true, drawing->peak, drawing->setting->warmup, drawing->setting->steps);
}

void draw_cpt_floor(Drawing *drawing)
{
    const UpdateSetting *setting = drawing->setting;
    if (!(drawing->floor > 0.0))
        die_usage("%s: it goes on at the floor, which is 0: give a floor above 0",
                  drawing->paradigm->text);
    take_in_turn(drawing);
    add_decay(drawing, true, drawing->peak, setting->warmup, setting->steps);
    add_hold(drawing, drawing->floor * drawing->peak, total_of(drawing) - drawing->done);
}

void draw_wsd_s(Drawing *drawing)
{
    int64_t branch = branch_of(drawing);
    take_in_turn(drawing);
    for (int v = 1; v <= drawing->version; v++) {
        add_hold(drawing, drawing->peak, drawing->setting->steps - branch);
        add_decay(drawing, false, drawing->peak, warmup_of(drawing), branch);
    }
}

void draw_trunk(Drawing *drawing)
{
    const Paradigm *paradigm = drawing->paradigm;
    take_in_turn(drawing);
    add_hold(drawing, drawing->peak, total_of(drawing));
    if (!paradigm->average) return;
    int64_t samples = drawing->setting->sketches ? 1 : paradigm->samples;
    int64_t window = sketched(drawing, llround(paradigm->window * (double)drawing->setting->steps));
    int64_t every = window / samples;
    if (every < 1)
        die_usage("%s: a window of %" PRId64 " updates has no %" PRId64
                  " samples: take fewer samples or a longer window",
                  paradigm->text, window, paradigm->samples);
    drawing->path.average = (Average){.kind = paradigm->average,
                                      .window = every * samples,
                                      .every = every,
                                      .decay = paradigm->decay};
}

void draw_schedule_free(Drawing *drawing)
{
    take_in_turn(drawing);
    add_hold(drawing, drawing->peak, total_of(drawing));
    drawing->path.optimizer = "schedule_free";
}

void draw_infinite(Drawing *drawing)
{
    const Paradigm *paradigm = drawing->paradigm;
    int64_t branch = branch_of(drawing), trunk = total_of(drawing) - branch;
    int64_t cooldown = llround(paradigm->cooldown * (double)drawing->setting->steps);
    double level = paradigm->level * drawing->peak;
    if (paradigm->cooldown + paradigm->alpha > 1.0 + ROUNDED)
        die_usage("%s: version 1 branches off before the cooldown ends: cooldown + alpha is to be "
                  "at most 1",
                  paradigm->text);
    int64_t most = drawing->setting->steps - branch;
    if (cooldown > most) cooldown = most; /* both were rounded up */
    take_in_turn(drawing);
    add_piece(drawing, "cosine", drawing->peak, paradigm->level, drawing->setting->warmup,
              cooldown);
    add_hold(drawing, level, trunk - drawing->done);
    add_decay(drawing, false, level, warmup_of(drawing), branch);
}

/* Version 1 is the first stage itself, as far as its cosine has come. */
void draw_two_stage(Drawing *drawing)
{
    const UpdateSetting *setting = drawing->setting;
    int64_t cycle = llround(drawing->paradigm->cycle * (double)setting->steps);
    int64_t first = (drawing->version > 1 ? drawing->version - 1 : 1) * setting->steps;
    take_in_turn(drawing);
    if (cycle == 0) {
        add_hold(drawing, drawing->peak, first);
    } else {
        char *kind = format_text("cosine:cycle=%" PRId64, cycle);
        add_piece(drawing, kind, drawing->peak, drawing->floor, setting->warmup, first);
        free(kind);
    }
    add_decay(drawing, true, drawing->peak, setting->warmup, total_of(drawing) - drawing->done);
}
