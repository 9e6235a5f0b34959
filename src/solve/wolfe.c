#include "solve/wolfe.h"

static const double sufficient = 1e-4, flatness = 0.9;
enum { MOST_DOUBLINGS = 60, MOST_CUTS = 60 };

typedef struct {
    Solver *solver;
    const WolfeLine *line;
    WolfePoint start;
} Search;

static WolfePoint evaluate(const Search *search, double rate)
{
    const WolfeLine *line = search->line;
    Solver *solver = search->solver;
    vector_copy(solver->n, solver->w, line->trial);
    vector_add(solver->n, rate, line->direction, line->trial);
    double value = solver->objective->gradient(solver->objective, line->trial, line->gradient);
    return (WolfePoint){rate, value, vector_dot(solver->n, line->gradient, line->direction)};
}

/* NaN and infinity have not fallen. */
static bool has_fallen(const Search *search, WolfePoint point)
{
    return point.value <= search->start.value + sufficient * point.rate * search->start.slope;
}

static bool is_flat(const Search *search, WolfePoint point)
{
    return fabs(point.slope) <= -flatness * search->start.slope;
}

/* Minimiser of the cubic through both ends (Nocedal and Wright, 3.59), kept off them by a
 * tenth; the middle where there is none. */
static double interpolate(WolfePoint a, WolfePoint b)
{
    double width = b.rate - a.rate;
    double d1 = a.slope + b.slope - 3.0 * (a.value - b.value) / (a.rate - b.rate);
    double d2 = copysign(sqrt(d1 * d1 - a.slope * b.slope), width);
    double share = 1.0 - (b.slope + d2 - d1) / (b.slope - a.slope + 2.0 * d2);
    if (!isfinite(share)) share = 0.5;
    return a.rate + width * fmin(fmax(share, 0.1), 0.9);
}

/* low has fallen enough and is the best such point seen; a good point lies between. */
static WolfePoint zoom(const Search *search, WolfePoint low, WolfePoint high)
{
    for (int cut = 0; cut < MOST_CUTS; cut++) {
        WolfePoint point = evaluate(search, interpolate(low, high));
        if (!has_fallen(search, point) || point.value >= low.value) {
            high = point;
            continue;
        }
        if (is_flat(search, point)) return point;
        if (point.slope * (high.rate - low.rate) >= 0.0) high = low;
        low = point;
    }
    return low.rate > 0.0 ? evaluate(search, low.rate) : low;
}

WolfePoint wolfe_search(Solver *solver, const WolfeLine *line, double first)
{
    double slope = vector_dot(solver->n, solver->g, line->direction);
    Search search = {solver, line, {0.0, solver->value, slope}};
    WolfePoint before = search.start;
    double rate = first;
    for (int doubling = 0; doubling < MOST_DOUBLINGS; doubling++, rate *= 2.0) {
        WolfePoint point = evaluate(&search, rate);
        bool rises = before.rate > 0.0 && point.value >= before.value;
        if (!has_fallen(&search, point) || rises) return zoom(&search, before, point);
        if (is_flat(&search, point)) return point;
        if (point.slope >= 0.0) return zoom(&search, point, before);
        before = point;
    }
    return before; /* F falls without end along the line */
}
