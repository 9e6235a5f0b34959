/* What the results depend on besides the configuration, and how they are summarised. */
#include "public_curves.h"
#include "studies.h"

#include "base/die.h"
#include "base/words.h"
#include "io/files.h"
#include "problem/data.h"
#include "trial/summary.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int count, room;
    ManifestInput *input;
} Inputs;

/* Takes the path. A file that is not there is no input: its runs are absent. */
static void add_input(Inputs *inputs, char *path)
{
    bool known = !path || !files_exist(path);
    for (int k = 0; k < inputs->count && !known; k++) known = !strcmp(inputs->input[k].path, path);
    if (known) {
        free(path);
        return;
    }
    if (inputs->count == inputs->room) die("the data sets need more than %d files", inputs->room);
    inputs->input[inputs->count++] = (ManifestInput){path, hash_file(path)};
}

int data_inputs(const ProgramOptions *given, int room, ManifestInput input[])
{
    const char *texts[] = {config.run_data, config.curve_data};
    Inputs inputs = {0, room, input};
    for (int t = 0; t < 2; t++)
        for (int64_t k = 0; k < words_count(texts[t]); k++) {
            char *data = words_item(texts[t], k);
            add_input(&inputs, data_file(data, given->data));
            free(data);
        }
    for (int64_t k = 0; k < words_count(config.public_models); k++) {
        char *model = words_item(config.public_models, k);
        const PublicSet *set = public_find(model);
        for (int c = 0; c < set->count; c++) add_input(&inputs, public_file(set, c, given->data));
        free(model);
    }
    return inputs.count;
}

void summarise(const ProgramOptions *given)
{
    static const SummaryColumns columns = {
        .groups = "study question data schedule_index schedule law fitted level_index steps",
        .carried = "rate level free parameters tokens optimum",
        .measures =
            "start_loss train_loss validation_loss validation_accuracy measured predicted inside "
            "objective "
            "lambda r2 mae relative worst"};
    summary_write(given->out, &columns);
}
