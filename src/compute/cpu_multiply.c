#include "compute/cpu_multiply.h"

#include "compute/cpu_tile.h"
#include "compute/cpu_turn.h"

/* Rows of a panel: TILE_COLS * DEPTH reals are 32 KiB. */
enum { DEPTH = 1024 / (int)sizeof(real) };

typedef struct {
    int64_t first, end;
} Range;

static inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/* panel[k][j] = alpha B[j][k]: rows `cols` of B are columns of the panel. */
static void pack_transposed(Matrix B, Range inner, Range cols, real alpha, real *panel)
{
    int64_t count = cols.end - cols.first, depth = inner.end - inner.first;
    const real *from = matrix_row(B, cols.first) + inner.first;
    cpu_turn(count, depth, alpha, from, B.stride, panel, TILE_COLS);
    for (int64_t k = 0; k < depth; k++)
        for (int64_t j = count; j < lanes_whole(count); j++) panel[k * TILE_COLS + j] = 0;
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
