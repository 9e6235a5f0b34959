/* What a pass over the rows of a design has to do, dense or sparse, and the arithmetic of one
 * row's margin. Only cuda_rowpass*.cu and cuda_rowsparse.cu include this. */
#ifndef COMPUTE_CUDA_ROWTASK_CUH
#define COMPUTE_CUDA_ROWTASK_CUH

#include "compute/cuda.cuh"

extern "C" {
#include "compute/design.h"
#include "compute/rules64.h"
}

/* What becomes of the margins z: losses and coefficients weight l(z), weight l'(z) of w's
 * gradient; the margins themselves; given c times z; given c without any margin. */
typedef enum {
    ROWPASS_LOGISTIC,
    ROWPASS_PERCEPTRON,
    ROWPASS_MARGINS,
    ROWPASS_CURVATURE,
    ROWPASS_COMBINE
} RowStage;

/* At K points at once: results are K x width sums, then K losses. */
typedef struct {
    const void *features;          /* dense */
    const double *factor, *weight; /* rows; weight may be NULL */
    int64_t rows, cols, width;     /* width: columns with their padding */
    int64_t strips;                /* of rows, a block each */
    int team;                      /* threads that share a row's margin, neighbours in a warp */
    int slices; /* threads that share a column's sum, for the rows s, s + slices, … of a strip */
    int group;  /* rows */
    bool tiled; /* a group's features are kept in shared memory */
    bool sums_shared;
    RowStage stage;
    bool sums;       /* false: only the losses are wanted */
    const double *w; /* K x width, turned: see row_turned(); sparse: width x K */
    double *numbers; /* rows: margins out, or coefficients c in */
    double *parts;   /* scratch. Dense: strips x (K x width sums, K losses) */
} RowTask;

enum { ROWPASS_WARPS = CUDA_BLOCK / CUDA_WARP };

/* From the margin z of a row to its loss (or 0) and its coefficient in the sums, without its
 * factor. */
static __device__ inline double row_coefficient(const RowTask &task, int64_t row, double z,
                                                double *loss)
{
    double c = 0.0;
    *loss = 0.0;
    if (task.stage == ROWPASS_LOGISTIC) rule_logistic(z, loss, &c);
    if (task.stage == ROWPASS_PERCEPTRON) {
        *loss = rule_perceptron_loss(z);
        c = rule_perceptron_slope(z);
    }
    if (task.stage == ROWPASS_MARGINS) task.numbers[row] = z;
    if (task.stage == ROWPASS_CURVATURE) c = task.numbers[row] * z;
    if (task.stage == ROWPASS_COMBINE) c = task.numbers[row];
    if (task.stage > ROWPASS_PERCEPTRON) return c;
    const double weight = task.weight ? task.weight[row] : 1.0;
    *loss *= weight;
    return c * weight;
}

/* out[at] = scale Σ parts[strip size + at], strips 0, 8, 16, … by one thread, 1, 9, … by the next:
 * eight sums of a column side by side. Blocks of 32 columns x 8. */
static __global__ void row_parts_kernel(const double *parts, int64_t strips, int64_t size,
                                        double scale, double *out)
{
    __shared__ double part[ROWPASS_WARPS][CUDA_WARP];
    const int column = threadIdx.x % CUDA_WARP, turn = threadIdx.x / CUDA_WARP;
    const int64_t at = (int64_t)blockIdx.x * CUDA_WARP + column;
    double sum = 0.0;
    for (int64_t strip = turn; strip < strips && at < size; strip += ROWPASS_WARPS)
        sum += parts[strip * size + at];
    part[turn][column] = sum;
    __syncthreads();
    if (turn > 0 || at >= size) return;
    for (int k = 1; k < ROWPASS_WARPS; k++) sum += part[k][column];
    out[at] = scale * sum;
}

/* ---- sparse rows: cuda_rowsparse.cu */

typedef struct RowIndex RowIndex; /* the stored values, row by row and column by column */

/* Also chooses the task's strips and team. */
RowIndex *row_index_new(Backend *backend, const Design *design, RowTask *task);
void row_index_free(Backend *backend, RowIndex *index);

/* How many doubles of task.parts a pass at so many points needs. */
int64_t row_index_room(const RowIndex *index, const RowTask *task, int points);

/* The pass at 1, 4 or 8 points into out: points x width sums where they are wanted, points losses;
 * all of it times `scale`. */
void row_index_pass(Backend *backend, const RowIndex *index, const RowTask *task, int points,
                    double scale, double *out);

#endif
