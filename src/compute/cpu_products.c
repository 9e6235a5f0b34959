#include "compute/cpu.h"
#include "compute/cpu_activation.h"
#include "compute/cpu_factor.h"
#include "compute/cpu_multiply.h"
#include "compute/cpu_turn.h"

/* ---- tiles: borders from the shape alone, the inner dimension never split */

typedef struct {
    int64_t rows, cols; /* of a tile */
    int64_t across, count;
} Tiles;

/* A tile is one panel wide: what cpu_multiply() keeps in the first cache. Threads get neighbours,
 * so the rows of the left factor stay in the second. */
enum {
    NARROW = 32,             /* columns of a tile */
    TALL = 128,              /* rows, at most; fewer where there would not be … */
    ENOUGH = 8,              /* … as many tiles */
    ROUND = 16,              /* a register's numbers */
    FORK_PRODUCTS = 1 << 18, /* triples of numbers that are worth waking threads for */
    FEW_ROWS = 48,           /* for fewer of them W is not turned round */
};

static int64_t pieces(int64_t n, int64_t size) { return (n + size - 1) / size; }

/* n in equal pieces of at most `size`, up to rounding. */
static int64_t even(int64_t n, int64_t size)
{
    int64_t count = pieces(n, size);
    return pieces(pieces(n, count > 0 ? count : 1), ROUND) * ROUND;
}

static Tiles tiles_of(Matrix C)
{
    Tiles tiles = {even(C.rows, TALL), even(C.cols, NARROW), pieces(C.cols, NARROW), 0};
    while (pieces(C.rows, tiles.rows) * tiles.across < ENOUGH && tiles.rows >= 2 * ROUND)
        tiles.rows = pieces(tiles.rows, 2 * ROUND) * ROUND;
    tiles.across = pieces(C.cols, tiles.cols);
    tiles.count = tiles.across * pieces(C.rows, tiles.rows);
    return tiles;
}

typedef struct {
    int64_t row, rows, col, cols;
} Piece;

static Piece tile_of(Tiles tiles, Matrix C, int64_t index)
{
    int64_t row = index / tiles.across * tiles.rows, col = index % tiles.across * tiles.cols;
    int64_t rows = C.rows - row < tiles.rows ? C.rows - row : tiles.rows;
    int64_t cols = C.cols - col < tiles.cols ? C.cols - col : tiles.cols;
    return (Piece){row, rows, col, cols};
}

static Matrix part_of(Matrix C, Piece tile)
{
    return matrix_rows(matrix_columns(C, tile.col, tile.cols), tile.row, tile.rows);
}

static void multiply(const Product *whole, Piece tile)
{
    Product part = *whole;
    part.A = whole->transpose_a ? matrix_columns(whole->A, tile.row, tile.rows)
                                : matrix_rows(whole->A, tile.row, tile.rows);
    part.B = whole->transpose_b ? matrix_rows(whole->B, tile.col, tile.cols)
                                : matrix_columns(whole->B, tile.col, tile.cols);
    part.C = part_of(whole->C, tile);
    part.start = whole->start ? whole->start + tile.col : NULL;
    cpu_multiply(&part);
}

/* What is large enough to be worth a copy. */
static Matrix spread(Backend *backend, int scratch, Matrix A, Matrix C)
{
    return C.rows < TALL || C.cols < TALL ? A : cpu_factor_spread(backend, scratch, A);
}

/* Threads get neighbouring tiles, as they get neighbouring rows elsewhere: what one wrote is then
 * in its own cache when it reads it. */
void cpu_gemm(Backend *backend, Transpose a, Transpose b, real alpha, Matrix A, Matrix B, real beta,
              Matrix C)
{
    int64_t inner = a == TRANSPOSED ? A.rows : A.cols;
    assert(inner == (b == TRANSPOSED ? B.cols : B.rows));
    assert(C.rows == (a == TRANSPOSED ? A.cols : A.rows));
    assert(C.cols == (b == TRANSPOSED ? B.rows : B.cols));
    if (b == TRANSPOSED && C.rows >= FEW_ROWS) B = cpu_factor_turned(backend, B), b = PLAIN;
    A = spread(backend, CPU_SCRATCH_SPREAD, A, C), B = spread(backend, CPU_SCRATCH_TURNED, B, C);
    Product product = {.transpose_a = a == TRANSPOSED,
                       .transpose_b = b == TRANSPOSED,
                       .alpha = alpha,
                       .beta = beta,
                       .A = A,
                       .B = B,
                       .C = C};
    Tiles tiles = tiles_of(C);
#pragma omp parallel for schedule(static) if (matrix_count(C) * inner >= FORK_PRODUCTS)
    for (int64_t t = 0; t < tiles.count; t++) multiply(&product, tile_of(tiles, C, t));
}

/* ---- gram: what is not below the diagonal, by tiles as above; then its mirror image */

