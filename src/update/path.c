#include "update/path.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void path_clear(Path *path)
{
    schedule_free(path->schedule);
    free(path->stretch);
    *path = (Path){0};
}

const Stretch *path_stretch(const Path *path, int64_t step)
{
    assert(step >= 0 && step < path->steps);
    const Stretch *stretch = path->stretch;
    while (step >= stretch->end) stretch++;
    return stretch;
}

bool path_resets(const Path *path, int64_t step)
{
    const Stretch *stretch = path_stretch(path, step);
    int64_t begin = stretch > path->stretch ? stretch[-1].end : 0;
    return stretch->resets && step == begin;
}

bool data_mix_same(DataMix a, DataMix b)
{
    return a.first == b.first && a.last == b.last && a.replay == b.replay;
}

static bool same_update(const Path *a, const Path *b, int64_t step)
{
    return data_mix_same(path_stretch(a, step)->mix, path_stretch(b, step)->mix) &&
           path_resets(a, step) == path_resets(b, step) &&
           schedule_rate(a->schedule, step) == schedule_rate(b->schedule, step);
}

static bool same_optimizer(const Path *a, const Path *b)
{
    if (!a->optimizer || !b->optimizer) return a->optimizer == b->optimizer;
    return strcmp(a->optimizer, b->optimizer) == 0;
}

int64_t path_common(const Path *a, const Path *b)
{
    if (!same_optimizer(a, b)) return 0;
    int64_t least = a->steps < b->steps ? a->steps : b->steps, step = 0;
    while (step < least && same_update(a, b, step)) step++;
    return step;
}
