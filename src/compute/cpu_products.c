#include "compute/blas.h"
#include "compute/cpu.h"
#include "compute/cpu_activation.h"

/* ---- tiles: borders from the shape alone, the inner dimension never split */

typedef struct {
    int64_t rows, cols; /* of a tile */
    int64_t across, count;
} Tiles;

enum { TILE = 64, ENOUGH = 8, FORK_PRODUCTS = 1 << 18 };

static int64_t pieces(int64_t n, int64_t size) { return (n + size - 1) / size; }

static Tiles tiles_of(Matrix C)
{
    Tiles tiles = {C.rows, C.cols, 1, 1};
    while (pieces(C.rows, tiles.rows) * pieces(C.cols, tiles.cols) < ENOUGH) {
        bool tall = tiles.rows >= tiles.cols;
        int64_t *longer = tall ? &tiles.rows : &tiles.cols;
        if (*longer < 2 * TILE) break;
        *longer = (*longer / 2 + 15) / 16 * 16;
    }
    tiles.across = pieces(C.cols, tiles.cols);
    tiles.count = tiles.across * pieces(C.rows, tiles.rows);
    return tiles;
}

typedef struct {
    int64_t row, rows, col, cols;
} Tile;

static Tile tile_of(Tiles tiles, Matrix C, int64_t index)
{
    int64_t row = index / tiles.across * tiles.rows, col = index % tiles.across * tiles.cols;
    int64_t rows = C.rows - row < tiles.rows ? C.rows - row : tiles.rows;
    int64_t cols = C.cols - col < tiles.cols ? C.cols - col : tiles.cols;
    return (Tile){row, rows, col, cols};
}

static Matrix part_of(Matrix C, Tile tile)
{
    return matrix_rows(matrix_columns(C, tile.col, tile.cols), tile.row, tile.rows);
}

static void multiply(Transpose a, Transpose b, real alpha, Matrix A, Matrix B, real beta, Matrix C,
                     Tile tile)
{
    Matrix left = a == TRANSPOSED ? matrix_columns(A, tile.row, tile.rows)
                                  : matrix_rows(A, tile.row, tile.rows);
    Matrix right = b == TRANSPOSED ? matrix_rows(B, tile.col, tile.cols)
                                   : matrix_columns(B, tile.col, tile.cols);
    blas_gemm(a == TRANSPOSED, b == TRANSPOSED, alpha, left, right, beta, part_of(C, tile));
}

void cpu_gemm(Backend *backend, Transpose a, Transpose b, real alpha, Matrix A, Matrix B, real beta,
              Matrix C)
{
    (void)backend;
    int64_t inner = a == TRANSPOSED ? A.rows : A.cols;
    assert(inner == (b == TRANSPOSED ? B.cols : B.rows));
    assert(C.rows == (a == TRANSPOSED ? A.cols : A.rows));
    assert(C.cols == (b == TRANSPOSED ? B.rows : B.cols));
    Tiles tiles = tiles_of(C);
#pragma omp parallel for schedule(dynamic, 1) if (matrix_count(C) * inner >= FORK_PRODUCTS)
    for (int64_t t = 0; t < tiles.count; t++)
        multiply(a, b, alpha, A, B, beta, C, tile_of(tiles, C, t));
}

/* ---- linear */

typedef struct {
    Matrix bias, skip, y; /* bias, skip may be absent */
    Activation phi;
} Epilogue;

enum { CHUNK = 64 };

/* y = phi(x) + skip, all four of them rows; skip may be y. */
static void finish_row(Activation phi, int64_t n, const real *x, const real *skip, real *y)
{
    real value[CHUNK];
    for (int64_t first = 0; first < n; first += CHUNK) {
        int64_t count = n - first < CHUNK ? n - first : CHUNK;
        cpu_activate_row(phi, count, x + first, value);
#pragma omp simd
        for (int64_t j = 0; j < count; j++) y[first + j] = value[j] + skip[first + j];
    }
}

/* A tile of x Wᵀ stands in `product`; from it the rows of pre and y. */
static void finish(const Epilogue *job, Matrix product, Tile tile)
{
    const real *bias = matrix_exists(job->bias) ? matrix_reals(job->bias) + tile.col : NULL;
    for (int64_t r = 0; r < tile.rows; r++) {
        real *row = matrix_row(product, r), *y = matrix_row(job->y, tile.row + r) + tile.col;
        if (bias) {
#pragma omp simd
            for (int64_t j = 0; j < tile.cols; j++) row[j] += bias[j];
        }
        if (matrix_exists(job->skip))
            finish_row(job->phi, tile.cols, row, matrix_row(job->skip, tile.row + r) + tile.col, y);
        else if (job->phi != ACT_NONE || y != row)
            cpu_activate_row(job->phi, tile.cols, row, y);
    }
}

/* Where the product goes: to pre if that is wanted, else to y. Where skip is y, it is added by the
 * product itself (beta = 1), unless an activation comes between. */
void cpu_linear(Backend *backend, Matrix x, Matrix W, Matrix bias, Activation phi, Matrix pre,
                Matrix skip, Matrix y)
{
    assert(x.cols == W.cols && y.rows == x.rows && y.cols == W.rows);
    Matrix into = matrix_exists(pre) ? pre : y;
    bool onto = matrix_exists(skip) && skip.data == into.data;
    if (onto && phi != ACT_NONE) {
        size_t size = (size_t)matrix_count(y) * sizeof(real);
        into = matrix_of(cpu_scratch(backend, CPU_SCRATCH_SUMS, size), y.rows, y.cols);
        onto = false;
    }
    Epilogue job = {bias, onto ? (Matrix){0} : skip, y, phi};
    Tiles tiles = tiles_of(y);
#pragma omp parallel for schedule(dynamic, 1) if (matrix_count(y) * x.cols >= FORK_PRODUCTS)
    for (int64_t t = 0; t < tiles.count; t++) {
        Tile tile = tile_of(tiles, y, t);
        multiply(PLAIN, TRANSPOSED, (real)1, x, W, onto ? (real)1 : (real)0, into, tile);
        finish(&job, part_of(into, tile), tile);
    }
}
