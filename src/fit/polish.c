/* The last digits of an optimum: damped Newton steps.
 *
 * L-BFGS-B stops on the fall of the value, which near a flat optimum leaves half of the digits of
 * the parameters open. Huber's function has a continuous gradient, so that Newton's steps go on. */
#include "base/die.h"
#include "fit/dense.h"
#include "fit/problem.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
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

/* Memory of a Hessian: residuals, what each pushes with (w ψ), and their slopes by z. */
typedef struct {
    double *residual, *push, *slopes;
} Room;

static Room room_open(const Problem *problem)
{
    size_t points = (size_t)problem->data->points + 1;
    return (Room){alloc_zeroed(points, sizeof(double)), alloc_zeroed(points, sizeof(double)),
                  alloc_zeroed(points * (size_t)problem->n, sizeof(double))};
}

static void room_close(Room *room)
{
    free(room->residual);
    free(room->push);
    free(room->slopes);
}

/* Σ w ψ′ ∇r ∇rᵀ, exactly; leaves w ψ in room->push. */
static void add_squares(Problem *problem, const Point *point, Room *room, Dense H)
{
    int n = problem->n;
    problem_residuals(problem, point->z, room->residual, room->slopes);
    for (int64_t i = 0; i < problem->data->points; i++) {
        double w = problem->weight ? problem->weight[i] : 1.0, r = room->residual[i];
        bool inside = fabs(r) < 1.0;
        const double *row = room->slopes + i * n;
        room->push[i] = w * (inside ? r : copysign(1.0, r));
        for (int p = 0; p < n && inside; p++)
            for (int q = 0; q < n; q++) H[p][q] += w * row[p] * row[q];
    }
}

/* Σ w ψ ∇r at z, with ψ as it was. */
static void pushed(Problem *problem, const double *z, Room *room, double *sum)
{
    int n = problem->n;
    problem_residuals(problem, z, room->residual, room->slopes);
    for (int k = 0; k < n; k++) sum[k] = 0.0;
    for (int64_t i = 0; i < problem->data->points; i++)
        for (int k = 0; k < n; k++) sum[k] += room->push[i] * room->slopes[i * n + k];
}

/* H = Σ w (ψ′ ∇r ∇rᵀ + ψ ∇²r): the first term exactly, the second by central differences with ψ
 * held, which know nothing of Huber's kinks. One-sided where a bound is in the way. */
static void hessian(Problem *problem, const Point *point, Room *room, Dense H)
{
    int n = problem->n;
    Dense bent;
    memset(H, 0, sizeof(Dense));
    add_squares(problem, point, room, H);
    for (int k = 0; k < n; k++) {
        double h = 1e-5 * fmax(fabs(point->z[k]), 0.1);
        double up[LAW_MAX_PARAMETERS] = {0}, down[LAW_MAX_PARAMETERS] = {0}, z[LAW_MAX_PARAMETERS];
        memcpy(z, point->z, sizeof z);
        double above = z[k] = clipped(problem, k, point->z[k] + h);
        pushed(problem, z, room, up);
        z[k] = clipped(problem, k, point->z[k] - h);
        pushed(problem, z, room, down);
        for (int j = 0; j < n; j++) bent[k][j] = (up[j] - down[j]) / (above - z[k]);
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            H[i][j] = (H[i][j] + 0.5 * (bent[i][j] + bent[j][i])) / problem->total_weight;
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

/* Lower, or as low as rounding can tell and flatter: a residual is ε / δ from what it should be. */
static bool is_better(const Point *next, const Point *point)
{
    double rounding = DBL_EPSILON * (fabs(point->value) + 1.0 / FIT_DELTA);
    return next->value < point->value - rounding ||
           (next->value <= point->value + rounding && next->projected < 0.9 * point->projected);
}

double problem_polish(Problem *problem, double *z, double *projected)
{
    Point point = {.value = 0.0};
    memcpy(point.z, z, (size_t)problem->n * sizeof *z);
    if (problem->n == 0) return *projected = 0.0, problem_value(problem, z, point.gradient);
    look(problem, &point);
    Room room = room_open(problem);
    double damping = 0.0;
    for (int step = 0; step < STEPS && point.projected > 1e-15 && damping < 1e6; step++) {
        Dense H;
        Point next = point;
        hessian(problem, &point, &room, H);
        bool better = false;
        while (!better && damping < 1e6) {
            better = step_from(problem, &point, H, damping, &next) && is_better(&next, &point);
            damping = better ? 0.1 * damping : fmax(10.0 * damping, 1e-8);
            if (damping < 1e-8 && better) damping = 0.0;
        }
        if (better) point = next;
    }
    room_close(&room);
    memcpy(z, point.z, (size_t)problem->n * sizeof *z);
    *projected = point.projected;
    return point.value;
}
