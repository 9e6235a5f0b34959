/* How often does the 90 % interval of a forecast hold? A count, not a test.
 *
 *   bench_forecast [LAW [ROWS.csv]]
 *
 * The public curves of arXiv 2503.12811 (9 schedules, models of 25M and 100M) and the exact
 * recursion of kernel regression (5 schedules x 3 spectra, noise of 1e-3 as a log has), each cut at
 * 30, 40, … 80 % of its steps; forecast is the end of the curve, under its own schedule. Curves
 * with a common beginning and cuts of one curve are not independent. Run in the repository's root.
 */
#include "curves.h"
#include "fit/forecast.h"
#include "law/recursion.h"
#include "base/clock.h"

#include <stdio.h>

typedef struct {
    const char *name;
    int64_t cuts, inside, seen, seen_inside; /* seen: a decay lay before the cut, or none behind */
    double seconds, error;
} Count;

static const double first_cut = 0.3;
enum { CUTS = 6, STEPS = 20000, ROWS = 160, KINDS = 5, SPECTRA = 3 };

/* The mean of the last fiftieth of the points, and its middle step. */
static double end_of(const Curve *curve, int64_t *step)
{
    int64_t count = curve->run.points / 50 > 1 ? curve->run.points / 50 : 1;
    *step = curve->step[curve->run.points - 1 - count / 2];
    return stats_mean(count, curve->loss + curve->run.points - count);
}

static bool changes(const LawRun *run, int64_t from, int64_t to)
{
    for (int64_t s = from; s < to; s++)
        if (run->rate[s] != run->rate[s + 1]) return true;
    return false;
}

static void count_cut(Count *count, const char *law, const Curve *curve, double share, FILE *csv)
{
    int64_t end, last = curve->step[curve->run.points - 1];
    double measured = end_of(curve, &end), start = clock_s();
    LawRun run = curve->run;
    const LawRun *runs[] = {&run};
    for (run.points = 0; (double)curve->step[run.points] <= share * (double)last;) run.points++;
    ForecastTask task = {1, runs, 100, 1, 1, &end};
    Forecast forecast = forecast_run(law_find(law), &task);
    Interval at = forecast_end(&forecast);
    bool inside = measured >= at.low && measured <= at.high;
    bool seen = forecast.has_decay || !changes(&run, curve->step[run.points - 1], end);
    count->seconds += clock_s() - start;
    count->error += fabs(at.estimate - measured) / measured;
    count->cuts++, count->inside += inside;
    count->seen += seen, count->seen_inside += seen && inside;
    if (csv)
        fprintf(csv, "%s,%s,%g,%.17g,%.17g,%.17g,%.17g,%d,%d\n", count->name, run.name, share,
                measured, at.estimate, at.low, at.high, inside, seen);
    forecast_free(&forecast);
}

static void report(const Count *count)
{
    if (!count->cuts) return;
    printf("%-12s %3ld of %3ld inside (%.0f %%); where no decay was unknown %ld of %ld (%.0f %%); "
           "mean error "
           "%.2f %%, %.2f s a forecast\n",
           count->name, count->inside, count->cuts, 100.0 * count->inside / count->cuts,
           count->seen_inside, count->seen, 100.0 * count->seen_inside / fmax(1, count->seen),
           100.0 * count->error / count->cuts, count->seconds / count->cuts);
}

static void on_public(const char *model, const char *law, FILE *csv)
{
    Count count = {.name = model};
    if (!public_is_here(model)) printf("%s: the public curves are not here\n", model);
    for (int c = 0; c < PUBLIC_CURVES && public_is_here(model); c++) {
        Curve curve = curve_public(model, &public_schedules[c]);
        for (int k = 0; k < CUTS; k++) count_cut(&count, law, &curve, first_cut + .1 * k, csv);
        curve_free(&curve);
    }
    report(&count);
}

static double *rates_kind(int kind)
{
    const double peak = 0.01;
    switch (kind) {
    case 0:
        return schedule_constant(STEPS, peak);
    case 1:
        return schedule_cosine(0, STEPS, peak, 0.1 * peak);
    case 2:
        return schedule_cosine(0, STEPS, peak, 0.0);
    case 3:
        return schedule_wsd(STEPS / 2, STEPS, peak, shape_root);
    }
    return schedule_wsd(1, STEPS, peak, shape_linear);
}

static void on_recursion(const char *law, FILE *csv)
{
    static const double source[] = {.5, .5, .8}, capacity[] = {1.5, 3, 3};
    static const char *const names[] = {"constant", "cosine .1", "cosine 0", "wsd .5", "linear"};
    Count count = {.name = "recursion"};
    for (int k = 0; k < KINDS * SPECTRA; k++) {
        Recursion recursion = {128, source[k / KINDS], capacity[k / KINDS], 3.0};
        Curve curve = {.rate = rates_kind(k % KINDS),
                       .loss = alloc_zeroed(ROWS, sizeof(double)),
                       .step = alloc_zeroed(ROWS, sizeof(int64_t))};
        for (int64_t p = 0; p < ROWS; p++) curve.step[p] = STEPS * (p + 8) / (ROWS + 7);
        curve.run = (LawRun){names[k % KINDS], STEPS + 1,  curve.rate, 0, WARMUP_AREA, ROWS,
                             curve.step,       curve.loss, 0};
        recursion_loss(&recursion, curve.rate, ROWS, curve.step, curve.loss);
        Rng rng = rng_stream(1013, (uint32_t)k, RNG_NOISE);
        for (int64_t p = 0; p < ROWS; p++) curve.loss[p] *= exp(1e-3 * rng_normal(&rng));
        for (int c = 0; c < CUTS; c++) count_cut(&count, law, &curve, first_cut + .1 * c, csv);
        curve_free(&curve);
    }
    report(&count);
}

int main(int argc, char **argv)
{
    const char *law = argc > 1 ? argv[1] : "annealing";
    FILE *csv = argc > 2 ? fopen(argv[2], "w") : NULL;
    if (csv) fprintf(csv, "source,curve,share,measured,forecast,low,high,inside,seen\n");
    on_public("25M", law, csv);
    on_public("100M", law, csv);
    on_recursion(law, csv);
    if (csv) fclose(csv);
    return 0;
}
