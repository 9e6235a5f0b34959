/* The optimizers' rules. Constants are read from the device's memory, so that a captured step
 * follows the rate. Memory bound: 12 bytes a number and 8 for each of its states. */
#include "compute/cuda_each.cuh"

typedef struct {
    const StepConstants *constants;
    float decay;
    const float *g;
    float *x, *m, *v; /* states that a rule has not are NULL and not touched */
} UpdateJob;

/* RMSProp with a second state has momentum. */
enum { RULE_RMSPROP_MOMENTUM = UPDATE_KINDS, RULE_KINDS };

/* The new x; states are changed in place. */
template <int KIND>
static __device__ inline float updated(const StepConstants *k, float decay, float x, float g,
                                       float *m, float *v)
{
    switch (KIND) { /* known when the kernel is compiled */
    case UPDATE_SGD:
        return rule_sgd(k, decay, x, g);
    case UPDATE_MOMENTUM:
        return rule_momentum(k, decay, x, g, m);
    case UPDATE_MOMENTUM_HALF:
        return rule_momentum_half(k, decay, x, g, m);
    case UPDATE_NESTEROV:
        return rule_nesterov(k, decay, x, g, m);
    case UPDATE_SIGN:
        return rule_sign(k, decay, x, g, m);
    case UPDATE_RMSPROP:
        return rule_rmsprop(k, decay, x, g, m);
    case UPDATE_ADAM:
        return rule_adam(k, decay, x, g, m, v);
    case UPDATE_ADAMW:
        return rule_adamw(k, decay, x, g, m, v);
    case UPDATE_RF_RMSPROP:
        return rule_rf_rmsprop(k, decay, x, g, m, v);
    case UPDATE_RF_RMSPROP_GIVEN:
        return rule_rf_rmsprop_given(k, decay, x, g, m, v);
    case UPDATE_RF_RMSPROP_HALF:
        return rule_rf_rmsprop_half(k, decay, x, g, m, v);
    case UPDATE_RF_RMSPROP_DITHERED:
        return rule_rf_rmsprop_dithered(k, decay, x, g, m, v);
    case UPDATE_RF_ADAMW:
        return rule_rf_adamw(k, decay, x, g, m, v);
    case UPDATE_ADAM_POWER:
        return rule_adam_power(k, decay, x, g, m, v);
    case UPDATE_SCHEDULE_FREE:
        return rule_schedule_free(k, decay, x, g, m, v);
    default:
        return rule_rmsprop_momentum(k, decay, x, g, m, v);
    }
}

template <int KIND, int SLOTS>
static __global__ void update_kernel(int64_t n, bool wide, UpdateJob job)
{
    int64_t first = CUDA_FOUR * cuda_thread();
    if (first >= n) return;
    int count = n - first < CUDA_FOUR ? (int)(n - first) : (int)CUDA_FOUR;
    CudaPiece piece = {0, first, count, wide && count == CUDA_FOUR};
    StepConstants constants = *job.constants;
    CudaFour g = cuda_load_at(job.g + first, piece), x = cuda_load_at(job.x + first, piece);
    CudaFour m = {}, v = {};
    if (SLOTS > 0) m = cuda_load_at(job.m + first, piece);
    if (SLOTS > 1) v = cuda_load_at(job.v + first, piece);
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++)
        x.at[k] = updated<KIND>(&constants, job.decay, x.at[k], g.at[k], &m.at[k], &v.at[k]);
    cuda_store_at(job.x + first, piece, x);
    if (SLOTS > 0) cuda_store_at(job.m + first, piece, m);
    if (SLOTS > 1) cuda_store_at(job.v + first, piece, v);
}

typedef void Launch(Backend *, int64_t n, bool wide, UpdateJob job);

template <int KIND, int SLOTS>
static void launch(Backend *backend, int64_t n, bool wide, UpdateJob job)
{
    unsigned blocks = (unsigned)cuda_ceil(n, CUDA_FOUR * CUDA_BLOCK);
    CUDA_LAUNCH(backend, (update_kernel<KIND, SLOTS>), blocks, CUDA_BLOCK, 0, n, wide, job);
}

/* In the order of UpdateKind. */
static Launch *const launches[RULE_KINDS] = {
    launch<UPDATE_SGD, 0>,
    launch<UPDATE_MOMENTUM, 1>,
    launch<UPDATE_MOMENTUM_HALF, 1>,
    launch<UPDATE_NESTEROV, 1>,
    launch<UPDATE_SIGN, 1>,
    launch<UPDATE_RMSPROP, 1>,
    launch<UPDATE_ADAM, 2>,
    launch<UPDATE_ADAMW, 2>,
    launch<UPDATE_RF_RMSPROP, 2>,
    launch<UPDATE_RF_RMSPROP_GIVEN, 2>,
    launch<UPDATE_RF_RMSPROP_HALF, 2>,
    launch<UPDATE_RF_RMSPROP_DITHERED, 2>,
    launch<UPDATE_RF_ADAMW, 2>,
    launch<UPDATE_ADAM_POWER, 2>,
    launch<UPDATE_SCHEDULE_FREE, 2>,
    launch<RULE_RMSPROP_MOMENTUM, 2>,
};

static bool is_wide(const float *x) { return (uintptr_t)x % 16 == 0; }

void cuda_update(Backend *backend, UpdateKind kind, const StepConstants *k, real decay, int64_t n,
                 const real *g, real *x, real *slot[UPDATE_SLOTS])
{
    if (n == 0) return;
    int rule = kind == UPDATE_RMSPROP && slot[1] ? (int)RULE_RMSPROP_MOMENTUM : (int)kind;
    bool wide = is_wide(g) && is_wide(x) && is_wide(slot[0]) && is_wide(slot[1]);
    launches[rule](backend, n, wide, UpdateJob{k, decay, g, x, slot[0], slot[1]});
}
