/* What the emulator has to find, shown by kernels with that very fault: a green test of the CUDA
 * files means no more than the emulator sees. */
#include "emulator/probe.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LAUNCHES = 8, NUMBERS = LAUNCHES * PROBE_THREADS };

typedef void Probe(Backend *backend, int *to);

/* The numbers of LAUNCHES launches one after another, by a process of its own, since the order
 * of threads goes on from launch to launch. */
static void numbers_with_seed(const char *seed, Probe *probe, int number[NUMBERS])
{
    int ends[2];
    cr_assert(pipe(ends) == 0);
    if (fork() == 0) {
        setenv("EMULATOR_SEED", seed, 1);
        Backend *cuda = backend_open("cuda");
        int *memory = cuda->alloc(cuda, NUMBERS * sizeof *memory);
        for (int k = 0; k < LAUNCHES; k++) probe(cuda, memory + (size_t)k * PROBE_THREADS);
        cuda->download(cuda, NUMBERS * sizeof *memory, memory, number);
        _exit(write(ends[1], number, NUMBERS * sizeof *number) < 0);
    }
    close(ends[1]);
    cr_assert(read(ends[0], number, NUMBERS * sizeof *number) == NUMBERS * sizeof *number);
    close(ends[0]);
    wait(NULL);
}

Test(emulator, a_race_gives_other_numbers_with_another_seed_and_the_same_with_the_same)
{
    static int first[NUMBERS], again[NUMBERS], other[NUMBERS];
    numbers_with_seed("1", probe_neighbours_racing, first);
    numbers_with_seed("1", probe_neighbours_racing, again);
    numbers_with_seed("2", probe_neighbours_racing, other);
    cr_expect(memcmp(first, again, sizeof first) == 0);
    cr_expect(memcmp(first, other, sizeof first) != 0);
    int wrong = 0; /* half the neighbours come later, and what they write is not there yet */
    for (int k = 0; k < NUMBERS; k++) wrong += first[k] == -1;
    cr_expect(wrong > NUMBERS / 8 && wrong < NUMBERS * 7 / 8, "%d of %d", wrong, (int)NUMBERS);
}

Test(emulator, with_a_barrier_the_race_is_gone_whatever_the_seed)
{
    static int number[NUMBERS];
    static const char *const seeds[] = {"1", "2", "3", "4"};
    for (int s = 0; s < 4; s++) {
        numbers_with_seed(seeds[s], probe_neighbours, number);
        for (int k = 0; k < NUMBERS; k++) cr_assert(number[k] == (k + 1) % PROBE_THREADS + 1);
    }
}

Test(emulator, shared_memory_holds_no_numbers_at_a_blocks_beginning)
{
    enum { BLOCKS = 3, COUNT = BLOCKS * 2 * PROBE_THREADS };
    Backend *cuda = backend_open("cuda");
    int number[COUNT], *memory = cuda->alloc(cuda, sizeof number);
    probe_shared_before_written(cuda, BLOCKS, memory);
    cuda->download(cuda, sizeof number, memory, number);
    for (int k = 0; k < COUNT; k++) {
#ifdef __SANITIZE_ADDRESS__
        if (k / PROBE_THREADS % 2)
            continue; /* then a kernel's own shared memory is plainly static */
#endif
        cr_assert(number[k] == -1, "number %d is %d", k, number[k]); /* every byte 0xff */
    }
    cuda->release(cuda, memory);
    cuda->close(cuda);
}

Test(emulator, a_stream_runs_only_when_somebody_waits)
{
    Backend *cuda = backend_open("cuda");
    int here[PROBE_THREADS] = {0}, back[PROBE_THREADS];
    int *memory = cuda->alloc(cuda, sizeof here);
    probe_copy_late(cuda, sizeof here, here, memory);
    probe_step(cuda, memory);
    here[1] = 5; /* too early: the copy is still to come */
    cuda->download(cuda, sizeof back, memory, back);
    cr_expect(back[0] == 1 && back[1] == 16, "%d %d", back[0], back[1]);
    cuda->release(cuda, memory);
    cuda->close(cuda);
}

