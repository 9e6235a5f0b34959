#include "grid_of_rates.h"

#include "base/die.h"
#include "base/grid.h"

#include <math.h>
#include <stdlib.h>

static double loss_of(const Row *row)
{
    return row->outcome == OUTCOME_SPENT ? row->validation_loss : INFINITY;
}

/* Ties go to the lower rate. Returns the number of the best one. */
static int64_t rank(int64_t count, Row *row)
{
    int64_t best = 0;
    for (int64_t a = 0; a < count; a++) {
        row[a].rank = 0;
        for (int64_t b = 0; b < count; b++)
            row[a].rank += loss_of(&row[b]) < loss_of(&row[a]) ||
                           (b < a && !(loss_of(&row[a]) < loss_of(&row[b])));
        if (row[a].rank == 0) best = a;
    }
    return best;
}

double rate_grid_run(const RateGrid *grid, Arena *arena, const ArenaRun *given, const Row *row,
                     const StudyJob *job)
{
    Row *runs = alloc_zeroed((size_t)grid->count, sizeof *runs);
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
    }
    double best = runs[rank(grid->count, runs)].rate;
    for (int64_t k = 0; k < grid->count; k++) row_write(&runs[k], job);
    free(runs);
    return best;
}
