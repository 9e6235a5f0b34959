#include "fit/advice.h"

#include "base/die.h"

#include <assert.h>
#include <math.h>

static void predict_ends(Advised *advised, const FitResult *fit, const LawRun *run)
{
    int64_t count = advised->schedules;
#pragma omp parallel for schedule(dynamic)
    for (int64_t k = 0; k < count; k++) {
        LawPath *path = path_create(&run[k]);
        int64_t last = run[k].steps - 1;
        for (int l = 0; l < advised->laws; l++)
            law_predict(fit[l].law, fit[l].theta, path, 1, &last, &advised->loss[l * count + k],
                        NULL);
        path_free(path);
    }
}

static double largest_regret(const Advised *advised, int64_t schedule)
{
    double largest = 0.0;
    for (int l = 0; l < advised->laws; l++) {
        const double *loss = advised->loss + l * advised->schedules;
        largest = fmax(largest, loss[schedule] - loss[advised->best[l]]);
    }
    return largest;
}

Advised advise_schedules(int laws, const FitResult *fit, int64_t schedules, int64_t offered,
                         const LawRun *run)
{
    assert(laws <= ADVICE_LAWS && offered > 0 && offered <= schedules);
    Advised advised = {.laws = laws, .schedules = schedules};
    advised.loss = alloc_zeroed((size_t)(laws * schedules), sizeof *advised.loss);
    predict_ends(&advised, fit, run);
    for (int l = 0; l < laws; l++) {
        const double *loss = advised.loss + l * schedules;
        for (int64_t k = 1; k < offered; k++)
            if (loss[k] < loss[advised.best[l]]) advised.best[l] = k;
    }
    for (int64_t k = 1; k < offered; k++)
        if (largest_regret(&advised, k) < largest_regret(&advised, advised.choice))
            advised.choice = k;
    for (int l = 0; l < laws; l++) {
        const double *loss = advised.loss + l * schedules;
        advised.regret[l] = loss[advised.choice] - loss[advised.best[l]];
    }
    return advised;
}
