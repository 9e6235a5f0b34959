#include "law/run.h"

#include <math.h>

LawRun run_from(LawRun run, int64_t step)
{
    while (run.points > 0 && run.step[0] < step) run.points--, run.step++, run.loss++;
    return run;
}

bool run_has_losses(const LawRun *run)
{
    for (int64_t p = 0; p < run->points; p++)
        if (!(run->loss[p] > 0.0) || !isfinite(run->loss[p])) return false;
    return run->points > 0;
}
