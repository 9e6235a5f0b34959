/* The verb `compare`: optimizers on the user's own data with equal search budgets.
 *
 * Every contestant is an optimizer with a search space. Configurations are drawn from it and
 * trained with one seed; the one with the lowest validation error (text: loss) is trained again
 * with fresh seeds, the same for everyone, and judged on the test split by the paired
 * differences (trial/ranking.h). The test split is looked at by these last runs alone. */
#ifndef ROOT_FREE_COMPARE_H
#define ROOT_FREE_COMPARE_H

#include "arena.h"
#include "io/cli.h"
#include "optim/space.h"
#include "problem/data.h"
#include "trial/budget.h"
#include "trial/ranking.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { COMPARE_MOST = 24, COMPARE_LEAST_RUNS = 4 };

/* The search has the first seed + this one, the finals those behind it: no report's. */
enum { COMPARE_SEARCH_SEED = 1000000 };

/* The best of many single runs is in part the luckiest: some finalists get so many runs more
 * before one is chosen by the mean. */
enum { COMPARE_FINALISTS = 16, COMPARE_FINAL_SEEDS = 2 };

typedef struct {
    const char *data, *model, *optimizers, *schedule, *budget, *out, *folder, *device, *precision;
    CliList runs; /* of each search: one number, or one for each optimizer */
    int64_t steps, batch, seeds, seed, finalists, jobs, threads;
    int64_t evaluation_batches; /* of validation, and of testing; 0: see compare_open.c */
    double level;
    bool json, quiet, dry_run;
} CompareOptions;

/* A run of a contestant: what was drawn, and what came of it. */
typedef struct {
    char *optimizer;
    double rate;
    uint64_t seed;
    bool is_tested;
    ArenaResult result;
} CompareRun;

typedef struct {
    char *name;   /* as the user wrote it */
    char *ranges; /* its space as text */
    Space *space;
    bool is_settled; /* no key of it has a range: one run, and no finals */
    double run_s;    /* expected seconds of a run; NaN: not measured */
    int64_t runs;    /* of its search; when the time is up, those that there are */
    int64_t found;   /* of these are done */
    CompareRun *search;
    int64_t finalists, finalist[COMPARE_FINALISTS]; /* configurations, the lowest first */
    int64_t finals;                                 /* of these are done */
    CompareRun *final; /* COMPARE_FINAL_SEEDS rounds of all finalists */
    int64_t best;      /* configuration; −1: none that did not fail */
    int64_t reported;
    CompareRun *report;
} Contestant;

/* ---- compare_kept.c: finished runs in a CSV file, used again by whatever asks for the same */
typedef struct Kept Kept;

/* key: names everything but optimizer, rate, seed and steps that a run depends on. path NULL:
 * nothing is read or written; read only: nothing is written. Ends the program where the file is
 * another, and where another comparison writes into it: each knows the runs of its own alone. */
Kept *kept_open(const char *path, const char *key, bool is_read_only);
void kept_close(Kept *kept); /* writes */

/* True, and the result, where the very run is there. */
bool kept_find(const Kept *kept, const CompareRun *run, int64_t steps, ArenaResult *result);
void kept_add(Kept *kept, const char *role, const char *name, const CompareRun *run, int64_t steps);

/* Seconds that a run of a contestant was expected to take; NaN: none. */
double kept_time(const Kept *kept, const char *name, int64_t steps);
void kept_add_time(Kept *kept, const char *name, int64_t steps, double run_s);

/* ---- compare_lock.c: FILE is this process's until it ends, however it ends; ends the program
 * where it is another's. A file FILE.lock stands beside it, and may be left by a process that was
 * killed: it is in nobody's way. NULL: nothing. */
typedef struct Lock Lock;
Lock *lock_take(const char *path);
void lock_drop(Lock *lock);

/* ---- the whole */
typedef struct {
    const CompareOptions *options;
    const Data *data;
    Arena *arena;
    Kept *kept;
    char *model, *schedule;
    int64_t batch, steps, seeds;
    int64_t validation_batches, test_batches; /* that are looked at */
    FILE *text; /* where sentences go: stdout, or stderr beside JSON */
    int count;
    Contestant contestant[COMPARE_MOST];
    double budget_s; /* 0: counted in runs */
    double start_s;  /* by base/clock.h */
    int64_t jobs;    /* processes; 0: none but this one */
    bool is_interrupted;
} Comparison;

