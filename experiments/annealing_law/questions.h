/* Questions that are asked of a world: each a row of a table, its findings rows of trials.csv.
 * What a row's columns mean in each question is in README.md. */
#ifndef ANNEALING_LAW_QUESTIONS_H
#define ANNEALING_LAW_QUESTIONS_H

#include "studies.h"
#include "world.h"

typedef struct {
    const World *world;
    const StudyJob *job;
    Row row; /* the factors of all rows of this trial */
} Asked;

typedef struct {
    const char *name;
    double cost; /* runs of the world's length, roughly */
    void (*ask)(const Asked *asked);
} Question;

/* Exit 2 with the list of names on an unknown one. */
const Question *question_find(const char *name);

void ask_fit(const Asked *asked);
void ask_delay(const Asked *asked);
void ask_pairs(const Asked *asked);
void ask_crossover(const Asked *asked);
void ask_forms(const Asked *asked);
void ask_cycle(const Asked *asked);
void ask_share(const Asked *asked);
void ask_shape(const Asked *asked);
void ask_rewarm(const Asked *asked);
void ask_limits(const Asked *asked);
void ask_reduction(const Asked *asked);

/* The row of a trial that found nothing: absent, diverged. */
void asked_write_outcome(const Asked *asked, Outcome outcome);

/* Runs under the schedules of a list (words), `times` the world's steps long, appended to `seen`.
 * False, and the outcome's row written, where one did not end well. */
bool asked_observe(const Asked *asked, const char *schedules, int64_t times, int64_t *count,
                   Observed *seen);

#endif
