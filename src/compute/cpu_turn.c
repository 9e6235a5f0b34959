#include "compute/cpu_turn.h"

#include "compute/cpu_lanes.h"

#ifdef __clang__ /* has no shuffle by variable masks */
static void turn_square(const real *from, int64_t stride, real alpha, real *to, int64_t to_stride)
{
    for (int64_t i = 0; i < LANES; i++)
        for (int64_t j = 0; j < LANES; j++) to[i * to_stride + j] = alpha * from[j * stride + i];
}
#else
#ifdef COMPUTE_DOUBLE
typedef int64_t Index;
#else
typedef int32_t Index;
#endif
typedef Index Indices __attribute__((vector_size(LANES_BYTES)));

/* Exchanges off-diagonal blocks of size s x s within blocks of 2 s x 2 s. */
static inline __attribute__((always_inline)) void exchange(Lanes row[LANES], const Indices *turned,
                                                           const int s)
{
    Indices place = *turned, second = ((place & s) != 0) & (LANES - s);
    Indices low = place + second, high = low + s;
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) {
        if (i & s) continue;
        Lanes a = row[i], b = row[i + s];
        row[i] = __builtin_shuffle(a, b, low);
        row[i + s] = __builtin_shuffle(a, b, high);
    }
}

/* to[i][j] = alpha from[j][i], LANES x LANES, in registers. */
static void turn_square(const real *from, int64_t stride, real alpha, real *to, int64_t to_stride)
{
    Lanes row[LANES];
    Indices place;
#pragma GCC unroll 16
    for (int j = 0; j < LANES; j++) {
        place[j] = j;
        row[j] = alpha * *(const Lanes *)(from + j * stride);
    }
    exchange(row, &place, 1);
    exchange(row, &place, 2);
    if (LANES > 4) exchange(row, &place, LANES > 4 ? 4 : 1);
    if (LANES > 8) exchange(row, &place, LANES > 8 ? 8 : 1);
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) *(Lanes *)(to + i * to_stride) = row[i];
}
#endif

void cpu_turn(int64_t rows, int64_t cols, real alpha, const real *from, int64_t from_stride,
              real *to, int64_t to_stride)
{
    int64_t whole_rows = rows / LANES * LANES, whole_cols = cols / LANES * LANES;
    for (int64_t i = 0; i < whole_rows; i += LANES)
        for (int64_t j = 0; j < whole_cols; j += LANES)
            turn_square(from + i * from_stride + j, from_stride, alpha, to + j * to_stride + i,
                        to_stride);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = i < whole_rows ? whole_cols : 0; j < cols; j++)
            to[j * to_stride + i] = alpha * from[i * from_stride + j];
}
