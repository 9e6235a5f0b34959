#include "objective/sets_kinds.h"

#include "base/die.h"
#include "compute/blas.h"

#include <math.h>
#include <string.h>

/* A number within [low, high], or exit 2 with the key's name. */
static double real_in(const Spec *spec, const char *key, double otherwise, double low, double high)
{
    double value = spec_real(spec, key, otherwise);
    if (!(value >= low && value <= high))
        die_usage("%s: %s is %g, expected a number from %g to %g", spec_kind(spec), key, value, low,
                  high);
    return value;
}

static int64_t int_in(const Spec *spec, const char *key, int64_t otherwise, int64_t low,
                      int64_t high)
{
    int64_t value = spec_int(spec, key, otherwise);
    if (value < low || value > high)
        die_usage("%s: %s is %lld, expected a whole number from %lld to %lld", spec_kind(spec), key,
                  (long long)value, (long long)low, (long long)high);
    return value;
}

static Design *from_rows(int64_t rows, int64_t cols, const double *x)
{
    Design *design = design_create(rows, cols);
    for (int64_t i = 0; i < rows; i++)
        memcpy(design_row(design, i), x + i * cols, (size_t)cols * sizeof *x);
    return design;
}

static Design *make_single(const Spec *spec, Rng *rng)
{
    (void)spec, (void)rng;
    return from_rows(1, 1, (double[]){1.0});
}

/* a1, n1, a2, n2, … until a number is missing. */
static Design *make_scalars(const Spec *spec, Rng *rng)
{
    (void)rng;
    enum { MOST = 9 };
    double x[MOST], repeats[MOST];
    int64_t rows = 0;
    for (; rows < MOST; rows++) {
        char a[] = {'a', (char)('1' + rows), 0}, n[] = {'n', (char)('1' + rows), 0};
        if (!spec_has(spec, a)) break;
        x[rows] = real_in(spec, a, 0.0, -1e300, 1e300);
        repeats[rows] = real_in(spec, n, 1.0, 1.0, 1e15);
    }
    if (rows == 0) die_usage("scalars: no rows, expected scalars:a1=1,n1=199,a2=0.01");
    Design *design = from_rows(rows, 1, x);
    for (int64_t i = 0; i < rows; i++) design_set_weight(design, i, repeats[i]);
    return design;
}

/* 2402.15926, theorem 3: the mean row misclassifies the second, which limits monotone steps. */
static Design *make_pair(const Spec *spec, Rng *rng)
{
    (void)rng;
    double gamma = real_in(spec, "gamma", 0.1, 1e-9, 1.0), across = sqrt(1.0 - gamma * gamma);
    return from_rows(2, 2, (double[]){gamma, across, gamma, -0.5 * across});
}

/* The third row is no support and alone in its coordinate: there the Hessian is lambda. */
static Design *make_hard(const Spec *spec, Rng *rng)
{
    (void)rng;
    double gamma = real_in(spec, "gamma", 0.2, 1e-9, 1.0), across = sqrt(1.0 - gamma * gamma);
    double p = real_in(spec, "p", 0.7, -1.0, 1.0), q = real_in(spec, "q", 0.5, -1.0, 1.0);
    double rest = 1.0 - p * p - q * q;
    if (rest < 0.0) die_usage("hard: p² + q² is %g, expected at most 1", 1.0 - rest);
    return from_rows(3, 3,
                     (double[]){gamma, across, 0.0, gamma, -0.5 * across, 0.0, p, q, sqrt(rest)});
}

/* Tyurin 2025: gradient descent first serves the many, then needs n steps for the one. */
static Design *make_imbalanced(const Spec *spec, Rng *rng)
{
    (void)rng;
    int64_t n = int_in(spec, "n", 1000, 2, INT64_C(1) << 50);
    Design *design = from_rows(2, 2, (double[]){0.5, -1.0, 0.5, 1.0});
    design_set_weight(design, 1, (double)(n - 1));
    return design;
}

