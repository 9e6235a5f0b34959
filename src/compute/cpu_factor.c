#include "compute/cpu_factor.h"

#include "compute/cpu_turn.h"

enum { PAGE = 4096 / (int)sizeof(real), LINE = 16 };

static Matrix place(Backend *backend, int scratch, int64_t rows, int64_t cols)
{
    int64_t stride = cols % PAGE ? cols : cols + LINE;
    real *memory = cpu_scratch(backend, scratch, (size_t)(rows * stride) * sizeof(real));
    return (Matrix){memory, rows, cols, stride, (Dtype)DTYPE_REAL};
}

Matrix cpu_factor_spread(Backend *backend, int scratch, Matrix A)
{
    if (A.stride % PAGE) return A;
    Matrix copy = place(backend, scratch, A.rows, A.cols);
    cpu_copy(backend, A, copy);
    return copy;
}

Matrix cpu_factor_turned(Backend *backend, Matrix A)
{
    Matrix T = place(backend, CPU_SCRATCH_TURNED, A.cols, A.rows);
#pragma omp parallel for schedule(static) if (matrix_count(A) >= CPU_FORK)
    for (int64_t i = 0; i < A.rows; i += LINE)
        cpu_turn(A.rows - i < LINE ? A.rows - i : LINE, A.cols, 1, matrix_row(A, i), A.stride,
                 matrix_reals(T) + i, T.stride);
    return T;
}
