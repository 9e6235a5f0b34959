#include "fit/fit.h"

#include "base/die.h"
#include "base/stats.h"

#include <math.h>
#include <stdlib.h>

FitQuality fit_quality(const FitResult *fit, const LawRun *run)
{
    int64_t n = run->points;
    double *loss = alloc_zeroed((size_t)n + 1, sizeof *loss), mean = stats_mean(n, run->loss);
    law_predict_run(fit->law, fit->theta, run, n, run->step, loss);
    FitQuality quality = {.points = n};
    double squares = 0.0, total = 0.0;
    for (int64_t p = 0; p < n; p++) {
        double error = loss[p] - run->loss[p], share = fabs(error) / run->loss[p];
        squares += error * error;
        total += (run->loss[p] - mean) * (run->loss[p] - mean);
        quality.mae += fabs(error) / (double)n;
        quality.relative += share / (double)n;
        quality.worst = fmax(quality.worst, share);
    }
    quality.rmse = sqrt(squares / (double)n);
    quality.r2 = 1.0 - squares / total;
    free(loss);
    return quality;
}

FitQuality fit_quality_mean(const FitResult *fit, int64_t count, const LawRun *const *runs)
{
    FitQuality mean = {.points = 0};
    for (int64_t r = 0; r < count; r++) {
        FitQuality quality = fit_quality(fit, runs[r]);
        double share = 1.0 / (double)count;
        mean.points += quality.points;
        mean.r2 += share * quality.r2;
        mean.mae += share * quality.mae;
        mean.rmse += share * quality.rmse;
        mean.relative += share * quality.relative;
        mean.worst += share * quality.worst;
    }
    return mean;
}

double fit_noise(const LawRun *run)
{
    int64_t first = run->points / 4, count = 0;
    double sum = 0.0;
    if (run->points < 12) return NAN;
    for (int64_t p = first + 1; p + 1 < run->points; p++, count++) {
        double d = log(run->loss[p - 1]) - 2.0 * log(run->loss[p]) + log(run->loss[p + 1]);
        sum += d * d;
    }
    return sqrt(sum / (6.0 * (double)count));
}
