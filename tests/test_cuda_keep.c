/* A process keeps what a closed backend had, for the next one: of the numbers, nothing is left. */
#include "model_runs.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STEPS = 4 };

static const Case cases[] = {
    {.model = "transformer:layers=1,width=16,heads=2,context=11,dropout=0.1", .data = &kept},
    {.model = "cnn:widths=4-5-6,pools=0-1-1", .data = &pictures},
};
static const Case other = {.model = "transformer:layers=2,width=24,heads=2,context=11,dropout=0.3",
                           .data = &kept};

/* What a trial leaves: losses, then the first numbers of the parameters. */
typedef struct {
    double loss[STEPS + 1];
    real parameters[500];
} Left;

static Left trial(const Case *c, const char *precision)
{
    Left left = {.loss = {0.0}};
    Run run = open_run(c, "cuda", precision);
    begin(&run);
    train(&run, STEPS);
    size_t bytes = (size_t)run.size * sizeof *run.parameters;
    memcpy(left.loss, run.loss, sizeof left.loss);
    memcpy(left.parameters, run.parameters,
           bytes < sizeof left.parameters ? bytes : sizeof left.parameters);
    close_run(&run);
    return left;
}

/* Of the trial in a process of its own, after `before`, in bfloat16, where there is one. */
static Left trial_of_a_worker(const Case *before, const Case *c)
{
    Left *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert(shared != MAP_FAILED);
    if (fork() == 0) {
        if (before) trial(before, "bfloat16");
        *shared = trial(c, "float32");
        _exit(0);
    }
    int status = 0;
    wait(&status);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %d", status);
    Left left = *shared;
    munmap(shared, sizeof *shared);
    return left;
}

/* Before it another model ran, with other scratch, recorded steps, dropout and precision. */
Test(cuda_keep, a_workers_second_trial_has_the_bytes_that_it_has_in_a_process_of_its_own)
{
    need_device();
    for (int c = 0; c < 2; c++) {
        Left alone = trial_of_a_worker(NULL, &cases[c]);
        Left second = trial_of_a_worker(&other, &cases[c]);
        Left third = trial_of_a_worker(&cases[c], &cases[c]);
        cr_expect(alone.loss[STEPS] > 0.0, "%s", cases[c].model);
        cr_expect(memcmp(&alone, &second, sizeof alone) == 0, "%s", cases[c].model);
        cr_expect(memcmp(&alone, &third, sizeof alone) == 0, "%s", cases[c].model);
    }
}

Test(cuda_keep, what_a_closed_backend_had_is_the_next_ones_and_its_memory_is_zero)
{
    need_device();
    enum { BYTES = 5000 };
    static char dirt[BYTES], zeros[BYTES], back[BYTES];
    memset(dirt, 7, sizeof dirt);
    void *context = NULL;
    for (int turn = 0; turn < 3; turn++) {
        Backend *backend = backend_open("cuda");
        if (turn) cr_expect(backend->context == context);
        context = backend->context;
        void *memory = backend->alloc(backend, BYTES); /* never released: closing does */
        backend->download(backend, BYTES, memory, back);
        cr_expect(memcmp(back, zeros, BYTES) == 0, "turn %d", turn);
        backend->upload(backend, BYTES, dirt, memory);
        backend->close(backend);
    }
}

/* Also where both were open before and one of the two was kept. */
Test(cuda_keep, two_that_are_open_at_once_share_nothing)
{
    need_device();
    for (int turn = 0; turn < 3; turn++) {
        Backend *backend[2] = {backend_open("cuda"), backend_open("cuda")};
        int *memory[2], number[2];
        cr_expect(backend[0]->context != backend[1]->context);
        for (int b = 0; b < 2; b++) {
            int value = 10 * turn + b;
            memory[b] = backend[b]->alloc(backend[b], sizeof value);
            backend[b]->upload(backend[b], sizeof value, &value, memory[b]);
        }
        for (int b = 0; b < 2; b++) {
            backend[b]->download(backend[b], sizeof number[b], memory[b], &number[b]);
            cr_expect(number[b] == 10 * turn + b, "turn %d, backend %d", turn, b);
        }
        for (int b = 0; b < 2; b++) backend[b]->close(backend[b]);
    }
}
