/* What the results depend on besides the configuration, and how they are summarised. */
#include "tasks.h"

#include "base/die.h"
#include "base/words.h"
#include "trial/summary.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_FILES = 8 };

/* Takes the path. */
static int add_input(char *path, int count, int room, ManifestInput inputs[])
{
    for (int k = 0; k < count; k++)
        if (!strcmp(inputs[k].path, path)) {
            free(path);
            return count;
        }
    if (count == room) die("the tasks need more than %d files", room);
    inputs[count] = (ManifestInput){path, hash_file(path)};
    return count + 1;
}

/* Files of all tasks, so that no study has to say which it uses; one that is not there is no
 * input: its runs are absent. */
int data_inputs(const ProgramOptions *given, int room, ManifestInput inputs[])
{
    frame = given;
    int count = 0;
    for (int k = 0; k < task_count(); k++) {
        char *path[MAX_FILES];
        int found = task_files(task_at(k), MAX_FILES, path);
        for (int f = 0; f < found; f++) count = add_input(path[f], count, room, inputs);
    }
    return count;
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
