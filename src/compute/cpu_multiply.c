#include "compute/cpu_multiply.h"

#include "compute/cpu_tile.h"

#include <string.h>

/* Rows of a panel: TILE_COLS * DEPTH reals are 32 KiB. */
enum { DEPTH = 1024 / (int)sizeof(real) };

typedef struct {
    int64_t first, end;
} Range;

static inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

#ifdef __clang__ /* has no shuffle by variable masks */
static void turn_square(const real *from, int64_t stride, real alpha, real *to)
{
    for (int64_t i = 0; i < LANES; i++)
        for (int64_t j = 0; j < LANES; j++) to[i * TILE_COLS + j] = alpha * from[j * stride + i];
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
static void turn_square(const real *from, int64_t stride, real alpha, real *to)
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
    for (int i = 0; i < LANES; i++) *(Lanes *)(to + i * TILE_COLS) = row[i];
}
#endif

/* panel[k][j] = alpha B[j][k]: rows `cols` of B are columns of the panel. */
static void pack_transposed(Matrix B, Range inner, Range cols, real alpha, real *panel)
{
    int64_t count = cols.end - cols.first, depth = inner.end - inner.first;
    const real *from = matrix_row(B, cols.first) + inner.first;
    int64_t whole_cols = count / LANES * LANES, whole = depth / LANES * LANES;
    for (int64_t j = 0; j < whole_cols; j += LANES)
        for (int64_t k = 0; k < whole; k += LANES)
            turn_square(from + j * B.stride + k, B.stride, alpha, panel + k * TILE_COLS + j);
    for (int64_t j = 0; j < lanes_whole(count); j++)
        for (int64_t k = j < whole_cols ? whole : 0; k < depth; k++)
            panel[k * TILE_COLS + j] = j < count ? alpha * from[j * B.stride + k] : 0;
}

/* panel[k][j] = alpha B[k][j] */
static void pack(Matrix B, Range inner, Range cols, real alpha, real *panel)
{
    int64_t count = cols.end - cols.first;
    for (int64_t k = inner.first; k < inner.end; k++, panel += TILE_COLS) {
        const real *from = matrix_row(B, k) + cols.first;
        for (int64_t j = 0; j < count; j++) panel[j] = alpha * from[j];
        for (int64_t j = count; j < lanes_whole(count); j++) panel[j] = 0;
    }
}

/* Which terms of `inner` some rows have in a product with a triangular factor. */
static Range used(Triangle triangle, Range inner, int64_t row, int64_t rows)
{
    if (triangle == TRIANGLE_UPPER) inner.first = larger(inner.first, row);
    if (triangle == TRIANGLE_LOWER) inner.end = smaller(inner.end, row + rows);
    return inner;
}

/* A factor that is read where it is: whole registers, and no rescaling. */
static bool is_ready(const Product *p, Range cols)
{
    return !p->transpose_b && p->alpha == 1 && (cols.end - cols.first) % LANES == 0;
}

/* The share of terms `inner` in columns `cols` of C. */
static void add_panel(const Product *p, Range inner, Range cols, const real *panel, int64_t stride,
                      bool is_first)
{
    static const real zeros[TILE_COLS];
    int64_t step = p->transpose_a ? p->A.stride : 1, across = p->transpose_a ? 1 : p->A.stride;
    const real *row = p->start ? p->start + cols.first : zeros;
    bool is_new = is_first && p->beta == 0;
    int64_t end = p->triangle == TRIANGLE_RESULT ? smaller(cols.end, p->C.rows) : p->C.rows;
    for (int64_t i = 0; i < end; i += TILE_ROWS) {
        int64_t rows = smaller(TILE_ROWS, p->C.rows - i);
        Range terms = used(p->triangle, inner, i, rows);
        if (terms.first >= terms.end && !is_new) continue;
        real *C = matrix_row(p->C, i) + cols.first;
        Tile tile = {.lines = 1,
                     .steps = larger(0, terms.end - terms.first),
                     .a = matrix_reals(p->A) + terms.first * step + i * across,
                     .a_step = step,
                     .a_tile = across,
                     .b = panel + (terms.first - inner.first) * stride,
                     .b_step = stride,
                     .start = is_new ? row : C,
                     .start_tile = is_new ? 0 : p->C.stride,
                     .C = C,
                     .C_tile = p->C.stride};
        tile_run(&tile, rows, cols.end - cols.first);
    }
}

static void scale(Matrix C, real beta)
{
    for (int64_t i = 0; i < C.rows; i++)
        for (int64_t j = 0; j < C.cols; j++) matrix_row(C, i)[j] *= beta;
}

void cpu_multiply(const Product *product)
{
    _Alignas(64) real memory[DEPTH * TILE_COLS];
    const Product *p = product;
    int64_t depth = p->transpose_a ? p->A.rows : p->A.cols;
    assert(depth == (p->transpose_b ? p->B.cols : p->B.rows));
    assert(p->C.rows == (p->transpose_a ? p->A.cols : p->A.rows));
    assert(p->C.cols == (p->transpose_b ? p->B.rows : p->B.cols));
    if (p->beta != 0 && p->beta != 1) scale(p->C, p->beta);
    for (int64_t j = 0; j < p->C.cols; j += TILE_COLS)
        for (int64_t k = 0; k == 0 || k < depth; k += DEPTH) {
            Range cols = {j, smaller(j + TILE_COLS, p->C.cols)};
            Range inner = {k, smaller(k + DEPTH, depth)};
            bool ready = is_ready(p, cols);
            if (p->transpose_b)
                pack_transposed(p->B, inner, cols, p->alpha, memory);
            else if (!ready)
                pack(p->B, inner, cols, p->alpha, memory);
            add_panel(p, inner, cols, ready ? matrix_row(p->B, k) + j : memory,
                      ready ? p->B.stride : TILE_COLS, k == 0);
        }
}
