/* What the results depend on besides the configuration, and how they are summarised. */
#include "public_curves.h"
#include "studies.h"

#include "base/words.h"
#include "problem/data.h"
#include "trial/summary.h"

#include <stdlib.h>

void data_inputs(const ProgramOptions *given, ManifestInputs *inputs)
{
    const char *texts[] = {config.run_data, config.curve_data};
    for (int t = 0; t < 2; t++)
        for (int64_t k = 0; k < words_count(texts[t]); k++) {
            char *data = words_item(texts[t], k);
            manifest_add_input(inputs, data_file(data, given->data));
            free(data);
        }
    for (int64_t k = 0; k < words_count(config.public_models); k++) {
        char *model = words_item(config.public_models, k);
        const PublicSet *set = public_find(model);
        for (int c = 0; c < set->count; c++)
            manifest_add_input(inputs, public_file(set, c, given->data));
        free(model);
    }
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