#ifndef __SANITIZE_ADDRESS__
Test(emulator, the_host_dies_where_it_looks_at_the_devices_memory, .signal = SIGSEGV)
{
    Backend *cuda = backend_open("cuda");
    int host[PROBE_THREADS], *memory = cuda->alloc(cuda, sizeof host);
    cuda->download(cuda, sizeof host, memory, host);
    exit(memory[0]);
}
#endif

Test(emulator, a_replayed_graph_does_what_its_steps_do_and_recording_does_nothing)
{
    Backend *cuda = backend_open("cuda");
    int eager[PROBE_THREADS], replayed[PROBE_THREADS];
    int *x = cuda->alloc(cuda, sizeof eager), *y = cuda->alloc(cuda, sizeof eager);
    for (int step = 0; step < 6; step++) probe_step(cuda, x);
    cuda->download(cuda, sizeof eager, x, eager); /* all that was asked for so far is done */
    cuda->record(cuda);
    probe_step(cuda, y);
    probe_step(cuda, y);
    void *recording = cuda->recorded(cuda);
    for (int step = 0; step < 3; step++) cuda->replay(cuda, recording);
    cuda->download(cuda, sizeof replayed, y, replayed);
    cr_expect(eager[0] == 364); /* (3⁶ − 1) / 2 */
    cr_expect(memcmp(eager, replayed, sizeof eager) == 0);
    cuda->forget(cuda, recording);
    cuda->release(cuda, x);
    cuda->release(cuda, y);
    cuda->close(cuda);
}

/* In a child of a process that has called CUDA nothing of it works; but the device is there. */
Test(emulator, a_device_that_is_open_is_there_still_and_is_none_for_a_forked_child)
{
    Backend *cuda = backend_open("cuda");
    cr_expect(backend_missing("cuda") == NULL);
    if (fork() == 0) {
        backend_open("cuda"); /* exit 2 */
        _exit(0);
    }
    int status = 0;
    wait(&status);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 2, "status %d", status);
    cuda->close(cuda);
}

/* A worker's trials, each with a backend of its own, some of them large, and careless. */
Test(emulator, memory_in_use_after_many_backends_is_that_after_one)
{
    for (int chunks = 0; chunks < 2; chunks++) {
        if (chunks) setenv("EMULATOR_ARENA", "100000000", 1); /* 0: one for each allocation */
        size_t first = 0;
        for (int trial = 0; trial < 5; trial++) {
            Backend *cuda = backend_open("cuda");
            for (size_t k = 1; k < 10; k++) cuda->alloc(cuda, (size_t)trial * k * 12345 + k);
            if (trial == 2) cuda->alloc(cuda, 200000000);
            int *x = cuda->alloc(cuda, PROBE_THREADS * sizeof *x);
            probe_step(cuda, x);
            cuda->close(cuda);
            if (trial == 0) first = probe_memory_in_use();
            cr_expect(probe_memory_in_use() == first, "chunks %d, trial %d", chunks, trial);
        }
    }
}

/* What was kept of a closed backend is CUDA's, too. */
Test(emulator, a_device_that_was_open_is_none_for_a_forked_child)
{
    Backend *cuda = backend_open("cuda");
    cuda->close(cuda);
    if (fork() == 0) {
        backend_open("cuda"); /* exit 2 */
        _exit(0);
    }
    int status = 0;
    wait(&status);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 2, "status %d", status);
}

