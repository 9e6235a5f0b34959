/* Runs a kernel: block by block, a block's threads as fibers on one thread of the machine.
 *
 * A thread runs until it waits (barrier, shuffle) or ends. Whoever can go on stands in a queue
 * in shuffled order; between every other pair of barriers warp by warp, each as far as it comes
 * before the next begins, so that shuffles do not keep the warps in step. A fiber whose thread has
 * ended takes the next thread that has not begun, so that kernels without barriers never switch
 * stacks. */
#include <cuda_runtime.h>

#include <algorithm>
#include <deque>
#include <map>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <vector>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

/* ---- fibers: a stack each, and where on it the fiber stopped */

enum { STACK_BYTES = 256 << 10 };

typedef struct Fiber {
    void *place;
    char *stack;
} Fiber;

extern "C" void emulator_switch(void **from, void *to);

#ifndef __x86_64__
#error "the emulator switches stacks on x86-64 only"
#endif
/* What a call must preserve goes onto the stack; then the other stack is the stack. */
asm(".text\n"
    ".globl emulator_switch\n"
    "emulator_switch:\n"
    "    pushq %rbp\n    pushq %rbx\n    pushq %r12\n"
    "    pushq %r13\n    pushq %r14\n    pushq %r15\n"
    "    movq %rsp, (%rdi)\n"
    "    movq %rsi, %rsp\n"
    "    popq %r15\n    popq %r14\n    popq %r13\n"
    "    popq %r12\n    popq %rbx\n    popq %rbp\n"
    "    ret\n");

static Fiber scheduler; /* the stack that the launch came on */
[[maybe_unused]] static const void *scheduler_bottom;
[[maybe_unused]] static size_t scheduler_bytes;

/* Goes on with `to`; returns when somebody goes on with `from`. */
static void go_on(Fiber *from, Fiber *to)
{
#ifdef __SANITIZE_ADDRESS__
    void *frames;
    const void *bottom = to == &scheduler ? scheduler_bottom : to->stack;
    __sanitizer_start_switch_fiber(&frames, bottom,
                                   to == &scheduler ? scheduler_bytes : (size_t)STACK_BYTES);
    emulator_switch(&from->place, to->place);
    if (from == &scheduler)
        __sanitizer_finish_switch_fiber(frames, NULL, NULL);
    else
        __sanitizer_finish_switch_fiber(frames, &scheduler_bottom, &scheduler_bytes);
#else
    emulator_switch(&from->place, to->place);
#endif
}

static void fiber_body(void);

static void fiber_entry(void)
{
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(NULL, &scheduler_bottom, &scheduler_bytes);
#endif
    fiber_body();
}

/* A fresh stack holds what emulator_switch() takes off: six registers and the first address.
 * Then it stands 8 bytes off a multiple of 16, as after a call. */
static Fiber *fiber_new(void)
{
    Fiber *fiber = new Fiber();
    fiber->stack = (char *)aligned_alloc(64, STACK_BYTES);
    void **top = (void **)(fiber->stack + STACK_BYTES) - 2;
    *top = (void *)fiber_entry;
    for (int r = 1; r <= 6; r++) top[-r] = NULL;
    fiber->place = top - 6;
    return fiber;
}

/* ---- a block */

typedef struct {
    Fiber *fiber; /* NULL: it has not begun, or has ended */
    uint3 index;
    unsigned exchanges; /* how many it took part in */
} Thread;

typedef struct {
    unsigned arrived;
    const char *call;          /* that they are at */
    EmulatorWord words[2][32]; /* in turn, so that nobody waits until all have read */
} Warp;

static struct {
    const char *name;
    const std::function<void()> *run;
    std::vector<Thread> thread;
    std::vector<Warp> warp;
    std::deque<unsigned> ready;
    std::vector<Fiber *> idle;
    unsigned current, ended, at_barrier;
    bool by_warps; /* until the next barrier */
    std::vector<unsigned char> *shared;
} block;

void emulator_stop(const char *kernel, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "emulator: %s: ", kernel ? kernel : block.name);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    abort();
}

static uint64_t shuffle_state;

static unsigned shuffle_below(unsigned count)
{
    shuffle_state = shuffle_state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((shuffle_state >> 33) % count);
}

/* Threads first … first + count − 1 can go on, in any order. By warps: those of a warp together,
 * before all others that can. */
static void make_ready(unsigned first, unsigned count)
{
    static std::vector<unsigned> order;
    order.clear();
    for (unsigned i = 0; i < count; i++) order.push_back(first + i);
    for (unsigned i = count; i > 1; i--) std::swap(order[i - 1], order[shuffle_below(i)]);
    if (!block.by_warps) {
        block.ready.insert(block.ready.end(), order.begin(), order.end());
        return;
    }
    unsigned turn = shuffle_below(32);
    std::stable_sort(order.begin(), order.end(),
                     [=](unsigned a, unsigned b) { return (a / 32 ^ turn) < (b / 32 ^ turn); });
    block.ready.insert(block.ready.begin(), order.begin(), order.end());
}

static void take_next(void)
{
    block.current = block.ready.front();
    block.ready.pop_front();
    threadIdx = block.thread[block.current].index;
}

static void fiber_body(void)
{
    for (;;) {
        (*block.run)();
        emulator_copies_ended();
        Thread *thread = &block.thread[block.current];
        Fiber *self = thread->fiber;
        thread->fiber = NULL;
        block.ended++;
        if (!block.ready.empty() && !block.thread[block.ready.front()].fiber) {
            take_next();
            block.thread[block.current].fiber = self;
        } else {
            block.idle.push_back(self);
            go_on(self, &scheduler);
        }
    }
}

static void wait_here(void) { go_on(block.thread[block.current].fiber, &scheduler); }

