#include "objective/margin.h"

#include "base/die.h"
#include "compute/blas.h"
#include "compute/rowpass.h"
#include "objective/corral.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A convex combination this short, against the longest row, is the origin up to rounding. */
static const double origin_share = 1e-9;

static const int64_t most_corral_bytes = INT64_C(1) << 29;

typedef struct {
    const Design *design;
    Corral *corral;
    double *x;         /* cols: the nearest point so far, a convex combination of rows */
    double *z;         /* rows: margins a_i·x */
    double *row;       /* cols */
    double *direction; /* cols: x of the best lower bound */
    double longest;    /* row */
    Margin margin;
} Search;

static int64_t smallest_margin(const Search *s)
{
    int64_t best = 0;
    for (int64_t i = 1; i < s->design->rows; i++)
        if (s->z[i] < s->z[best]) best = i;
    return best;
}

/* A product a·x of d terms is off by at most d ulps of |a| |x|, whatever the order of the sum: what
 * is left after that is positive only where the exact margin of x is. (2: norm and quotient.) */
static double rounding(const Search *s)
{
    return (double)(s->design->cols + 2) * DBL_EPSILON * s->longest;
}

/* A pass over the data: both certificates for x, and the row that contradicts x most. */
static int64_t certify(Search *s)
{
    double norm = blas_norm(s->design->cols, s->x);
    rowpass_margins(s->design, s->x, s->z);
    s->margin.iterations++;
    int64_t worst = smallest_margin(s);
    double low = norm > 0.0 ? s->z[worst] / norm - rounding(s) : 0.0;
    if (low > s->margin.low) {
        s->margin.low = low;
        memcpy(s->direction, s->x, (size_t)s->design->cols * sizeof *s->x);
    }
    s->margin.high = fmin(s->margin.high, norm);
    return worst;
}

/* Wolfe's minor cycle: towards the affine hull's nearest point until a weight
 * vanishes; its row leaves; again until the nearest point is inside. */
static void shrink_corral(Search *s)
{
    Corral *c = s->corral;
    for (;;) {
        corral_solve(c);
        double share = 1.0;
        int64_t leaver = -1;
        for (int64_t k = 0; k < c->count; k++) {
            if (c->affine[k] > 0.0) continue;
            double reach = c->weight[k] / (c->weight[k] - c->affine[k]);
            if (leaver < 0 || reach < share) share = reach, leaver = k;
        }
        if (!(share < 1.0)) share = 1.0;
        for (int64_t k = 0; k < c->count; k++)
            c->weight[k] += share * (c->affine[k] - c->weight[k]);
        if (leaver < 0 || c->count == 1) break;
        corral_remove(c, leaver);
    }
    corral_combine(c, s->x);
}

static bool is_member(const Corral *c, int64_t name)
{
    for (int64_t k = 0; k < c->count; k++)
        if (c->name[k] == name) return true;
    return false;
}

static void search(Search *s, double tolerance, int64_t iterations)
{
    design_get_row(s->design, 0, s->x);
    for (int64_t i = 0; i < s->design->rows; i++) {
        double norm = design_row_norm(s->design, i);
        if (norm > s->longest) s->longest = norm;
    }
    int64_t next = 0;
    design_get_row(s->design, next, s->row);
    while (corral_add(s->corral, next, s->row)) {
        if (s->corral->count == 1) s->corral->weight[0] = 1.0;
        shrink_corral(s);
        next = certify(s);
        bool at_origin = s->margin.high < origin_share * s->longest;
        bool close = s->margin.high - s->margin.low <= tolerance * s->margin.high;
        if (at_origin || close || s->margin.iterations >= iterations) break;
        if (is_member(s->corral, next)) break; /* as near as doubles can tell */
        design_get_row(s->design, next, s->row);
    }
}

static MarginVerdict verdict_of(const Search *s)
{
    if (s->margin.low > 0.0) return MARGIN_SEPARABLE;
    if (s->margin.high < origin_share * s->longest) return MARGIN_INSEPARABLE;
    return MARGIN_UNDECIDED;
}

static void give_direction(const Search *s, double *direction)
{
    double norm = blas_norm(s->design->cols, s->direction);
    for (int64_t j = 0; j < s->design->cols; j++)
        direction[j] = norm > 0.0 ? s->direction[j] / norm : 0.0;
}

Margin margin_find(const Design *design, double tolerance, int64_t iterations, double *direction)
{
    int64_t d = design->cols, n = design->rows, room = d + 1 < n ? d + 1 : n;
    int64_t most = most_corral_bytes / (d * (int64_t)sizeof(double));
    if (room > most) room = most < 2 ? 2 : most;
    double *memory = alloc_zeroed((size_t)(3 * d + n), sizeof *memory);
    Search s = {.design = design, .margin = {.low = 0.0, .high = INFINITY}};
    s.corral = corral_create(d, room);
    s.x = memory, s.row = memory + d, s.direction = memory + 2 * d, s.z = memory + 3 * d;

    search(&s, tolerance, iterations);
    s.margin.support = s.corral->count;
    s.margin.verdict = verdict_of(&s);
    if (direction) give_direction(&s, direction);
    corral_free(s.corral);
    free(memory);
    return s.margin;
}
