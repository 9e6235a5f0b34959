#include "compute/cpu_tile.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

/* rows, vectors and is_turned are constants where this is inlined: `sum` lives in registers. The
 * rows of `a` are found from every fourth, so that few registers hold addresses; is_turned: they
 * are neighbours (a_tile is 1). */
INLINE void run(const Tile *tile, const int rows, const int vectors, const bool is_turned)
{
    const Tile T = *tile;
    const int64_t apart = is_turned ? 1 : T.a_tile;
    Lanes sum[TILE_ROWS][TILE_VECTORS], b[TILE_VECTORS];
#pragma GCC unroll 16
    for (int t = 0; t < rows; t++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            sum[t][v] = *(const Lanes *)(T.start + t * T.start_tile + v * LANES);
    for (int64_t l = 0; l < T.lines; l++) {
        const real *a0 = T.a + l * T.a_line, *b_at = T.b + l * T.b_line;
        const real *a4 = a0 + 4 * apart, *a8 = a0 + 8 * apart, *a12 = a0 + 12 * apart;
        for (int64_t i = 0; i < T.steps; i++) {
#pragma GCC unroll 2
            for (int v = 0; v < vectors; v++) b[v] = *(const Lanes *)(b_at + v * LANES);
#pragma GCC unroll 16
            for (int t = 0; t < rows; t++) {
                const real *from = t < 4 ? a0 : t < 8 ? a4 : t < 12 ? a8 : a12;
                const real a = from[(t & 3) * apart];
#pragma GCC unroll 2
                for (int v = 0; v < vectors; v++) lanes_add(&sum[t][v], a, &b[v]);
            }
            a0 += T.a_step, a4 += T.a_step, a8 += T.a_step, a12 += T.a_step, b_at += T.b_step;
        }
    }
#pragma GCC unroll 16
    for (int t = 0; t < rows; t++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) *(Lanes *)(T.C + t * T.C_tile + v * LANES) = sum[t][v];
}

INLINE void run_form(const Tile *tile, const int rows, const int vectors)
{
    if (tile->a_tile == 1)
        run(tile, rows, vectors, true);
    else
        run(tile, rows, vectors, false);
}

INLINE void run_rows(const Tile *tile, int64_t rows, const int vectors)
{
    switch (rows) {
    case 1:
        run_form(tile, 1, vectors);
        break;
    case 2:
        run_form(tile, 2, vectors);
        break;
    case 3:
        run_form(tile, 3, vectors);
        break;
    case 4:
        run_form(tile, 4, vectors);
        break;
    case 5:
        run_form(tile, 5, vectors);
        break;
    case 6:
        run_form(tile, 6, vectors);
        break;
#if defined __AVX512F__
    case 7:
        run_form(tile, 7, vectors);
        break;
    case 8:
        run_form(tile, 8, vectors);
        break;
    case 9:
        run_form(tile, 9, vectors);
        break;
    case 10:
        run_form(tile, 10, vectors);
        break;
    case 11:
        run_form(tile, 11, vectors);
        break;
    case 12:
        run_form(tile, 12, vectors);
        break;
    case 13:
        run_form(tile, 13, vectors);
        break;
    case 14:
        run_form(tile, 14, vectors);
        break;
#endif
    default:
        assert(!"rows are 1 … TILE_ROWS");
    }
}

/* Columns that fill no register take the way over a buffer. */
static void run_edge(const Tile *tile, int64_t rows, int64_t cols)
{
    real edge[TILE_ROWS * TILE_COLS] = {0};
    for (int64_t t = 0; t < rows; t++)
        memcpy(edge + t * TILE_COLS, tile->start + t * tile->start_tile,
               (size_t)cols * sizeof *edge);
    Tile inner = *tile;
    inner.start = inner.C = edge;
    inner.start_tile = inner.C_tile = TILE_COLS;
    tile_run(&inner, rows, lanes_whole(cols));
    for (int64_t t = 0; t < rows; t++)
        memcpy(tile->C + t * tile->C_tile, edge + t * TILE_COLS, (size_t)cols * sizeof *edge);
}

void tile_run(const Tile *tile, int64_t rows, int64_t cols)
{
    if (cols % LANES)
        run_edge(tile, rows, cols);
    else if (cols > LANES)
        run_rows(tile, rows, 2);
    else
        run_rows(tile, rows, 1);
}
