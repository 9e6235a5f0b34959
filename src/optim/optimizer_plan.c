/* Runs: parameters treated alike that lie together, updated by one call; and where the state of
 * each stands in the one stretch of memory for all. */
#include "optim/direction.h"

#include "base/die.h"

#include <assert.h>

/* Of a table without memory (a dry run) the parameters lie one behind the other. */
static int64_t place_of(const Optimizer *optimizer, Matrix value, int64_t end)
{
    return value.data ? matrix_reals(value) - optimizer->table->values : optimizer_rounded(end);
}

/* The parameter's own axes, or those of its matrix. */
static Axes axes_of(const Optimizer *optimizer, const Parameter *parameter)
{
    Axes axes = parameter->axes;
    if (!optimizer->takes_axes || !axes.length[0])
        return (Axes){{parameter->value.rows, parameter->value.cols}};
    int64_t count = 1;
    for (int k = 0; k < PARAMETER_AXES && axes.length[k]; k++) count *= axes.length[k];
    assert(count == matrix_count(parameter->value));
    return axes;
}

static Run run_of(const Optimizer *optimizer, const Parameter *parameter, int64_t end)
{
    Matrix value = parameter->value;
    assert(value.stride == value.cols);
    bool apart = parameter->group == GROUP_MATRIX && optimizer->kind->matrix_step;
    bool decayed = parameter->group == GROUP_MATRIX || parameter->group == GROUP_EMBEDDING;
    return (Run){
        .first = place_of(optimizer, value, end),
        .count = matrix_count(value),
        .rows = apart ? value.rows : 0,
        .cols = apart ? value.cols : 0,
        .axes = axes_of(optimizer, parameter),
        .decay = decayed ? (real)optimizer->decay : 0,
    };
}

static void find_runs(Optimizer *optimizer)
{
    const ParameterTable *table = optimizer->table;
    optimizer->run = alloc_zeroed((size_t)table->count, sizeof *optimizer->run);
    int64_t end = 0; /* of what the runs so far cover */
    for (int k = 0; k < table->count; k++) {
        if (table->item[k].group == GROUP_STATE) continue;
        Run run = run_of(optimizer, &table->item[k], end);
        if (run.first < end) continue; /* shares memory with one before */
        Run *last = &optimizer->run[optimizer->run_count ? optimizer->run_count - 1 : 0];
        bool joins = optimizer->run_count && !optimizer->direction && !run.rows && !last->rows &&
                     last->decay == run.decay;
        end = run.first + run.count;
        if (joins)
            last->count = end - last->first; /* with the zeros between */
        else
            optimizer->run[optimizer->run_count++] = run;
    }
}

static int64_t state_of(const Optimizer *optimizer, const Run *run)
{
    if (!run->rows) return optimizer->slots * optimizer_rounded(run->count);
    return optimizer_rounded(optimizer->kind->matrix_state(optimizer, run));
}

static int64_t work_of(const Optimizer *optimizer, const Run *run)
{
    if (run->rows) return optimizer->kind->matrix_work(optimizer, run);
    return optimizer->direction ? direction_work(optimizer->direction, run->count) : 0;
}

int optimizer_squares(const Optimizer *optimizer, const Run *run)
{
    if (run->rows) return optimizer->kind->squares;
    return optimizer->direction ? optimizer->direction->squares : 0;
}

static void plan_memory(Optimizer *optimizer)
{
    optimizer->sum_count = 1;
    for (Run *run = optimizer->run; run < optimizer->run + optimizer->run_count; run++) {
        run->state = optimizer->state_size;
        optimizer->state_size += state_of(optimizer, run);
        int64_t work = work_of(optimizer, run);
        if (work > optimizer->work_size) optimizer->work_size = work;
        optimizer->sum_count += optimizer_squares(optimizer, run);
    }
    optimizer->state_size += optimizer->kind->own_state;
}

void optimizer_plan(Optimizer *optimizer)
{
    find_runs(optimizer);
    plan_memory(optimizer);
}