void __syncthreads(void)
{
    if (++block.at_barrier == block.thread.size()) {
        block.at_barrier = 0;
        block.by_warps = shuffle_below(2);
        make_ready(0, (unsigned)block.thread.size());
    }
    wait_here();
}

unsigned emulator_lane(void) { return block.current % 32; }

const EmulatorWord *emulator_exchange(const char *call, unsigned mask, EmulatorWord mine)
{
    if (mask != 0xffffffffu) emulator_stop(NULL, "%s without the whole warp (%x)", call, mask);
    unsigned number = block.current / 32, first = number * 32;
    if (first + 32 > block.thread.size())
        emulator_stop(NULL, "%s in a warp of %d threads", call, (int)(block.thread.size() - first));
    Warp *warp = &block.warp[number];
    if (!warp->arrived) warp->call = call;
    if (strcmp(call, warp->call))
        emulator_stop(NULL, "threads of a warp are at %s and at %s", warp->call, call);
    EmulatorWord *words = warp->words[block.thread[block.current].exchanges++ % 2];
    words[emulator_lane()] = mine;
    if (++warp->arrived == 32) {
        warp->arrived = 0;
        make_ready(first, 32);
    }
    wait_here();
    return words;
}

void __syncwarp(unsigned mask) { emulator_exchange("__syncwarp()", mask, EmulatorWord()); }

/* Nobody can go on: all have ended, or some wait for threads that never come. */
static void check_ended(void)
{
    unsigned count = (unsigned)block.thread.size();
    if (block.ended == count) return;
    for (const Warp &warp : block.warp)
        if (warp.arrived)
            emulator_stop(NULL, "%d of 32 threads wait at %s that the others do not reach",
                          (int)warp.arrived, warp.call);
    emulator_stop(NULL, "%d of %d threads left before a barrier", (int)(count - block.at_barrier),
                  (int)count);
}

static void run_block(void)
{
    unsigned count = (unsigned)block.thread.size();
    block.ended = block.at_barrier = 0;
    block.by_warps = shuffle_below(2);
    make_ready(0, count);
    while (!block.ready.empty()) {
        take_next();
        Thread *thread = &block.thread[block.current];
        if (!thread->fiber) {
            if (block.idle.empty()) block.idle.push_back(fiber_new());
            thread->fiber = block.idle.back();
            block.idle.pop_back();
        }
        go_on(&scheduler, thread->fiber);
    }
    check_ended();
}

/* ---- a launch */

enum { SHARED_LIMIT = 48 << 10, SHARED_MAXIMUM = 227 << 10 };
static std::map<const void *, int> shared_limits;

cudaError_t emulator_shared_limit(const void *kernel, cudaFuncAttribute, int bytes)
{
    if (bytes > SHARED_MAXIMUM) return cudaErrorInvalidValue;
    shared_limits[kernel] = bytes;
    return cudaSuccess;
}

void *emulator_shared(void) { return block.shared->data(); }

/* The borders of the section, known to the linker. */
extern "C" char __start_emulator_static_shared[] __attribute__((weak));
extern "C" char __stop_emulator_static_shared[] __attribute__((weak));

static void poison_shared(std::vector<unsigned char> *shared)
{
    for (char *x = __start_emulator_static_shared; x != __stop_emulator_static_shared; x++)
        *x = (char)0xff;
    std::fill(shared->begin(), shared->end(), (unsigned char)0xff);
}

static void set_threads(dim3 size)
{
    block.thread.clear();
    for (unsigned z = 0; z < size.z; z++)
        for (unsigned y = 0; y < size.y; y++)
            for (unsigned x = 0; x < size.x; x++) block.thread.push_back({NULL, {x, y, z}, 0});
    block.warp.assign((block.thread.size() + 31) / 32, Warp());
}

static void run_grid(const char *name, dim3 grid, dim3 size, size_t shared_bytes,
                     const std::function<void()> &thread)
{
    /* exactly as many bytes as were asked for: one more is seen by the address sanitizer */
    std::vector<unsigned char> shared(shared_bytes);
    block.name = name;
    block.run = &thread;
    block.shared = &shared;
    blockDim = size;
    gridDim = grid;
    unsigned count = grid.x * grid.y * grid.z, turn = shuffle_below(count);
    for (unsigned i = 0; i < count; i++) {
        unsigned number = (i + turn) % count; /* blocks in no order that one could rely on */
        blockIdx = {number % grid.x, number / grid.x % grid.y, number / grid.x / grid.y};
        poison_shared(&shared);
        set_threads(size);
        run_block();
    }
}

void emulator_launch(const char *name, dim3 grid, dim3 size, size_t shared_bytes,
                     cudaStream_t stream, const void *kernel, std::function<void()> thread)
{
    unsigned threads = size.x * size.y * size.z;
    if (cudaGetLastError()) emulator_stop(name, "an earlier call's error is taken for this one's");
    if (threads < 1 || threads > 1024) emulator_stop(name, "%d threads in a block", (int)threads);
    if (!grid.x || !grid.y || !grid.z || grid.y > 65535 || grid.z > 65535 || grid.x > 0x7fffffff)
        emulator_stop(name, "a grid of %d x %d", (int)grid.x, (int)grid.y);
    auto limit = shared_limits.find(kernel);
    int most = limit == shared_limits.end() ? SHARED_LIMIT : limit->second;
    if (shared_bytes > (size_t)most)
        emulator_stop(name, "%d bytes of shared memory, %d are allowed", (int)shared_bytes, most);
    if (!shuffle_state) {
        const char *seed = getenv("EMULATOR_SEED");
        shuffle_state = seed ? strtoull(seed, NULL, 10) * 2 + 1 : 1;
    }
    emulator_queue(stream, [=] { run_grid(name, grid, size, shared_bytes, thread); });
}