/* (1, .2)+, (-2, .2)+, (-1, -.2)-, (2, -.2)-: two rows, twice each. */
static Design *make_toy(const Spec *spec, Rng *rng)
{
    (void)spec, (void)rng;
    return from_rows(4, 2, (double[]){1.0, 0.2, -2.0, 0.2, 1.0, 0.2, -2.0, 0.2});
}

/* A direction in the space across the first coordinate, of the given length. */
static void fill_across(Rng *rng, int64_t d, double length, double *row)
{
    double norm = 0.0;
    while (norm == 0.0) {
        rng_fill_normal(rng, d - 1, 1.0, row + 1);
        norm = blas_norm(d - 1, row + 1);
    }
    for (int64_t j = 1; j < d; j++) row[j] *= length / norm;
}

static Design *make_spread(const Spec *spec, Rng *rng)
{
    int64_t n = int_in(spec, "n", 50, 2, INT32_MAX), d = int_in(spec, "d", 20, 2, INT32_MAX);
    double gamma = real_in(spec, "gamma", 0.2, 1e-9, 0.9);
    Design *design = design_create(n, d);
    double *first = design_row(design, 0), *second = design_row(design, 1);
    fill_across(rng, d, sqrt(1.0 - gamma * gamma), first);
    for (int64_t j = 1; j < d; j++) second[j] = -first[j];
    first[0] = second[0] = gamma;
    for (int64_t i = 2; i < n; i++) {
        double *row = design_row(design, i);
        row[0] = gamma + (0.9 - gamma) * rng_uniform(rng);
        fill_across(rng, d, sqrt(1.0 - row[0] * row[0]) * rng_uniform(rng), row);
    }
    return design;
}

static Design *make_random(const Spec *spec, Rng *rng)
{
    int64_t n = int_in(spec, "n", 200, 1, INT32_MAX), d = int_in(spec, "d", 20, 2, INT32_MAX);
    double gamma = real_in(spec, "gamma", 0.1, 1e-9, 1.0);
    Design *design = design_create(n, d);
    for (int64_t i = 0; i < n; i++) {
        fill_across(rng, d, sqrt(1.0 - gamma * gamma), design_row(design, i));
        design_row(design, i)[0] = gamma;
    }
    return design;
}

/* A row of the biased population (sets.h); the mean row leans to the large cluster. */
static void fill_mixture(Rng *rng, int64_t d, double gamma, double noise, double *row)
{
    double centre = rng_uniform(rng) < 2.0 / 3.0 ? 1.0 : -0.5;
    double across = sqrt(1.0 - gamma * gamma), scatter = 0.5 / sqrt((double)d - 1.0);
    rng_fill_normal(rng, d - 1, scatter, row + 1);
    row[0] = gamma;
    row[1] += centre;
    double longest = fmax(1.0, blas_norm(d - 1, row + 1));
    for (int64_t j = 1; j < d; j++) row[j] *= across / longest;
    if (rng_uniform(rng) < noise)
        for (int64_t j = 0; j < d; j++) row[j] = -row[j];
}

static Design *make_mixture(const Spec *spec, Rng *rng)
{
    int64_t n = int_in(spec, "n", 100, 1, INT32_MAX), d = int_in(spec, "d", 12, 2, INT32_MAX);
    double gamma = real_in(spec, "gamma", 0.15, 1e-9, 0.9);
    double noise = real_in(spec, "noise", 0.0, 0.0, 1.0);
    Design *design = design_create(n, d);
    for (int64_t i = 0; i < n; i++) fill_mixture(rng, d, gamma, noise, design_row(design, i));
    return design;
}

static const SyntheticKind kinds[] = {
    {"single", make_single},
    {"scalars", make_scalars},
    {"pair", make_pair},
    {"hard", make_hard},
    {"toy", make_toy},
    {"spread", make_spread},
    {"imbalanced", make_imbalanced},
    {"random", make_random},
    {"mixture", make_mixture},
};

const SyntheticKind *synthetic_kind(const char *name)
{
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (!strcmp(kinds[k].name, name)) return &kinds[k];
    return NULL;
}

const char *synthetic_names(void)
{
    return "single, scalars, pair, hard, toy, spread, imbalanced, random, mixture";
}
