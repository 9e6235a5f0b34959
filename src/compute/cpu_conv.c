#include "compute/cpu.h"
#include "compute/cpu_correlate.h"
#include "compute/cpu_tile.h"

#include <assert.h>
#include <omp.h>
#include <string.h>

/* The gradient of the weights is summed over groups of bands, each in memory of its own. */
enum { GROUPS = 16, GROUPS_REALS = 1 << 24 };

static Correlation forward_of(const ConvShape *shape)
{
    assert(shape->padding < shape->kernel);
    return (Correlation){
        .batch = shape->batch,
        .height = conv_side(shape, shape->height),
        .width = conv_side(shape, shape->width),
        .inputs = shape->inputs,
        .outputs = shape->outputs,
        .kernel = shape->kernel,
        .stride = shape->stride,
        .source_height = shape->height,
        .source_width = shape->width,
        .spread = 1,
        .border = shape->padding,
    };
}

/* dx = Σ dy of the windows that saw the pixel: a correlation of dy, its pixels `stride` apart with
 * zeros between them, with the kernel turned by 180 degrees. */
static Correlation backward_of(const ConvShape *shape)
{
    Correlation forward = forward_of(shape);
    return (Correlation){
        .batch = shape->batch,
        .height = shape->height,
        .width = shape->width,
        .inputs = shape->outputs,
        .outputs = shape->inputs,
        .kernel = shape->kernel,
        .stride = 1,
        .source_height = forward.height,
        .source_width = forward.width,
        .spread = shape->stride,
        .border = shape->kernel - 1 - shape->padding,
    };
}

/* ---- weights, panel by panel: TILE_COLS outputs of every number of the patch lie together */

static int64_t panel_width(int64_t outputs, int64_t first)
{
    return lanes_whole(outputs - first < TILE_COLS ? outputs - first : TILE_COLS);
}

static real *panel_at(real *packed, const Correlation *c, int64_t first)
{
    return packed + first * correlation_patch(c);
}

static void pack_forward(const Correlation *c, Matrix W, real *packed)
{
    int64_t patch = correlation_patch(c);
#pragma omp parallel for if (patch * c->outputs > CPU_FORK)
    for (int64_t o = 0; o < c->outputs; o++) {
        int64_t first = o / TILE_COLS * TILE_COLS, width = panel_width(c->outputs, first);
        real *to = panel_at(packed, c, first) + o - first;
        const real *from = matrix_row(W, o);
        for (int64_t j = 0; j < patch; j++) to[j * width] = from[j];
    }
}

/* Panels for dx: output i of tap (ky, kx), input o, is W[o][k − 1 − ky][k − 1 − kx][i]. */
static void pack_backward(const Correlation *c, Matrix W, real *packed)
{
    int64_t taps = c->kernel * c->kernel;
#pragma omp parallel for if (taps * c->inputs * c->outputs > CPU_FORK)
    for (int64_t o = 0; o < c->inputs; o++)
        for (int64_t tap = 0; tap < taps; tap++) {
            const real *from = matrix_row(W, o) + (taps - 1 - tap) * c->outputs;
            for (int64_t first = 0; first < c->outputs; first += TILE_COLS) {
                int64_t left = c->outputs - first, width = panel_width(c->outputs, first);
                real *to = panel_at(packed, c, first) + (tap * c->inputs + o) * width;
                memcpy(to, from + first,
                       (size_t)(left < TILE_COLS ? left : TILE_COLS) * sizeof *to);
            }
        }
}

/* ---- y = or += correlation of x with the panels */

typedef struct {
    const Correlation *correlation;
    real *packed;
    const real *bias; /* whole registers */
    bool adds;        /* start from what y holds, not from the bias */
    Matrix y;
} Product;

static void band_product(const Product *p, Band band, Plane plane)
{
    const Correlation *c = p->correlation;
    int64_t parts = (c->width + TILE_ROWS - 1) / TILE_ROWS;
    for (int64_t first = 0; first < c->outputs; first += TILE_COLS) {
        int64_t left = c->outputs - first, width = panel_width(c->outputs, first);
        Tile tile = {
            .lines = c->kernel,
            .steps = c->kernel * c->inputs,
            .a_line = plane.line,
            .a_step = 1,
            .a_tile = c->stride * plane.pixel,
            .b = panel_at(p->packed, c, first),
            .b_line = c->kernel * c->inputs * width,
            .b_step = width,
            .C_tile = p->y.stride,
            .start_tile = p->adds ? p->y.stride : 0,
        };
        for (int64_t k = 0; k < band.lines * parts; k++) {
            int64_t line = k / parts, part = k % parts;
            int64_t x = c->width * part / parts, next = c->width * (part + 1) / parts;
            tile.a = plane.at + line * c->stride * plane.line + x * tile.a_tile;
            tile.C = matrix_row(p->y, band.row + line * c->width + x) + first;
            tile.start = p->adds ? tile.C : p->bias + first;
            tile_run(&tile, next - x, left < TILE_COLS ? left : TILE_COLS);
        }
    }
}

/* Scratch: panels, bias, and a plane for each thread. */
static void product(Backend *backend, const Correlation *c, Matrix source, Matrix W, Matrix bias,
                    bool adds, void (*pack)(const Correlation *, Matrix, real *), Matrix y)
{
    int64_t whole = lanes_whole(c->outputs), panels = whole * correlation_patch(c);
    int64_t plane = correlation_plane_size(c);
    size_t numbers = (size_t)(panels + whole + plane * omp_get_max_threads());
    real *packed = cpu_scratch(backend, CPU_SCRATCH_CONV, numbers * sizeof *packed);
    real *start = packed + panels, *planes = start + whole;
    memset(start, 0, (size_t)whole * sizeof *start);
    if (matrix_exists(bias)) memcpy(start, matrix_reals(bias), (size_t)c->outputs * sizeof *start);
    pack(c, W, packed);

    Product p = {c, packed, start, adds, y};
    int64_t bands = correlation_bands(c);
#pragma omp parallel for schedule(dynamic, 1) if (matrix_count(y) > CPU_FORK)
    for (int64_t b = 0; b < bands; b++) {
        Band band = correlation_band(c, b);
        band_product(&p, band,
                     correlation_plane(c, band, source, planes + plane * omp_get_thread_num()));
    }
}

void cpu_convolve(Backend *backend, const ConvShape *shape, Matrix x, Matrix W, Matrix bias,
                  Matrix y)
{
    Correlation c = forward_of(shape);
    product(backend, &c, x, W, bias, false, pack_forward, y);
}

void cpu_convolve_backward(Backend *backend, const ConvShape *shape, Matrix dy, Matrix W, Matrix dx,
                           bool adds)
{
    Correlation c = backward_of(shape);
    product(backend, &c, dy, W, (Matrix){0}, adds, pack_backward, dx);
}

/* ---- dW = Σ over pixels of dy and the patch */

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
    Correlation c = forward_of(shape);
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
