#include "law/pairs.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

/* (1 − λ^n) / (1 − λ): how much of a drop n steps ago has come. */
static double remembered(double lambda, int64_t n)
{
    return -expm1((double)n * log(lambda)) / (1.0 - lambda);
}

bool pairs_staircase(const LawPath *path, double lambda, int64_t first_step, int64_t second_step,
                     Staircase *stairs)
{
    int64_t last = path->steps - 1;
    assert(0 <= first_step && first_step < second_step && second_step < last);
    assert(path->first_decay == 0 && lambda > 0.0 && lambda < 1.0);
    double s1 = path->area[last], s2, first = path->rate[0];
    path_annealing(path, lambda, 1, &last, &s2, NULL);
    /* q (second − first) + r (T − second) = S1 − p (first + 1)
     * q (g2 − g1) − r g2 = S2 − p g1 */
    double g1 = remembered(lambda, last - first_step), g2 = remembered(lambda, last - second_step);
    double a = (double)(second_step - first_step), b = (double)(last - second_step);
    double c = s1 - first * (double)(first_step + 1), d = s2 - first * g1;
    double determinant = -a * g2 - b * (g2 - g1);
    stairs->begin[0] = first_step;
    stairs->begin[1] = second_step;
    stairs->level[0] = first;
    stairs->level[1] = (-c * g2 - b * d) / determinant;
    stairs->level[2] = (a * d - c * (g2 - g1)) / determinant;
    return stairs->level[1] >= 0.0 && stairs->level[2] >= 0.0;
}