/* What the program says when the emulator ends it. */
static void check_says(void (*faulty)(Backend *), const char *sentence)
{
    int ends[2];
    cr_assert(pipe(ends) == 0);
    if (fork() == 0) {
        dup2(ends[1], STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        faulty(backend_open("cuda"));
        _exit(0);
    }
    close(ends[1]);
    char said[20000] = "";
    size_t length = 0;
    for (ssize_t n = 1; n > 0; length += (size_t)(n > 0 ? n : 0))
        n = read(ends[0], said + length, sizeof said - 1 - length);
    close(ends[0]);
    int status = 0;
    wait(&status);
    cr_expect(status != 0);
    cr_expect(strstr(said, sentence), "it said: %s", said);
}

Test(emulator, threads_that_others_wait_for_in_vain_end_the_program_with_the_kernels_name)
{
    check_says(probe_leaves_early, "leaving_kernel: 1 of 64 threads left before a barrier");
    check_says(probe_shuffles_alone,
               "shuffling_kernel: 31 of 32 threads wait at a shuffle that the others do not reach");
}

static void call_matrices_and_turned(Backend *cuda)
{
    probe_calls(cuda, PROBE_MATRICES, PROBE_MATRICES_TURNED);
}
static void call_mma_and_matrices(Backend *cuda) { probe_calls(cuda, PROBE_MMA, PROBE_MATRICES); }
static void call_syncwarp_and_mma(Backend *cuda) { probe_calls(cuda, PROBE_SYNCWARP, PROBE_MMA); }

Test(emulator, threads_of_a_warp_at_different_instructions_end_the_program)
{
    check_says(call_matrices_and_turned, "calling_kernel: threads of a warp are at cuda_matrices");
    check_says(call_matrices_and_turned, "cuda_matrices_turned()");
    check_says(call_mma_and_matrices, "cuda_mma()");
    check_says(call_syncwarp_and_mma, "__syncwarp()");
    Backend *cuda = backend_open("cuda");
    for (int call = PROBE_MMA; call <= PROBE_SYNCWARP; call++)
        probe_calls(cuda, (ProbeCall)call, (ProbeCall)call);
    cuda->close(cuda);
}

static void never_wait(Backend *cuda) { probe_never_waits(cuda, NULL); }

Test(emulator, a_thread_that_does_not_wait_for_what_it_copies_ends_the_program)
{
    check_says(never_wait, "hasty_kernel: a thread ends and has not waited for its copies (1)");
}

static void open_nothing(Backend *cuda) { cuda->close(cuda); }

Test(emulator, a_card_that_is_too_old_is_refused_by_one_sentence)
{
    static const char sentence[] = "this GPU's compute capability is below 8.0";
    setenv("EMULATOR_MAJOR", "7", 1);
    const char *missing = backend_missing("cuda");
    cr_expect(missing && strstr(missing, sentence), "%s", missing);
    check_says(open_nothing, sentence); /* its backend_open() exits */
    setenv("EMULATOR_MAJOR", "8", 1);
    cr_expect(backend_missing("cuda") == NULL);
}

Test(emulator, shared_memory_beyond_what_a_launch_gets_ends_the_program)
{
    check_says(probe_shares_too_much,
               "step_kernel: 49153 bytes of shared memory, 49152 are allowed");
}

static void refuse_step(Backend *cuda)
{
    setenv("EMULATOR_REFUSES", "step_kernel", 1);
    probe_step(cuda, NULL);
}

static void refuse_copy(Backend *cuda)
{
    setenv("EMULATOR_REFUSES", "copy_kernel", 1);
    Matrix from = matrix_of(cuda->alloc(cuda, 4), 1, 1), to = from;
    to.dtype = DTYPE_FLOAT64;
    cuda->copy(cuda, from, to);
}

Test(emulator, a_launch_that_is_refused_ends_the_program_with_the_kernels_name_and_types)
{
    check_says(refuse_step, "error: step_kernel, launched by void probe_step(");
    check_says(refuse_step, "): invalid argument");
    check_says(refuse_copy, "error: copy_kernel<From, To>, launched by void convert(");
    check_says(refuse_copy, "From = float");
}

#ifdef __SANITIZE_ADDRESS__
static void write_behind(Backend *cuda)
{
    probe_writes_behind(cuda, 5, cuda->alloc(cuda, 5 * sizeof(int)));
}

Test(emulator, a_write_behind_the_last_number_is_seen_by_the_address_sanitizer)
{
    check_says(write_behind, "heap-buffer-overflow");
}
#endif

/* Whole numbers below 2^8 are exact in bfloat16 (its bits: the upper half of a float's), their
 * products and sums in float32. */
static uint16_t half_of(int number)
{
    float x = (float)number;
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (uint16_t)(bits >> 16);
}

Test(emulator, a_warp_multiplies_matrices_whose_fragments_lie_as_documented)
{
    enum { ROWS = 16, COLS = 8, INNER = 16 };
    struct {
        uint16_t A[ROWS * INNER], B[INNER * COLS];
        float C[ROWS * COLS];
    } host, *device;
    int want[ROWS * COLS];
    for (int i = 0; i < ROWS * INNER; i++) host.A[i] = half_of(i * 37 % 101 - 50);
    for (int i = 0; i < INNER * COLS; i++) host.B[i] = half_of(i * 53 % 103 - 51);
    for (int i = 0; i < ROWS * COLS; i++) {
        host.C[i] = (float)(want[i] = i);
        for (int k = 0; k < INNER; k++)
            want[i] +=
                ((i / COLS * INNER + k) * 37 % 101 - 50) * ((k * COLS + i % COLS) * 53 % 103 - 51);
    }
    Backend *cuda = backend_open("cuda");
    device = cuda->alloc(cuda, sizeof host);
    cuda->upload(cuda, sizeof host, &host, device);
    probe_multiply(cuda, device->A, device->B, device->C);
    cuda->download(cuda, sizeof host, device, &host);
    for (int i = 0; i < ROWS * COLS; i++)
        cr_expect(host.C[i] == (float)want[i], "C[%d] is %g, not %d", i, (double)host.C[i],
                  want[i]);
    cuda->release(cuda, device);
    cuda->close(cuda);
}

/* PTX ISA, ldmatrix: of a matrix thread 4 r + c gets the numbers 2 c and 2 c + 1 of row r;
 * transposed, of column r. */
Test(emulator, a_warp_reads_four_matrices_plain_and_turned)
{
    uint16_t matrices[256];
    uint32_t words[128];
    for (int i = 0; i < 256; i++) matrices[i] = (uint16_t)(1000 + i);
    Backend *cuda = backend_open("cuda");
    uint16_t *from = cuda->alloc(cuda, sizeof matrices);
    uint32_t *to = cuda->alloc(cuda, sizeof words);
    cuda->upload(cuda, sizeof matrices, matrices, from);
    for (int turned = 0; turned < 2; turned++) {
        probe_matrices(cuda, turned, from, to);
        cuda->download(cuda, sizeof words, to, words);
        for (int i = 0; i < 256; i++) {
            int thread = i / 8, matrix = i / 2 % 4, line = thread / 4, at = thread % 4 * 2 + i % 2;
            int want = 1000 + 64 * matrix + (turned ? 8 * at + line : 8 * line + at);
            int have = (int)(words[i / 2] >> i % 2 * 16 & 0xffff);
            cr_expect(have == want, "half %d (turned: %d) is %d, not %d", i, turned, have, want);
        }
    }
    cuda->release(cuda, from), cuda->release(cuda, to);
    cuda->close(cuda);
}

Test(emulator, what_was_copied_late_is_there_when_the_thread_has_waited)
{
    Backend *cuda = backend_open("cuda");
    float number = 7.0f, seen[3], *from = cuda->alloc(cuda, sizeof number),
          *to = cuda->alloc(cuda, sizeof seen);
    cuda->upload(cuda, sizeof number, &number, from);
    probe_copy_waits(cuda, from, to);
    cuda->download(cuda, sizeof seen, to, seen);
    cr_expect(seen[0] != seen[0], "%g", (double)seen[0]); /* NaN */
    cr_expect(seen[1] == 7.0f && seen[2] == 0.0f, "%g %g", (double)seen[1], (double)seen[2]);
    cuda->release(cuda, from), cuda->release(cuda, to);
    cuda->close(cuda);
}
