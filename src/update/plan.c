#include "update/plan.h"

#include "base/die.h"
#include "base/hash.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int plan_path(const Plan *plan, int paradigm, int version)
{
    return paradigm * plan->setting.versions + version - 1;
}

DataMix plan_mix(const Plan *plan, int segment)
{
    const Segment *s = &plan->segment[segment];
    return path_stretch(&plan->path[s->path], s->first)->mix;
}

bool plan_resets(const Plan *plan, int segment)
{
    const Segment *s = &plan->segment[segment];
    return path_resets(&plan->path[s->path], s->first);
}

bool plan_passes(const Plan *plan, int path, int segment)
{
    int at = plan->end[path];
    while (at > segment) at = plan->segment[at].from;
    return at == segment;
}

/* ---- laying paths upon one another */

/* The last update before the next border of path p behind `from`. common: updates that p has in
 * common with each path. A border of another path lies on p only where they are still the same,
 * and there both see it. */
static int64_t next_border(const Plan *plan, int p, const int64_t common[], int64_t from)
{
    const Path *path = &plan->path[p];
    int64_t border = path_stretch(path, from)->end;
    for (int q = 0; q < plan->path_count; q++)
        if (common[q] > from && common[q] < border) border = common[q];
    return border;
}

/* The segment from update `first` to `end` of an earlier path that is the same up to there. */
static int segment_of_earlier(const Plan *plan, int p, const int64_t common[], int64_t first,
                              int64_t end)
{
    for (int s = 0; s < plan->segment_count; s++) {
        const Segment *segment = &plan->segment[s];
        bool is_there = segment->first == first && segment->first + segment->steps == end;
        if (segment->path < p && is_there && common[segment->path] >= end) return s;
    }
    return PLAN_SCRATCH;
}

static int add_segment(Plan *plan, Segment segment)
{
    size_t count = (size_t)plan->segment_count + 1;
    plan->segment = alloc_resized(plan->segment, count, sizeof segment);
    plan->segment[plan->segment_count] = segment;
    return plan->segment_count++;
}

static void add_path(Plan *plan, int p, const int64_t common[])
{
    int at = PLAN_SCRATCH;
    for (int64_t first = 0, end; first < plan->path[p].steps; first = end) {
        end = next_border(plan, p, common, first);
        int earlier = segment_of_earlier(plan, p, common, first, end);
        at = earlier != PLAN_SCRATCH ? earlier
                                     : add_segment(plan, (Segment){at, first, end - first, p});
    }
    plan->end[p] = at;
}

static void lay_out(Plan *plan)
{
    int count = plan->path_count;
    int64_t *common = alloc_zeroed((size_t)count * (size_t)count, sizeof *common);
    for (int p = 0; p < count; p++)
        for (int q = 0; q <= p; q++)
            common[p * count + q] = common[q * count + p] =
                path_common(&plan->path[p], &plan->path[q]);
    for (int p = 0; p < count; p++) add_path(plan, p, common + p * count);
    free(common);
}

Plan *plan_create(int count, const char *const paradigms[], UpdateSetting setting)
{
    assert(count > 0 && setting.versions > 0 && setting.steps > 0);
    Plan *plan = alloc_zeroed(1, sizeof *plan);
    *plan = (Plan){.setting = setting, .paradigm_count = count};
    plan->path_count = count * setting.versions;
    plan->paradigm = alloc_zeroed((size_t)count, sizeof(Paradigm *));
    plan->path = alloc_zeroed((size_t)plan->path_count, sizeof *plan->path);
    plan->end = alloc_zeroed((size_t)plan->path_count, sizeof *plan->end);
    for (int k = 0; k < count; k++) {
        plan->paradigm[k] = paradigm_create(paradigms[k]);
        for (int v = 1; v <= setting.versions; v++)
            plan->path[plan_path(plan, k, v)] = paradigm_path(plan->paradigm[k], &setting, v);
    }
    lay_out(plan);
    return plan;
}

void plan_free(Plan *plan)
{
    if (!plan) return;
    for (int p = 0; p < plan->path_count; p++) path_clear(&plan->path[p]);
    for (int k = 0; k < plan->paradigm_count; k++) paradigm_free(plan->paradigm[k]);
    free(plan->paradigm);
    free(plan->path);
    free(plan->end);
    free(plan->segment);
    free(plan);
}

/* ---- names of segments */

static void hash_update(HashSum *sum, const Path *path, int64_t step)
{
    DataMix mix = path_stretch(path, step)->mix;
    double numbers[] = {schedule_rate(path->schedule, step), mix.first, mix.last, mix.replay,
                        path_resets(path, step)};
    hash_add(sum, sizeof numbers, numbers);
}

char *plan_key(const Plan *plan, int segment)
{
    const Segment *s = &plan->segment[segment];
    HashSum *sum = hash_begin();
    const char *optimizer = plan->path[s->path].optimizer;
    if (optimizer) hash_add(sum, strlen(optimizer), optimizer);
    for (int64_t step = 0; step < s->first + s->steps; step++)
        hash_update(sum, &plan->path[s->path], step);
    Hash hash = hash_end(sum);
    return format_text("%s", hash.hex);
}
