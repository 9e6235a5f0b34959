/* Pieces of work shared by processes. */
#include "trial/pool.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { PIECES = 40 };

typedef struct {
    int64_t next;         /* that is to be finished */
    int64_t interrupt_at; /* a piece that sends Ctrl-C to the parent; −1: none */
    pid_t parent;
    double result[PIECES];
} Work;

/* Later pieces are done sooner. */
static void square(void *context, int64_t piece, void *result)
{
    Work *work = context;
    if (piece == work->interrupt_at) kill(work->parent, SIGINT);
    const struct timespec pause = {.tv_nsec = (PIECES - piece) * 100 * 1000};
    nanosleep(&pause, NULL);
    *(double *)result = (double)(piece * piece);
}

static void collect(void *context, int64_t piece, const void *result)
{
    Work *work = context;
    cr_assert(eq(i64, piece, work->next));
    work->result[work->next++] = *(const double *)result;
}

static int64_t run(Work *work, int64_t jobs)
{
    work->parent = getpid();
    Pool pool = {jobs, 1, PIECES, sizeof(double), work, square, collect, NULL};
    return pool_run(&pool);
}

Test(pool, finishes_every_piece_in_order_for_any_number_of_jobs)
{
    for (int64_t jobs = 0; jobs <= 3; jobs++) {
        Work work = {.interrupt_at = -1};
        cr_expect(eq(i64, run(&work, jobs), PIECES));
        for (int64_t k = 0; k < PIECES; k++) cr_expect(eq(dbl, work.result[k], (double)(k * k)));
    }
}

Test(pool, after_an_interrupt_the_first_pieces_are_there_and_the_last_are_not)
{
    for (int64_t jobs = 0; jobs <= 3; jobs++) {
        Work work = {.interrupt_at = 5};
        int64_t finished = run(&work, jobs);
        cr_expect(ge(i64, finished, 6), "%ld of %ld jobs", (long)finished, (long)jobs);
        cr_expect(lt(i64, finished, PIECES));
        cr_expect(eq(i64, work.next, finished));
        for (int64_t k = 0; k < finished; k++) cr_expect(eq(dbl, work.result[k], (double)(k * k)));
    }
}

/* In the middle of a piece, where nobody else could hear it. */
static void interrupt_twice(void *context, int64_t piece, void *result)
{
    (void)context, (void)result;
    if (piece == 1) raise(SIGINT), raise(SIGTERM);
}

Test(pool, without_workers_the_second_interrupt_ends_the_program_at_once, .exit_code = 130)
{
    Pool pool = {0, 1, PIECES, sizeof(double), NULL, interrupt_twice, NULL, NULL};
    pool_run(&pool);
    exit(0);
}

static void handle(int number) { (void)number; }

Test(pool, signals_mean_afterwards_what_they_meant_before)
{
    const struct sigaction own = {.sa_handler = handle};
    sigaction(SIGINT, &own, NULL);
    for (int64_t jobs = 0; jobs <= 2; jobs++) {
        Work work = {.interrupt_at = 5};
        run(&work, jobs);
        struct sigaction now;
        sigset_t blocked;
        sigaction(SIGINT, NULL, &now);
        sigprocmask(SIG_SETMASK, NULL, &blocked);
        cr_expect(now.sa_handler == handle && !sigismember(&blocked, SIGINT));
    }
}

static bool has_seven(void *context) { return ((const Work *)context)->next >= 7; }

/* 20 ms a piece: long enough for the parent to look at what is finished before all are. */
static void idle(void *context, int64_t piece, void *result)
{
    const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
    nanosleep(&pause, NULL);
    square(context, piece, result);
}

Test(pool, begins_no_more_where_what_is_finished_is_enough)
{
    for (int64_t jobs = 0; jobs <= 2; jobs++) {
        Work work = {.interrupt_at = -1};
        Pool pool = {jobs, 1, PIECES, sizeof(double), &work, idle, collect, has_seven};
        int64_t finished = pool_run(&pool);
        cr_expect(eq(i64, work.next, finished));
        cr_expect(jobs ? finished >= 7 && finished < PIECES : finished == 7);
    }
}

static void give_up(void *context, int64_t piece, void *result)
{
    (void)context, (void)result;
    if (piece == 1) exit(2);
}

Test(pool, a_worker_that_gives_up_ends_the_program_as_it_ended, .exit_code = 2)
{
    Pool pool = {2, 1, PIECES, sizeof(double), NULL, give_up, NULL, NULL};
    pool_run(&pool);
    exit(0);
}

static void die_at_work(void *context, int64_t piece, void *result)
{
    (void)context, (void)result;
    if (piece == 1) raise(SIGKILL);
}

Test(pool, a_worker_that_is_killed_ends_the_program, .exit_code = 1)
{
    Pool pool = {2, 1, PIECES, sizeof(double), NULL, die_at_work, NULL, NULL};
    pool_run(&pool);
    exit(0);
}

Test(pool, nothing_to_do_is_done_at_once)
{
    Pool pool = {2, 1, 0, sizeof(double), NULL, square, collect, NULL};
    cr_expect(eq(i64, pool_run(&pool), 0));
}
