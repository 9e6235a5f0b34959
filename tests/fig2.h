/* The 40 losses of Fig. 2 of arXiv 2408.11029 as data for fits, or made ones in their places. */
#ifndef TESTS_FIG2_H
#define TESTS_FIG2_H

#include "base/rng.h"
#include "curves.h"
#include "fit/fit.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

enum { L0, A, ALPHA, C, LAMBDA };

typedef struct {
    Curve curve[2];
    const LawRun *run[2];
} Fig2;

static inline Fig2 fig2(void) { return (Fig2){.curve = {curve_fig2(false), curve_fig2(true)}}; }

/* Only then, as the runs must not move. */
static inline FitData *fig2_data(Fig2 *set, const char *law, int first, int count)
{
    for (int i = 0; i < 2; i++) set->run[i] = &set->curve[i].run;
    return fit_data(law_find(law), count, set->run + first);
}

static inline void fig2_free(Fig2 *set, FitData *data)
{
    fit_data_free(data);
    for (int i = 0; i < 2; i++) curve_free(&set->curve[i]);
}

static inline void check(const char *what, double got, double want, double bound)
{
    cr_expect(fabs(got - want) <= bound, "%s is %.8g, not %.8g within %.2g", what, got, want,
              bound);
}

/* A law's own predictions as data, with noise of `sigma` in the logarithm. */
static inline void make_losses(Fig2 *set, const double *theta, double sigma, uint32_t trial)
{
    for (int r = 0; r < 2; r++) {
        Curve *curve = &set->curve[r];
        LawPath *path = path_create(&curve->run);
        Rng rng = rng_stream(1004, trial, r ? RNG_NOISE : RNG_DATA);
        law_predict(law_find("annealing"), theta, path, curve->run.points, curve->step, curve->loss,
                    NULL);
        for (int64_t p = 0; p < curve->run.points; p++)
            curve->loss[p] *= exp(sigma * rng_normal(&rng));
        path_free(path);
    }
}

#endif