/* Tiles of a panel of columns down to the diagonal. */
static int64_t height(Tiles tiles, Matrix C, int64_t panel)
{
    int64_t end = (panel + 1) * tiles.cols;
    return pieces(end < C.rows ? end : C.rows, tiles.rows);
}

static Tiles upper_tiles_of(Matrix C)
{
    Tiles tiles = {even(C.rows, TALL), even(C.cols, NARROW), 0, 0};
    tiles.across = pieces(C.cols, tiles.cols);
    for (int64_t panel = 0; panel < tiles.across; panel++) tiles.count += height(tiles, C, panel);
    return tiles;
}

/* Numbered panel by panel. */
static Piece upper_tile_of(Tiles tiles, Matrix C, int64_t index)
{
    int64_t panel = 0;
    for (; index >= height(tiles, C, panel); panel++) index -= height(tiles, C, panel);
    int64_t row = index * tiles.rows, col = panel * tiles.cols;
    int64_t cols = C.cols - col < tiles.cols ? C.cols - col : tiles.cols;
    int64_t end = row + tiles.rows < col + cols ? row + tiles.rows : col + cols;
    return (Piece){row, end - row, col, cols};
}

/* Rows first … first + ROUND − 1 right of their square on the diagonal, to below it. */
static void mirror(Matrix C, int64_t first)
{
    int64_t rows = C.rows - first < ROUND ? C.rows - first : ROUND, right = first + rows;
    for (int64_t i = first; i < right; i++)
        for (int64_t j = first; j < i; j++) matrix_row(C, i)[j] = matrix_row(C, j)[i];
    if (right < C.cols)
        cpu_turn(rows, C.cols - right, 1, matrix_row(C, first) + right, C.stride,
                 matrix_row(C, right) + first, C.stride);
}

void cpu_gram(Backend *backend, Transpose a, real alpha, Matrix A, real beta, Matrix C)
{
    int64_t inner = a == TRANSPOSED ? A.rows : A.cols;
    assert(C.rows == C.cols && C.rows == (a == TRANSPOSED ? A.cols : A.rows));
    A = spread(backend, CPU_SCRATCH_SPREAD, A, C);
    Product product = {.transpose_a = a == TRANSPOSED,
                       .alpha = alpha,
                       .beta = beta,
                       .A = A,
                       .B = a == TRANSPOSED ? A : cpu_factor_turned(backend, A),
                       .C = C};
    Tiles tiles = upper_tiles_of(C);
#pragma omp parallel for schedule(static) if (matrix_count(C) * inner >= FORK_PRODUCTS)
    for (int64_t t = 0; t < tiles.count; t++) multiply(&product, upper_tile_of(tiles, C, t));
#pragma omp parallel for schedule(static) if (matrix_count(C) >= CPU_FORK)
    for (int64_t i = 0; i < C.rows; i += ROUND) mirror(C, i);
}

/* ---- linear */

typedef struct {
    Matrix bias, skip, y; /* bias (where the product does not start from it), skip: or absent */
    Activation phi;
} Epilogue;

enum { CHUNK = 64 };

/* y = phi(x) + skip, all four of them rows; skip may be y. */
static void finish_row(Activation phi, int64_t n, const real *x, const real *skip, real *y)
{
    real value[CHUNK];
    if (phi == ACT_NONE) {
#pragma omp simd
        for (int64_t j = 0; j < n; j++) y[j] = x[j] + skip[j];
        return;
    }
    for (int64_t first = 0; first < n; first += CHUNK) {
        int64_t count = n - first < CHUNK ? n - first : CHUNK;
        cpu_activate_row(phi, count, x + first, value);
#pragma omp simd
        for (int64_t j = 0; j < count; j++) y[first + j] = value[j] + skip[first + j];
    }
}

/* A tile of x Wᵀ stands in `product`; from it the rows of pre and y. */
static void finish(const Epilogue *job, Matrix product, Piece tile)
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
    Epilogue job = {.skip = skip, .y = y, .phi = phi};
    if (onto) job.bias = bias, job.skip = (Matrix){0};
    Transpose b = x.rows >= FEW_ROWS ? PLAIN : TRANSPOSED;
    if (b == PLAIN) W = cpu_factor_turned(backend, W);
    Product product = {.transpose_b = b == TRANSPOSED,
                       .alpha = 1,
                       .beta = onto ? 1 : 0,
                       .A = x,
                       .B = W,
                       .C = into,
                       .start = matrix_exists(bias) && !onto ? matrix_reals(bias) : NULL};
    Tiles tiles = tiles_of(y);
#pragma omp parallel for schedule(static) if (matrix_count(y) * x.cols >= FORK_PRODUCTS)
    for (int64_t t = 0; t < tiles.count; t++) {
        Piece tile = tile_of(tiles, y, t);
        multiply(&product, tile);
        finish(&job, part_of(into, tile), tile);
    }
}
