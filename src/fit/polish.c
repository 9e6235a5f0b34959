/* The last digits of an optimum: damped Newton steps with a Hessian of gradient differences.
 *
 * L-BFGS-B stops on the fall of the value, which near a flat optimum leaves half of the digits of
 * the parameters open. Huber's function has a continuous gradient, so that Newton's steps go on. */
#include "fit/dense.h"
#include "fit/problem.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { STEPS = 50 };

typedef struct {
    double z[LAW_MAX_PARAMETERS], gradient[LAW_MAX_PARAMETERS], value, projected;
} Point;

static double clipped(const Problem *problem, int k, double z)
{
    return fmin(fmax(z, problem->low[k]), problem->high[k]);
}

/* Evaluates a point; `projected` is the largest |z − P(z − g)|. */
static void look(Problem *problem, Point *point)
{
    point->value = problem_value(problem, point->z, point->gradient);
    point->projected = 0.0;
    for (int k = 0; k < problem->n; k++) {
        double moved = clipped(problem, k, point->z[k] - point->gradient[k]);
        point->projected = fmax(point->projected, fabs(moved - point->z[k]));
    }
}

/* At a bound, and pushed against it. */
static bool is_held(const Problem *problem, const Point *point, int k)
{
    return (point->z[k] <= problem->low[k] && point->gradient[k] > 0.0) ||
           (point->z[k] >= problem->high[k] && point->gradient[k] < 0.0);
}

/* H by central differences of the gradient; h is small so that few residuals cross a kink of
 * Huber's within it: slopes are hundreds of δ a unit, so that 1e-7 still leaves ten digits.
 * One-sided where a bound is in the way. */
static void hessian(Problem *problem, const Point *point, Dense H)
{
    int n = problem->n;
    Dense rows;
    for (int k = 0; k < n; k++) {
        double h = 1e-7 * fmax(fabs(point->z[k]), 0.1);
        double up[LAW_MAX_PARAMETERS], down[LAW_MAX_PARAMETERS], z[LAW_MAX_PARAMETERS];
        memcpy(z, point->z, sizeof z);
        z[k] = clipped(problem, k, point->z[k] + h);
        double above = z[k];
        problem_value(problem, z, up);
        z[k] = clipped(problem, k, point->z[k] - h);
        problem_value(problem, z, down);
        for (int j = 0; j < n; j++) rows[k][j] = (up[j] - down[j]) / (above - z[k]);
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) H[i][j] = 0.5 * (rows[i][j] + rows[j][i]);
}

/* The point after one step (H + damping diag |H|) s = −g in the coordinates that are not held. */
static bool step_from(Problem *problem, const Point *point, Dense H, double damping, Point *next)
{
    int n = problem->n;
    Dense S;
    double s[LAW_MAX_PARAMETERS];
    for (int i = 0; i < n; i++) {
        bool held = is_held(problem, point, i);
        s[i] = held ? 0.0 : -point->gradient[i];
        for (int j = 0; j < n; j++)
            S[i][j] = held || is_held(problem, point, j) ? (double)(i == j) : H[i][j];
        if (!held) S[i][i] += damping * fmax(fabs(H[i][i]), DBL_MIN);
    }
    if (dense_solve(n, S, s, 1e-14) > 0) return false;
    for (int k = 0; k < n; k++) next->z[k] = clipped(problem, k, point->z[k] + s[k]);
    look(problem, next);
    return true;
}

/* Lower, or as low as rounding can tell and flatter. */
static bool is_better(const Point *next, const Point *point)
{
    double rounding = 4.0 * DBL_EPSILON * fabs(point->value);
    return next->value < point->value - rounding ||
           (next->value <= point->value + rounding && next->projected < point->projected);
}

double problem_polish(Problem *problem, double *z, double *projected)
{
    Point point = {.value = 0.0};
    memcpy(point.z, z, (size_t)problem->n * sizeof *z);
    if (problem->n == 0) return *projected = 0.0, problem_value(problem, z, point.gradient);
    look(problem, &point);
    double damping = 0.0;
    for (int step = 0; step < STEPS && point.projected > 1e-15 && damping < 1e6; step++) {
        Dense H;
        Point next = point;
        hessian(problem, &point, H);
        bool better = false;
        while (!better && damping < 1e6) {
            better = step_from(problem, &point, H, damping, &next) && is_better(&next, &point);
            damping = better ? 0.1 * damping : fmax(10.0 * damping, 1e-8);
            if (damping < 1e-8 && better) damping = 0.0;
        }
        if (better) point = next;
    }
    memcpy(z, point.z, (size_t)problem->n * sizeof *z);
    *projected = point.projected;
    return point.value;
}