/* ---- compare_open.c: device, data, model and what was not said of them; the kept runs.
 * compare_close() ends all. */
void compare_open(Comparison *comparison);
void compare_close(Comparison *comparison);

/* ---- compare_space.c: the contestants of --optimizers. Exit 2 with the known names. */
void compare_name(Comparison *comparison);

/* ---- compare_plan.c: how many runs each search has, after short trials where a time is given.
 * Exit 2, saying the least, where it is too short. False after Ctrl-C. */
bool compare_plan(Comparison *comparison);

/* What a budget is about, and where its numbers are kept. */
typedef struct {
    double run_s[COMPARE_MOST];
    bool is_settled[COMPARE_MOST];
    int64_t runs[COMPARE_MOST]; /* of each search; until they are planned 0 */
} BudgetRows;
Budget compare_budget(const Comparison *comparison, BudgetRows *rows);

/* ---- compare_run.c */

/* Configuration `number` of a contestant, not yet run. The caller frees its optimizer. */
CompareRun compare_draw(const Comparison *comparison, const Contestant *contestant, int64_t number);
ArenaResult compare_train(const Comparison *comparison, const CompareRun *run, const char *schedule,
                          int64_t steps);

/* Everything that the plan has, or until Ctrl-C: then is_interrupted. Searches end early, all with
 * the same share of their runs, where the rest of the time is what finals and reports will take. */
void compare_run(Comparison *comparison);

/* ---- compare_result.c */

/* Fills finalists, in the order of trial/score.h, and, for now, best. */
void compare_choose_finalists(const Comparison *comparison, Contestant *contestant);
/* Fills best from the finals. */
void compare_choose_best(const Comparison *comparison, Contestant *contestant);
/* So many finals does a contestant have who has enough that did not fail. */
int64_t compare_finals(const Comparison *comparison, const Contestant *contestant);

typedef struct {
    int64_t failed;
    double best, median; /* of the search; inf: failed */
    double chosen;       /* mean of the chosen one, with its finals; inf: failed */
} SearchSummary;
SearchSummary compare_search(const Comparison *comparison, const Contestant *contestant);

/* On the test split, of the seeds that everyone in the report has. */
typedef struct {
    int64_t seeds;
    double level, each_level; /* of the verdict, and of each difference in it */
    RankingVerdict verdict;
    Standing standing[COMPARE_MOST]; /* one for each contestant, the best first */
    double seeds_needed;             /* 0: decided; inf: none would do */
    double needed_s;                 /* seconds of those that are missing; NaN: not measured */
} CompareVerdict;
CompareVerdict compare_verdict(const Comparison *comparison);

/* ---- compare_say.c: errors in per cent, losses in nats; the caller frees */
char *compare_say(const Comparison *comparison, double measure); /* "11.35 %", "1.234", "failed" */
char *compare_say_mean(const Comparison *comparison, Interval mean); /* "11.35 ± 0.78 %" */
/* "0.31 points (-0.12 … 0.74)", or without the interval where that has no ends. */
char *compare_say_difference(const Comparison *comparison, Interval behind);
const char *compare_measure(const Comparison *comparison); /* "error" or "loss" */
int compare_width(const Comparison *comparison);           /* of the widest name */
/* ", about 14 min"; nothing for NaN. */
void compare_print_time(const Comparison *comparison, double time_s);
/* "--runs 14,42,25": for the same once more or with more seeds. */
void compare_print_runs(const Comparison *comparison);

/* ---- compare_before.c, compare_table.c, compare_sentence.c, compare_json.c */
void compare_print_found(const Comparison *comparison);
void compare_print_plan(const Comparison *comparison);
/* The time is up: what there is of the runs that were planned. */
void compare_print_cut(const Comparison *comparison, const int64_t planned[]);
void compare_print(const Comparison *comparison, const CompareVerdict *verdict);
void compare_print_verdict(const Comparison *comparison, const CompareVerdict *verdict);
void compare_print_json(const Comparison *comparison, const CompareVerdict *verdict);

#endif
