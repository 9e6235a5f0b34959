/* Where the loss under a schedule comes from: a network that is trained, the exact recursion
 * of kernel regression, or a fitted equation. Questions are asked of all three alike. */
#ifndef ANNEALING_LAW_WORLD_H
#define ANNEALING_LAW_WORLD_H

#include "base/outcome.h"
#include "law/recursion.h"
#include "law/run.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct World World;

struct World {
    char *data;    /* what is learnt, as in trials.csv; owned */
    int64_t steps; /* of the runs that a law is fitted to; longer ones are multiples */
    double rate;   /* the peak */
    double noise;  /* of a log of its losses, as a share of them; 0: the losses hold theirs */
    double reach;  /* of the smoothing of a turning point, as a share of the steps */
    /* loss: `points` of them, after step[p] updates (ascending, from 1 on). */
    Outcome (*losses)(const World *world, const char *schedule, int64_t steps, int64_t points,
                      const int64_t *step, double *loss);
    /* What the kinds need. */
    const char *model; /* not owned */
    uint64_t seed;
    Recursion recursion;
    double theta[5];
};

/* world_free() frees what they hold. The training world is absent where its text is. */
World world_training(const char *model, int64_t steps, uint64_t seed);
int64_t world_parameters(const World *world); /* trained numbers; a training world's, not absent */
World world_recursion(const char *setting);
World world_printed(void);
void world_free(World *world);

/* A run that was observed at some steps, as the laws take it. observed_free() frees. */
typedef struct {
    char *schedule;
    Outcome outcome; /* spent; else the losses say nothing */
    LawRun run;
    double *rate, *loss;
    int64_t *step;
} Observed;

/* After every `every`-th update from `from` on, and at the end. */
Observed world_observe(const World *world, const char *schedule, int64_t steps, int64_t from,
                       int64_t every);
void observed_free(Observed *observed);

/* Rates of steps 0 … steps; the caller frees. */
double *world_rates(const char *schedule, int64_t steps, double peak);

#endif
