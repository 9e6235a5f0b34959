/* What a kind of schedule is made of: private to the schedules.
 *
 * Inside, updates count from 1: update i = step + 1 of a piece of T updates, W of them warm-up.
 * Every decay is a function of (i − begin) / (T − begin), as in the annealing law's arrays
 * (Tissue et al. 2024, with eta_0 = peak before the first update): update `begin` still has the
 * rate it begins at, update T has the floor exactly, and no update lies between two rates twice.
 * (PyTorch's LambdaLR and path_switching's formula take i − 1 for i: they begin one update later
 * and do not reach the floor.)
 *
 * A new kind is a function, a row of the table in schedule.c, and its keys. */
#ifndef OPTIM_SCHEDULE_KINDS_H
#define OPTIM_SCHEDULE_KINDS_H

#include "optim/schedule.h"
#include "optim/spelled.h"

typedef struct Piece Piece;

typedef struct {
    const char *help; /* its keys and its formula in words */

    /* Reads the kind's keys. NULL: it has none. */
    void (*read)(Piece *piece, Spelled *keys);

    /* The rate of update i, warmup < i <= total, as a share of the peak. */
    double (*share)(const Piece *piece, int64_t i);

    /* For kinds whose rates are absolute: no peak, floor, warmup. Reads keys, and returns how
     * many steps there are where nobody says. NULL: the common keys. */
    int64_t (*length)(Piece *piece, Spelled *keys);
} ScheduleKind;

/* From 1 at 0 to 0 at 1; `floor` matters to the exponential only. */
typedef double ScheduleShape(double x, double floor);

struct Piece {
    const ScheduleKind *kind;
    double peak, floor, from; /* floor and from: shares of the peak */
    int64_t total, warmup;

    /* The kinds' own */
    ScheduleShape *shape;
    int64_t begin, length; /* in updates */
    double factor;
    int after, count;
    int64_t *step; /* count of them; owned */
    double *level; /* count of them; owned */
};

/* A key in steps, or, up to 1, as a share of the piece's total; rounded to a step. */
int64_t schedule_steps(const Piece *piece, Spelled *keys, const char *key, double otherwise);

/* The same for a number that is not a key's whole value; `what` for messages. */
int64_t schedule_steps_of(const Piece *piece, const Spelled *keys, const char *what, double value);

/* 1 at g = 1, the floor at g = 0, both exactly. */
static inline double schedule_above(double floor, double g) { return floor * (1.0 - g) + g; }

/* Half a period of the cosine: 1 at x = 0, 0 at x = 1, and up again behind. */
double schedule_half_cosine(double x, double floor);

extern const ScheduleKind schedule_constant, schedule_linear, schedule_cosine, schedule_wsd,
    schedule_knee, schedule_multistep, schedule_multistep_cosine, schedule_cyclic,
    schedule_inverse_sqrt, schedule_inverse_time, schedule_csv;

#endif
