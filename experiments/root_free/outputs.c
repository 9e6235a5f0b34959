/* What the results depend on besides the configuration, and how they are summarised. */
#include "tasks.h"

#include "trial/summary.h"

enum { MAX_FILES = 8 };

/* Files of all tasks, so that no study has to say which it uses. */
void data_inputs(const ProgramOptions *given, ManifestInputs *inputs)
{
    frame = given;
    for (int k = 0; k < task_count(); k++) {
        char *path[MAX_FILES];
        int found = task_files(task_at(k), MAX_FILES, path);
        for (int f = 0; f < found; f++) manifest_add_input(inputs, path[f]);
    }
}

void summarise(const ProgramOptions *given)
{
    static const SummaryColumns columns = {
        .groups = "study task schedule method setting role batch power level_index",
        .carried = "level",
        .measures = "train_loss validation_loss validation_error test_loss test_error "
                    "curvature_low curvature_median curvature_high curvature_moved measured "
                    "predicted",
        .statistics = "best q25 median q75 worst mean deviation low high"};
    summary_write(given->out, &columns);
}
