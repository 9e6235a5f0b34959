#include "update/average.h"

#include "base/named.h"

#include <assert.h>
#include <math.h>

struct AverageKind {
    const char *name;
    double (*weight)(const Average *average, double n, double i);
};

static double lawa_weight(const Average *average, double n, double i)
{
    (void)average, (void)i;
    return 1.0 / n;
}

/* q = decay^every: q^(n − i) (1 − q) / (1 − q^n), the geometric sum in closed form. */
static double ema_weight(const Average *average, double n, double i)
{
    double log_q = (double)average->every * log(average->decay);
    if (log_q == 0.0) return 1.0 / n;
    return exp((n - i) * log_q) * expm1(log_q) / expm1(n * log_q);
}

static double wsm_weight(const Average *average, double n, double i)
{
    (void)average;
    return sqrt(i / n) - sqrt((i - 1.0) / n);
}

static const AverageKind kinds[] = {
    {"lawa", lawa_weight}, {"ema", ema_weight}, {"wsm", wsm_weight}};

const AverageKind *average_kind(const char *name)
{
    return named_row("average", name, sizeof kinds / sizeof *kinds, sizeof *kinds, kinds);
}

const char *average_name(const Average *average) { return average->kind->name; }

int64_t average_samples(const Average *average)
{
    assert(average->every > 0 && average->window % average->every == 0);
    return average->window / average->every;
}

double average_weight(const Average *average, int64_t i)
{
    int64_t n = average_samples(average);
    assert(i >= 1 && i <= n);
    return average->kind->weight(average, (double)n, (double)i);
}

int64_t average_sample_at(const Average *average, int64_t done, int64_t total)
{
    int64_t left = total - done;
    if (left < 0 || left >= average->window || left % average->every) return 0;
    return average_samples(average) - left / average->every;
}
