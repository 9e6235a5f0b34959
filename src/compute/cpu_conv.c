#include "compute/cpu.h"
#include "compute/cpu_correlate.h"
#include "compute/cpu_tile.h"

#include <omp.h>
#include <string.h>

/* Weights lie panel by panel: TILE_COLS outputs of every number of the patch together. */

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

/* y = or += the correlation with the panels. */
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
    Correlation c = correlation_forward(shape);
    product(backend, &c, x, W, bias, false, pack_forward, y);
}

void cpu_convolve_backward(Backend *backend, const ConvShape *shape, Matrix dy, Matrix W, Matrix dx,
                           bool adds)
{
    Correlation c = correlation_backward(shape);
    product(backend, &c, dy, W, (Matrix){0}, adds, pack_backward, dx);
}
