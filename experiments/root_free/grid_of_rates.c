#include "grid_of_rates.h"

#include "base/die.h"
#include "base/grid.h"

#include <stdlib.h>

double rate_grid_run(const RateGrid *grid, Arena *arena, const ArenaRun *given, const Row *row,
                     const StudyJob *job)
{
    Row *runs = alloc_zeroed((size_t)grid->count, sizeof *runs);
    Score *score = alloc_zeroed((size_t)grid->count, sizeof *score);
    int64_t *ranked = alloc_zeroed((size_t)grid->count, sizeof *ranked);
    for (int64_t k = 0; k < grid->count; k++) {
        ArenaRun run = *given;
        run.optimizer = row->optimizer;
        run.rate = grid_log(grid->low, grid->high, k, grid->count);
        ArenaResult result = arena_run(arena, &run);
        runs[k] = *row;
        runs[k].role = "grid";
        runs[k].configuration = k;
        runs[k].rate = run.rate;
        arena_fill_row(&runs[k], &result);
        score[k] = arena_score(&result, true);
        ranked[k] = k;
    }
    score_sort(grid->count, ranked, score);
    for (int64_t k = 0; k < grid->count; k++) runs[ranked[k]].rank = k;
    double best = runs[ranked[0]].rate;
    for (int64_t k = 0; k < grid->count; k++) row_write(&runs[k], job);
    free(runs);
    free(score);
    free(ranked);
    return best;
}
