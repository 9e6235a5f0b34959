/* What the results depend on besides the configuration, and how they are summarised. */
#include "studies.h"

#include "base/die.h"
#include "base/words.h"
#include "io/files.h"
#include "problem/data.h"
#include "trial/summary.h"

#include <stdlib.h>

int data_inputs(const ProgramOptions *given, int room, ManifestInput inputs[])
{
    int count = 0;
    for (int64_t k = 0; k < words_count(config.run_data); k++) {
        char *data = words_item(config.run_data, k), *file = data_file(data, given->data);
        free(data);
        if (!file || !files_exist(file)) continue;
        if (count == room) die("the data sets need more than %d files", room);
        inputs[count++] = (ManifestInput){file, hash_file(file)};
    }
    return count;
}

void summarise(const ProgramOptions *given)
{
    static const SummaryColumns columns = {
        .groups = "study data schedule_index schedule steps",
        .carried = "rate parameters tokens optimum",
        .measures = "start_loss train_loss validation_loss validation_accuracy"};
    summary_write(given->out, &columns);
}
