#include "update/paradigm_kinds.h"

#include "base/die.h"
#include "base/named.h"
#include "optim/spelled.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Knee is a trunk and a straight line down: its branch is the linear one, its own half explores. */
static const DecayShape shapes[] = {
    {"cosine", "cosine", "cosine", false},
    {"knee", "knee:explore=0.5", "linear", false},
    {"multistep", "multistep", "multistep", false},
    {"linear", "linear", "linear", false},
    {"1-sqrt", "wsd:shape=1-sqrt", "wsd:shape=1-sqrt", true},
    {"exponential", "wsd:shape=exponential", "wsd:shape=exponential", true},
};

static const ParadigmKind kinds[] = {
    {"ptfs", "each version from scratch on all data so far, one decay over all of it: shape",
     KEY_SHAPE, "cosine", COST_RETRAINED, draw_ptfs},
    {"ptfs_wsd", "the same with a decay of alpha T updates: alpha, shape", KEY_SHAPE | KEY_ALPHA,
     "cosine", COST_RETRAINED, draw_ptfs_wsd},
    {"cpt",
     "from the version before, warmed up anew, on the new data: shape, optimizer=keep or reset, "
     "replay",
     KEY_SHAPE | KEY_OPTIMIZER | KEY_REPLAY, "cosine", COST_ONE_PATH, draw_cpt},
    {"cpt_floor", "from the version before at its last rate: shape, optimizer, replay",
     KEY_SHAPE | KEY_OPTIMIZER | KEY_REPLAY, "cosine", COST_ONE_PATH, draw_cpt_floor},
    {"path_switching",
     "a trunk at the peak, a branch of alpha T for each version: alpha, shape, "
     "replay",
     KEY_SHAPE | KEY_ALPHA | KEY_REPLAY, "cosine", COST_BRANCHES, draw_path_switching},
    {"wsd_s",
     "one path that decays for alpha T at each version and goes on from there: alpha, "
     "shape, replay",
     KEY_SHAPE | KEY_ALPHA | KEY_REPLAY, "cosine", COST_ONE_PATH, draw_wsd_s},
    {"trunk",
     "the trunk itself or its average=none, lawa, ema or wsm: window, samples, decay, "
     "replay",
     KEY_AVERAGE | KEY_REPLAY, NULL, COST_ONE_PATH, draw_trunk},
    {"infinite",
     "a cosine to a level that is held, a branch for each version: cooldown, level, "
     "alpha, shape, replay",
     KEY_SHAPE | KEY_ALPHA | KEY_REPLAY | KEY_LEVEL, "cosine", COST_BRANCHES, draw_infinite},
    {"schedule_free",
     "the trunk by the optimizer of that name, with the run's keys: its answer is an average: "
     "replay",
     KEY_REPLAY, NULL, COST_ONE_PATH, draw_schedule_free},
    {"two_stage",
     "a cosine of cycle T; each later version warms up from it and decays over T: "
     "cycle (0: for ever), shape, optimizer, replay",
     KEY_SHAPE | KEY_OPTIMIZER | KEY_REPLAY | KEY_CYCLE, "cosine", COST_STAGES, draw_two_stage},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

int paradigm_kind_count(void) { return KINDS; }
const char *paradigm_kind_name(int kind) { return kinds[kind].name; }
const char *paradigm_kind_help(int kind) { return kinds[kind].help; }

/* ---- reading */

static void read_shape(Paradigm *paradigm, Spelled *keys)
{
    const char *name = spelled_text(keys, "shape", paradigm->kind->shape);
    paradigm->shape =
        named_row("shape", name, sizeof shapes / sizeof *shapes, sizeof *shapes, shapes);
}

static void read_optimizer(Paradigm *paradigm, Spelled *keys)
{
    static const struct {
        const char *name;
        bool resets;
    } ways[] = {{"keep", false}, {"reset", true}}, *way;
    way = named_row("optimizer", spelled_text(keys, "optimizer", "keep"), 2, sizeof *ways, ways);
    paradigm->resets = way->resets;
}

static void read_average(Paradigm *paradigm, Spelled *keys)
{
    static const char none[] = "none";
    const char *name = spelled_text(keys, "average", none);
    if (!strcmp(name, none)) return;
    paradigm->average = average_kind(name);
    paradigm->window = spelled_real(keys, "window", 0.2, 1e-9, 1.0);
    paradigm->samples = spelled_int(keys, "samples", 20, 1, 1000000);
    paradigm->decay = spelled_real(keys, "decay", 0.98, 1e-9, 1.0);
}

Paradigm *paradigm_create(const char *text)
{
    Paradigm *paradigm = alloc_zeroed(1, sizeof *paradigm);
    Spec *spec = spec_parse(text);
    Spelled keys = spelled_start(spec, text);
    paradigm->kind = named_row("paradigm", spec_kind(spec), KINDS, sizeof *kinds, kinds);
    int has = paradigm->kind->keys;
    if (has & KEY_ALPHA) paradigm->alpha = spelled_real(&keys, "alpha", 0.6, 1e-9, 1.0);
    if (has & KEY_LEVEL) paradigm->level = spelled_real(&keys, "level", 0.55, 1e-9, 1.0);
    if (has & KEY_LEVEL) paradigm->cooldown = spelled_real(&keys, "cooldown", 0.3, 1e-9, 1.0);
    if (has & KEY_CYCLE) paradigm->cycle = spelled_real(&keys, "cycle", 1.0, 0.0, 1e6);
    if (has & KEY_SHAPE) read_shape(paradigm, &keys);
    if (has & KEY_OPTIMIZER) read_optimizer(paradigm, &keys);
    if (has & KEY_AVERAGE) read_average(paradigm, &keys);
    if (has & KEY_REPLAY) paradigm->replay = spelled_real(&keys, "replay", 0.0, 0.0, 1.0);
    paradigm->peak = spelled_real(&keys, "peak", 1.0, 1e-300, 1e300);
    paradigm->floor = spec_has(spec, "floor") ? spelled_real(&keys, "floor", 0.0, 0.0, 1.0) : NAN;
    spec_done(spec);
    spec_free(spec);
    paradigm->text = keys.text;
    return paradigm;
}

void paradigm_free(Paradigm *paradigm)
{
    if (!paradigm) return;
    free(paradigm->text);
    free(paradigm);
}

const char *paradigm_text(const Paradigm *paradigm) { return paradigm->text; }
const char *paradigm_name(const Paradigm *paradigm) { return paradigm->kind->name; }

/* ---- asking */

int64_t paradigm_branch(const Paradigm *paradigm, int64_t steps)
{
    return llround(paradigm->alpha * (double)steps);
}

static double cost_retrained(double n, double alpha)
{
    (void)alpha;
    return 0.5 * n * (n + 1.0);
}

static double cost_one_path(double n, double alpha)
{
    (void)alpha;
    return n;
}

static double cost_branches(double n, double alpha) { return (1.0 + alpha) * n - alpha; }

/* The first stage goes on to (N − 1) T, and all versions but the first leave it for T. */
static double cost_stages(double n, double alpha)
{
    (void)alpha;
    return n > 1.0 ? 2.0 * n - 2.0 : 1.0;
}

void paradigms_require_apart(int count, Paradigm *const paradigm[])
{
    for (int a = 0; a < count; a++)
        for (int b = 0; b < a; b++)
            if (!strcmp(paradigm_text(paradigm[a]), paradigm_text(paradigm[b])))
                die_usage("--paradigms: %s is there twice, as %d and %d: leave one out",
                          paradigm_text(paradigm[a]), b + 1, a + 1);
}

double paradigm_cost(const Paradigm *paradigm, int versions)
{
    static double (*const forms[])(double n, double alpha) = {
        [COST_RETRAINED] = cost_retrained,
        [COST_ONE_PATH] = cost_one_path,
        [COST_BRANCHES] = cost_branches,
        [COST_STAGES] = cost_stages,
    };
    return forms[paradigm->kind->cost]((double)versions, paradigm->alpha);
}

Path paradigm_path(const Paradigm *paradigm, const UpdateSetting *setting, int version)
{
    assert(version >= 1 && version <= setting->versions);
    Drawing drawing = {.paradigm = paradigm,
                       .setting = setting,
                       .version = version,
                       .peak = paradigm->peak * setting->peak,
                       .floor = isnan(paradigm->floor) ? setting->floor : paradigm->floor};
    paradigm->kind->draw(&drawing);
    Path path = drawing.path;
    path.steps = version * setting->steps;
    assert(drawing.done == path.steps && path.stretch[path.count - 1].end == path.steps);
    path.schedule = schedule_create(drawing.text, (ScheduleDefaults){0});
    free(drawing.text);
    return path;
}
