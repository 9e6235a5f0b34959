#include "update/split.h"

#include "base/die.h"

#include <assert.h>
#include <stdlib.h>

static int64_t parts_of(const Segment *segment, int64_t most)
{
    return (segment->steps + most - 1) / most;
}

/* The parts of one segment behind one another; returns the number behind the last. */
static int put_parts(Segment *parts, int at, Segment whole, int from, int64_t most)
{
    for (int64_t done = 0; done < whole.steps; done += most) {
        int64_t left = whole.steps - done;
        parts[at] = (Segment){.from = from,
                              .first = whole.first + done,
                              .steps = left < most ? left : most,
                              .path = whole.path};
        from = at++;
    }
    return at;
}

void plan_split(Plan *plan, int64_t most)
{
    assert(most > 0);
    int64_t count = 0;
    for (int s = 0; s < plan->segment_count; s++) count += parts_of(&plan->segment[s], most);
    Segment *parts = alloc_zeroed((size_t)count, sizeof *parts);
    int *last = alloc_zeroed((size_t)plan->segment_count, sizeof *last); /* part of each segment */
    int at = 0;
    for (int s = 0; s < plan->segment_count; s++) {
        int from = plan->segment[s].from;
        from = from == PLAN_SCRATCH ? PLAN_SCRATCH : last[from];
        at = put_parts(parts, at, plan->segment[s], from, most);
        last[s] = at - 1;
    }
    for (int p = 0; p < plan->path_count; p++) plan->end[p] = last[plan->end[p]];
    free(last);
    free(plan->segment);
    plan->segment = parts;
    plan->segment_count = at;
}
