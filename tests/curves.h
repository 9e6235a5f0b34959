/* Loss curves with their schedules: the 40 points of Fig. 2 of arXiv 2408.11029, which stand in
 * tests/golden, and the public curves of the multi-power law where they are at hand. */
#ifndef TESTS_CURVES_H
#define TESTS_CURVES_H

#include "io/csv.h"
#include "law/run.h"
#include "schedules.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    LawRun run;
    double *rate, *loss;
    int64_t *step;
} Curve;

static inline void curve_free(Curve *curve)
{
    free(curve->rate);
    free(curve->loss);
    free(curve->step);
}

/* Rows of a CSV file (of one schedule, where `schedule` is not NULL) as points of a run. */
static inline Curve curve_read(const char *path, const char *schedule, const char *loss_name,
                               int64_t steps, double *rate)
{
    Csv *csv = csv_read(path);
    int64_t rows = csv_rows(csv), points = 0;
    Curve curve = {.rate = rate,
                   .loss = alloc_zeroed((size_t)rows, sizeof *curve.loss),
                   .step = alloc_zeroed((size_t)rows, sizeof *curve.step)};
    int step = csv_column(csv, "step"), loss = csv_column(csv, loss_name);
    int which = schedule ? csv_column(csv, "schedule") : 0;
    for (int64_t row = 0; row < rows; row++) {
        if (schedule && strcmp(csv_text(csv, row, which), schedule)) continue;
        curve.step[points] = csv_int(csv, row, step);
        curve.loss[points++] = csv_real(csv, row, loss);
    }
    csv_free(csv);
    curve.run =
        (LawRun){schedule, steps + 1, rate, 0, WARMUP_AS_PEAK, points, curve.step, curve.loss, 0.0};
    return curve;
}

enum { FIG2_STEPS = 20000, FIG2_WARMUP = 500 };
#define FIG2_PEAK 2e-4

/* constant: the constant schedule, else the cosine to zero. */
static inline Curve curve_fig2(bool constant)
{
    double *rate = constant ? schedule_constant(FIG2_STEPS, FIG2_PEAK)
                            : schedule_cosine(FIG2_WARMUP, FIG2_STEPS, FIG2_PEAK, 0.0);
    return curve_read("tests/golden/annealing_fig2.csv", constant ? "constant" : "cosine",
                      "val_loss", FIG2_STEPS, rate);
}

/* The nine schedules of the multi-power law's curves: peak 3e-4, end 3e-5, warm-up 2160. */
enum { PUBLIC_WARMUP = 2160, PUBLIC_CURVES = 9, PUBLIC_TRAINING = 3 };

typedef struct {
    const char *name;
    int64_t steps;
    enum {
        PUBLIC_CONSTANT,
        PUBLIC_COSINE,
        PUBLIC_EXPONENTIAL,
        PUBLIC_LINEAR,
        PUBLIC_TWO_STAGE
    } kind;
    double end;
} PublicSchedule;

/* The usual split: fitted to the first three, tested on the other six. */
static const PublicSchedule public_schedules[PUBLIC_CURVES] = {
    {"cosine_24000", 24000, PUBLIC_COSINE, 3e-5},
    {"constant_24000", 24000, PUBLIC_CONSTANT, 3e-4},
    {"wsdcon_9", 16000, PUBLIC_TWO_STAGE, 9e-5},
    {"constant_72000", 72000, PUBLIC_CONSTANT, 3e-4},
    {"cosine_72000", 72000, PUBLIC_COSINE, 3e-5},
    {"wsd_20000_24000", 24000, PUBLIC_EXPONENTIAL, 3e-5},
    {"wsdld_20000_24000", 24000, PUBLIC_LINEAR, 3e-5},
    {"wsdcon_3", 16000, PUBLIC_TWO_STAGE, 3e-5},
    {"wsdcon_18", 16000, PUBLIC_TWO_STAGE, 1.8e-4},
};

static inline double public_rate(const PublicSchedule *schedule, int64_t s)
{
    const double peak = 3e-4;
    double x = (double)(s - 20000) / 4000.0;
    switch (schedule->kind) {
    case PUBLIC_CONSTANT:
        return peak;
    case PUBLIC_COSINE:
        return cosine_at(s, PUBLIC_WARMUP, schedule->steps, peak, schedule->end);
    case PUBLIC_EXPONENTIAL:
        return x <= 0.0 ? peak : peak * pow(schedule->end / peak, x);
    case PUBLIC_LINEAR:
        return x <= 0.0 ? peak : peak + x * (schedule->end - peak);
    case PUBLIC_TWO_STAGE:
        return s < 8000 ? peak : schedule->end;
    }
    return NAN;
}

/* NULL where there is none. The caller frees. */
static inline char *public_path(const char *model, const char *curve)
{
    const char *data = getenv("STEPBENCH_DATA");
    char *path =
        format_text("%s/multi_power_law/%s/%s.csv", data ? data : "data/cache", model, curve);
    if (access(path, R_OK) == 0) return path;
    free(path);
    return NULL;
}

static inline bool public_is_here(const char *model)
{
    char *path = public_path(model, public_schedules[0].name);
    free(path);
    return path != NULL;
}

static inline Curve curve_public(const char *model, const PublicSchedule *schedule)
{
    char *path = public_path(model, schedule->name);
    double *rate = rates_of(schedule->steps);
    for (int64_t s = 0; s <= schedule->steps; s++) rate[s] = public_rate(schedule, s);
    schedule_warm_up(rate, PUBLIC_WARMUP);
    Curve curve = curve_read(path, NULL, "loss", schedule->steps, rate);
    curve.run.name = schedule->name;
    curve.run.warmup = PUBLIC_WARMUP;
    curve.run.counted = WARMUP_AREA;
    free(path);
    return curve;
}

#endif
