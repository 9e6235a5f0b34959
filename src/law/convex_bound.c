#include "law/convex_bound.h"

#include <assert.h>
#include <math.h>

ConvexBound convex_bound(int64_t steps, const double *rate)
{
    while (steps > 0 && rate[steps - 1] == 0.0) steps--;
    assert(steps > 0);
    double sum = rate[steps - 1], squares = sum * sum, late = 0.0;
    for (int64_t k = steps - 2; k >= 0; k--) {
        double after = sum;
        sum += rate[k];
        squares += rate[k] * rate[k];
        late += rate[k] / after * (squares / sum);
    }
    return (ConvexBound){0.5 / sum, 0.5 * squares / sum + 0.5 * late};
}

double convex_bound_at(ConvexBound bound, double g) { return bound.distance / g + bound.noise * g; }
double convex_bound_best_rate(ConvexBound bound) { return sqrt(bound.distance / bound.noise); }
double convex_bound_best(ConvexBound bound) { return 2.0 * sqrt(bound.distance * bound.noise); }
