/* What a paradigm is made of: private to the paradigms. A new one is a function that draws its
 * path, its keys, and a row of the table in paradigm.c. */
#ifndef UPDATE_PARADIGM_KINDS_H
#define UPDATE_PARADIGM_KINDS_H

#include "update/paradigm.h"

/* A decay as schedules spell it: over a whole path, and from the peak over a branch. */
typedef struct {
    const char *name;
    const char *whole, *branch;
    bool is_wsd; /* a shape of wsd: it needs the length of its decay said */
} DecayShape;

typedef enum {
    KEY_SHAPE = 1,
    KEY_ALPHA = 2,
    KEY_REPLAY = 4,
    KEY_OPTIMIZER = 8,
    KEY_AVERAGE = 16,
    KEY_LEVEL = 32,
    KEY_CYCLE = 64,
} ParadigmKey;

typedef enum { COST_RETRAINED, COST_ONE_PATH, COST_BRANCHES, COST_STAGES } CostForm;

/* A path on its way: pieces of its schedule, joined with '+'. */
typedef struct {
    const Paradigm *paradigm;
    const UpdateSetting *setting;
    int version;
    double peak, floor;
    char *text;
    int64_t done; /* updates of the pieces so far */
    Path path;
} Drawing;

typedef struct {
    const char *name, *help;
    int keys;          /* ParadigmKeys, or-ed */
    const char *shape; /* where none is said */
    CostForm cost;
    void (*draw)(Drawing *drawing);
} ParadigmKind;

struct Paradigm {
    const ParadigmKind *kind;
    char *text;
    const DecayShape *shape;
    double alpha, replay, peak, level, cooldown, cycle;
    double floor; /* NAN: the setting's */
    bool resets;
    const AverageKind *average;
    double window, decay; /* of the average */
    int64_t samples;
};

void draw_ptfs(Drawing *drawing);
void draw_ptfs_wsd(Drawing *drawing);
void draw_cpt(Drawing *drawing);
void draw_cpt_floor(Drawing *drawing);
void draw_path_switching(Drawing *drawing);
void draw_wsd_s(Drawing *drawing);
void draw_trunk(Drawing *drawing);
void draw_infinite(Drawing *drawing);
void draw_schedule_free(Drawing *drawing);
void draw_two_stage(Drawing *drawing);

#endif
