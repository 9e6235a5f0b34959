/* What methods are compared on: a row per task, with data, network and how they are judged. */
#ifndef ROOT_FREE_TASKS_H
#define ROOT_FREE_TASKS_H

#include "arena.h"

typedef struct {
    const char *name;
    const char *data;   /* of data_open(); of a folder of the user's, without it */
    const char *files;  /* words, in the data folder: the task is absent where one is missing */
    const char *folder; /* of data that take one, in the data folder; NULL: none */
    const char *model;
    int64_t batch, steps;
    const char *schedules; /* words of the table of schedules; NULL: config.schedules */
    double warmup;         /* share of the steps */
    int64_t validation_rows, test_rows; /* images, or windows of text, at most; 0: all */
    bool judged_by_loss;                /* else by the share of errors */
    bool asks_equality;                 /* its reports have config.equal_seeds */
    double seconds;                     /* of one run of SGD on one core, roughly */
} Task;

/* Exit 2 with the list of names on an unknown one. */
const Task *task_find(const char *name);
int task_count(void);
const Task *task_at(int number);

/* Words: what the task is asked under. */
const char *task_schedules(const Task *task);

/* The table's own copy of a schedule's name; exit 2 with the list of names on an unknown one. */
const char *task_schedule_name(const char *name);

/* "multistep" and so on, spelled out with the task's warm-up; the caller frees. */
char *task_schedule(const Task *task, const char *name, int64_t steps);

/* Steps of a run: the task's times config.shorten, at least ARENA_RECORDS. */
int64_t task_steps(const Task *task);

bool task_is_absent(const Task *task);

/* Paths of the files the task needs, those that are there; each is the caller's to free. */
int task_files(const Task *task, int room, char *path[]);

/* On the frame's device; batch: 0 for the task's own. */
Arena *task_open(const Task *task, int64_t batch);

#endif
