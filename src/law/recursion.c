#include "law/recursion.h"

#include "base/die.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static double weighted(int64_t n, const double *lambda, const double *e)
{
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < n; j++) sum += lambda[j] * e[j];
    return sum;
}

/* One update; returns Σ λ e after it. */
static double update(int64_t n, const double *lambda, double *e, double rate, double noise)
{
    double sum = 0.0, squared = rate * rate;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < n; j++) {
        double x = lambda[j];
        e[j] = e[j] * (1.0 - 2.0 * rate * x + 2.0 * squared * x * x) + squared * x * noise;
        sum += x * e[j];
    }
    return sum;
}

void recursion_risk(const Recursion *recursion, const double *rate, int64_t points,
                    const int64_t *step, double *risk)
{
    int64_t n = recursion->dimension, done = 0;
    assert(n > 0 && n <= RECURSION_MAX);
    double *lambda = alloc_zeroed((size_t)(2 * n), sizeof *lambda), *e = lambda + n;
    for (int64_t j = 0; j < n; j++) {
        double index = (double)(j + 1);
        lambda[j] = pow(index, -recursion->capacity);
        e[j] = pow(lambda[j], recursion->source - 1.0) / index;
    }
    double sum = weighted(n, lambda, e), noise = recursion->noise * recursion->noise;
    for (int64_t p = 0; p < points; p++) {
        assert(p == 0 || step[p] >= step[p - 1]);
        for (; done < step[p]; done++) sum = update(n, lambda, e, rate[done], sum + noise);
        risk[p] = 0.5 * sum;
    }
    free(lambda);
}

void recursion_loss(const Recursion *recursion, const double *rate, int64_t points,
                    const int64_t *step, double *loss)
{
    recursion_risk(recursion, rate, points, step, loss);
    for (int64_t p = 0; p < points; p++) loss[p] += 0.5 * recursion->noise * recursion->noise;
}
