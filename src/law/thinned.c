#include "law/thinned.h"

#include "base/die.h"

#include <assert.h>

int64_t thinned_warmup(int64_t steps, const double *rate)
{
    int64_t top = 0;
    for (int64_t s = 1; s < steps && rate[s] >= rate[s - 1]; s++)
        if (rate[s] > rate[top]) top = s;
    return top;
}

static bool is_held(int64_t rows, const double *rate, int64_t a, int64_t b)
{
    return a < 0 || b >= rows || rate[a] == rate[b];
}

/* From row k to the next. */
static void join_rows(Thinned *thinned, int64_t rows, const int64_t *step, const double *rate,
                      int64_t k)
{
    int64_t from = step[k], distance = step[k + 1] - from;
    bool falls = rate[k + 1] != rate[k] && is_held(rows, rate, k - 1, k) &&
                 is_held(rows, rate, k + 1, k + 2);
    thinned->jumps += falls && distance > 1;
    if (distance > thinned->gap) thinned->gap = distance;
    for (int64_t i = 0; i < distance; i++) {
        double x = falls || is_held(rows, rate, k, k + 1) ? 0.0 : (double)i / (double)distance;
        thinned->rate[from + i] = rate[k] * (1.0 - x) + rate[k + 1] * x;
    }
}

/* Before the first row: the warm-up that was named, the one that goes on behind, or the peak. */
static void begin(Thinned *thinned, int64_t rows, const int64_t *step, const double *rate,
                  int64_t warmup)
{
    int64_t first = step[0], rise = thinned_warmup(rows, rate);
    bool late = rows > 1 && first > 2 * (step[1] - first);
    thinned->assumed = warmup < 0 && late;
    if (warmup < 0) warmup = rise || late ? first : 0;
    for (int64_t s = 0; s < first; s++)
        thinned->rate[s] = rate[0] * (s < warmup ? (double)s / (double)warmup : 1.0);
    thinned->warmup = rise ? step[rise] : warmup < first ? warmup : first;
}

Thinned thinned_rates(int64_t rows, const int64_t *step, const double *rate, int64_t warmup)
{
    assert(rows > 0 && step[0] >= 0);
    Thinned thinned = {.steps = step[rows - 1] + 1};
    thinned.rate = alloc_zeroed((size_t)thinned.steps, sizeof *thinned.rate);
    begin(&thinned, rows, step, rate, warmup);
    for (int64_t k = 0; k + 1 < rows; k++) join_rows(&thinned, rows, step, rate, k);
    thinned.rate[thinned.steps - 1] = rate[rows - 1];
    return thinned;
}

int64_t thinned_points(int64_t rows, int64_t *step, double *loss, int64_t most)
{
    int64_t group = (rows + most - 1) / most, points = 0;
    if (group <= 1) return rows;
    for (int64_t from = 0; from < rows; from += group, points++) {
        int64_t n = rows - from < group ? rows - from : group;
        double steps = 0.0, losses = 0.0;
        for (int64_t i = from; i < from + n; i++) {
            steps += (double)step[i];
            losses += loss[i];
        }
        step[points] = (int64_t)(steps / (double)n + 0.5);
        loss[points] = losses / (double)n;
    }
    return points;
}
