/* The advised schedule for other programs: a CSV of rates, and Python. */
#include "advise.h"

#include "base/die.h"
#include "base/named.h"
#include "io/files.h"
#include "io/table.h"

#include <inttypes.h>

/* Steps from 0: rate[s + 1] belongs to update s + 1, which is step s. */
void advise_write_csv(const char *path, const Candidates *candidates, int64_t choice)
{
    static const char heading[] = "step,rate";
    FILE *file = files_begin(path);
    fprintf(file, "%s\n", heading);
    Table *table = table_spool(file, "", heading);
    for (int64_t step = 0; step < candidates->steps; step++) {
        table_int(table, step);
        table_real(table, candidates->run[choice].rate[step + 1]);
        table_end_row(table);
    }
    table_close(table);
    files_commit(file, path);
}

typedef struct {
    const char *name, *python;
} PythonShape;

/* From 1 at x = 0 to 0 at x = 1, as in optim/schedule_decays.c. */
static const PythonShape python_shapes[] = {
    {"linear", "1.0 - x"},
    {"cosine", "0.5 * (1.0 + math.cos(math.pi * x))"},
    {"1-sqrt", "1.0 - math.sqrt(x)"},
    {"1-square", "1.0 - x * x"},
};

void advise_write_python(const char *path, const Candidates *candidates, int64_t choice)
{
    const Candidate *chosen = &candidates->candidate[choice];
    const PythonShape *shape =
        named_row("shape", chosen->shape, sizeof python_shapes / sizeof *python_shapes,
                  sizeof *python_shapes, python_shapes);
    FILE *file = files_begin(path);
    fprintf(file,
            "# %s\n"
            "# optimizer = torch.optim.AdamW(parameters, lr=%.9g)\n"
            "# scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, share_of_peak)\n"
            "# and scheduler.step() after every optimizer.step().\n"
            "import math\n\n"
            "PEAK = %.9g\n"
            "TOTAL = %" PRId64 "  # steps\n"
            "WARMUP = %" PRId64 "\n"
            "DECAY = %" PRId64 "\n"
            "FLOOR = %g  # as a share of the peak\n\n\n"
            "def share_of_peak(step):\n"
            "    \"\"\"The rate of update step + 1 as a share of PEAK; step counts from 0.\"\"\"\n"
            "    update = min(step + 1, TOTAL)\n"
            "    if update <= WARMUP:\n"
            "        return update / WARMUP\n"
            "    if update <= TOTAL - DECAY:\n"
            "        return 1.0\n"
            "    x = (update - (TOTAL - DECAY)) / DECAY\n"
            "    g = %s\n"
            "    return FLOOR * (1.0 - g) + g\n",
            chosen->text, candidates->peak, candidates->peak, candidates->steps, candidates->warmup,
            (int64_t)(chosen->decay * (double)candidates->steps + 0.5), chosen->floor,
            shape->python);
    files_commit(file, path);
}
