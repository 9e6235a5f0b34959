/* dW += Σ over pixels of dy and the patch that they saw. */
#include "compute/cpu.h"
#include "compute/cpu_correlate.h"
#include "compute/cpu_tile.h"

#include <omp.h>
#include <string.h>

/* The sum goes over groups of bands, each in memory of its own. */
enum { GROUPS = 16, GROUPS_REALS = 1 << 24 };

/* Rows of dy in whole registers: where they are, or a copy with zeros behind each. */
static Matrix whole_rows(Matrix dy, Band band, int64_t width, real *copy)
{
    Matrix rows = matrix_rows(dy, band.row, band.lines * width);
    int64_t whole = lanes_whole(dy.cols);
    if (whole == dy.cols) return rows;
    for (int64_t i = 0; i < rows.rows; i++) {
        memcpy(copy + i * whole, matrix_row(rows, i), (size_t)dy.cols * sizeof *copy);
        memset(copy + i * whole + dy.cols, 0, (size_t)(whole - dy.cols) * sizeof *copy);
    }
    return matrix_of(copy, rows.rows, whole);
}

/* G (patch x whole outputs) += patchᵀ dy of a band. */
static void band_weights(const Correlation *c, Band band, Plane plane, Matrix dy, Matrix G)
{
    int64_t stretch = c->kernel * c->inputs, parts = (stretch + TILE_ROWS - 1) / TILE_ROWS;
    Tile tile = {
        .lines = band.lines,
        .steps = c->width,
        .a_line = c->stride * plane.line,
        .a_step = c->stride * plane.pixel,
        .a_tile = 1,
        .b_line = c->width * dy.stride,
        .b_step = dy.stride,
        .C_tile = G.stride,
        .start_tile = G.stride,
    };
    for (int64_t first = 0; first < G.cols; first += TILE_COLS)
        for (int64_t k = 0; k < c->kernel * parts; k++) {
            int64_t line = k / parts, part = k % parts;
            int64_t j = stretch * part / parts, next = stretch * (part + 1) / parts;
            tile.a = plane.at + line * plane.line + j;
            tile.b = matrix_reals(dy) + first;
            tile.C = matrix_row(G, line * stretch + j) + first;
            tile.start = tile.C;
            tile_run(&tile, next - j, G.cols - first < TILE_COLS ? G.cols - first : TILE_COLS);
        }
}

static int64_t group_count(int64_t bands, int64_t numbers)
{
    int64_t fit = GROUPS_REALS / numbers;
    int64_t groups = fit < 2 ? 2 : fit < GROUPS ? fit : GROUPS;
    return groups < bands ? groups : bands;
}

/* dW += Gᵀ, where G is the sum over the groups in their order. */
static void add_groups(int64_t groups, Matrix G, Matrix dW)
{
    int64_t numbers = matrix_count(G);
    real *sum = matrix_reals(G);
#pragma omp parallel for if (numbers * groups > CPU_FORK)
    for (int64_t j = 0; j < G.rows; j++) {
        real *row = sum + j * G.cols;
        for (int64_t g = 1; g < groups; g++)
            for (int64_t o = 0; o < G.cols; o++) row[o] += row[g * numbers + o];
        for (int64_t o = 0; o < dW.rows; o++) matrix_row(dW, o)[j] += row[o];
    }
}

/* Scratch: G of each group, and a plane and rows of dy for each thread. */
void cpu_convolve_weights(Backend *backend, const ConvShape *shape, Matrix x, Matrix dy, Matrix dW)
{
    Correlation c = correlation_forward(shape);
    int64_t whole = lanes_whole(c.outputs), patch = correlation_patch(&c), numbers = whole * patch;
    int64_t plane = correlation_plane_size(&c), bands = correlation_bands(&c);
    int64_t own =
        plane + (whole == c.outputs ? 0 : correlation_band(&c, 0).lines * c.width * whole);
    int64_t groups = group_count(bands, numbers);
    size_t size = (size_t)(numbers * groups + own * omp_get_max_threads());
    real *sums = cpu_scratch(backend, CPU_SCRATCH_CONV, size * sizeof *sums);
    real *planes = sums + numbers * groups;

#pragma omp parallel for schedule(dynamic, 1) if (matrix_count(dy) > CPU_FORK)
    for (int64_t g = 0; g < groups; g++) {
        real *mine = planes + own * omp_get_thread_num();
        Matrix G = matrix_of(sums + g * numbers, patch, whole);
        memset(G.data, 0, (size_t)numbers * sizeof *sums);
        for (int64_t b = bands * g / groups; b < bands * (g + 1) / groups; b++) {
            Band band = correlation_band(&c, b);
            band_weights(&c, band, correlation_plane(&c, band, x, mine),
                         whole_rows(dy, band, c.width, mine + plane), G);
        }
    }
    add_groups(groups, matrix_of(sums, patch, whole), dW);
}
