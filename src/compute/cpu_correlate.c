#include "compute/cpu_correlate.h"

#include <assert.h>
#include <string.h>

enum { PLANE_BYTES = 1 << 17 }; /* a share of the second-level cache */

Correlation correlation_forward(const ConvShape *shape)
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

Correlation correlation_backward(const ConvShape *shape)
{
    Correlation forward = correlation_forward(shape);
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

static int64_t wide(const Correlation *c) { return (c->width - 1) * c->stride + c->kernel; }

/* Lines of the plane that so many lines of the result see. */
static int64_t tall(const Correlation *c, int64_t lines)
{
    return (lines - 1) * c->stride + c->kernel;
}

static int64_t band_lines(const Correlation *c)
{
    int64_t fit = PLANE_BYTES / (wide(c) * c->inputs * (int64_t)sizeof(float));
    int64_t lines = fit < c->kernel ? 1 : (fit - c->kernel) / c->stride + 1;
    if (lines >= c->height) return c->height;
    int64_t parts = (c->height + lines - 1) / lines;
    return (c->height + parts - 1) / parts;
}

static int64_t bands_of_image(const Correlation *c)
{
    int64_t lines = band_lines(c);
    return (c->height + lines - 1) / lines;
}

int64_t correlation_bands(const Correlation *c) { return c->batch * bands_of_image(c); }

Band correlation_band(const Correlation *c, int64_t index)
{
    int64_t lines = band_lines(c), image = index / bands_of_image(c);
    int64_t line = index % bands_of_image(c) * lines, left = c->height - line;
    return (Band){
        .image = image,
        .line = line,
        .lines = left < lines ? left : lines,
        .row = (image * c->height + line) * c->width,
    };
}

int64_t correlation_plane_size(const Correlation *c)
{
    return tall(c, band_lines(c)) * wide(c) * c->inputs;
}

/* One line of the plane from the first pixel of a line of the source; NULL: zeros. */
static void copy_line(const Correlation *c, const real *from, int64_t stride, real *to)
{
    int64_t pixel = c->inputs, width = wide(c);
    int64_t seen = (width - c->border + c->spread - 1) / c->spread;
    if (seen > c->source_width) seen = c->source_width;
    if (from && c->spread == 1 && stride == pixel) {
        int64_t behind = c->border + seen;
        memset(to, 0, (size_t)(c->border * pixel) * sizeof *to);
        memcpy(to + c->border * pixel, from, (size_t)(seen * pixel) * sizeof *to);
        memset(to + behind * pixel, 0, (size_t)((width - behind) * pixel) * sizeof *to);
        return;
    }
    memset(to, 0, (size_t)(width * pixel) * sizeof *to);
    for (int64_t x = 0; from && x < seen; x++)
        memcpy(to + (c->border + x * c->spread) * pixel, from + x * stride,
               (size_t)pixel * sizeof *to);
}

Plane correlation_plane(const Correlation *c, Band band, Matrix source, real *copy)
{
    int64_t first = band.line * c->stride, line = wide(c) * c->inputs;
    const real *image = matrix_row(source, band.image * c->source_height * c->source_width);
    bool gapless = source.stride == c->inputs || c->kernel == 1;
    if (c->border == 0 && c->spread == 1 && gapless)
        return (Plane){image + first * c->source_width * source.stride,
                       c->source_width * source.stride, source.stride};
    for (int64_t k = 0; k < tall(c, band.lines); k++) {
        int64_t at = first + k - c->border, y = at / c->spread;
        bool inside = at >= 0 && at % c->spread == 0 && y < c->source_height;
        const real *from = inside ? image + y * c->source_width * source.stride : NULL;
        copy_line(c, from, source.stride, copy + k * line);
    }
    return (Plane){copy, line, c->inputs};
}
