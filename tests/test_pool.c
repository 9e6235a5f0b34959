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
    Pool pool = {jobs, 1, PIECES, sizeof(double), work, square, collect};
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

static void give_up(void *context, int64_t piece, void *result)
{
    (void)context, (void)result;
    if (piece == 1) exit(2);
}

Test(pool, a_worker_that_gives_up_ends_the_program_as_it_ended, .exit_code = 2)
{
    Pool pool = {2, 1, PIECES, sizeof(double), NULL, give_up, NULL};
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
    Pool pool = {2, 1, PIECES, sizeof(double), NULL, die_at_work, NULL};
    pool_run(&pool);
    exit(0);
}

Test(pool, nothing_to_do_is_done_at_once)
{
    Pool pool = {2, 1, 0, sizeof(double), NULL, square, collect};
    cr_expect(eq(i64, pool_run(&pool), 0));
}
