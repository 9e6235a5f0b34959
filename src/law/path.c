#include "law/path.h"

#include "base/die.h"
#include "law/decays.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static int64_t count_decays(const LawPath *path)
{
    int64_t count = 0;
    for (int64_t s = path->first_decay + 1; s < path->steps; s++)
        count += path->rate[s] != path->rate[s - 1];
    return count;
}

static void list_decays(LawPath *path)
{
    LawDecay *next = path->decay;
    for (int64_t s = path->first_decay + 1; s < path->steps; s++)
        if (path->rate[s] != path->rate[s - 1])
            *next++ = (LawDecay){.step = s,
                                 .drop = path->rate[s - 1] - path->rate[s],
                                 .log_rate = log(fmax(path->rate[s], PATH_FLOOR * path->peak)),
                                 .before = path->area[s - 1]};
}

/* Neumaier's sum: S1 of a million steps to the last bits, whatever their number. */
static void sum_rates(LawPath *path)
{
    double sum = 0.0, lost = 0.0;
    for (int64_t s = 0; s < path->steps; s++) {
        double rate = path->rate[s], next = sum + rate;
        lost += sum >= rate ? (sum - next) + rate : (rate - next) + sum;
        sum = next;
        path->area[s] = sum + lost;
    }
}

LawPath *path_create(const LawRun *run)
{
    assert(run->steps > 0 && run->warmup >= 0 && run->warmup < run->steps);
    LawPath *path = alloc_zeroed(1, sizeof *path);
    path->steps = run->steps;
    path->size = run->size;
    path->rate = alloc_zeroed((size_t)run->steps, sizeof *path->rate);
    path->area = alloc_zeroed((size_t)run->steps, sizeof *path->area);
    for (int64_t s = 0; s < run->steps; s++) {
        bool as_peak = run->counted == WARMUP_AS_PEAK && s < run->warmup;
        path->rate[s] = run->rate[as_peak ? run->warmup : s];
        path->peak = fmax(path->peak, path->rate[s]);
    }
    sum_rates(path);
    path->first_decay = run->counted == WARMUP_SIGNED ? 0 : run->warmup;
    path->decays = count_decays(path);
    path->decay = alloc_zeroed((size_t)path->decays + 1, sizeof *path->decay);
    list_decays(path);
    path->tree = decays_tree(path);
    return path;
}

void path_free(LawPath *path)
{
    if (!path) return;
    free(path->rate);
    free(path->area);
    free(path->decay);
    decays_tree_free(path->tree);
    free(path);
}

void path_annealing(const LawPath *path, double lambda, int64_t points, const int64_t *step,
                    double *s2, double *slope)
{
    double momentum = 0.0, momentum_slope = 0.0, sum = 0.0, sum_slope = 0.0;
    int64_t s = path->first_decay;
    for (int64_t p = 0; p < points; p++) {
        assert(step[p] < path->steps && (p == 0 || step[p] >= step[p - 1]));
        while (s < step[p]) {
            s++;
            momentum_slope = momentum + lambda * momentum_slope;
            momentum = lambda * momentum + (path->rate[s - 1] - path->rate[s]);
            sum += momentum;
            sum_slope += momentum_slope;
        }
        s2[p] = sum;
        if (slope) slope[p] = sum_slope;
    }
}
