/* What the results depend on besides the configuration, and how they are summarised. */
#include "studies.h"

#include "base/words.h"
#include "objective/sets.h"
#include "trial/summary.h"

#include <stdlib.h>

void data_inputs(const ProgramOptions *given, ManifestInputs *inputs)
{
    const char *lists[] = {config.scaling_sets, config.run_sets,        config.threshold_sets,
                           config.scale_sets,   config.bifurcation_set, config.coexistence_set,
                           config.budget_sets,  config.transition_sets, config.separate_sets,
                           config.population,   config.real_sets,       config.large_sets,
                           config.safe_sets,    config.separable_sets,  config.inseparable_sets};
    for (size_t list = 0; list < sizeof lists / sizeof *lists; list++)
        for (int64_t k = 0; k < words_count(lists[list]); k++) {
            char *paths[4], *set = words_item(lists[list], k);
            set_check(set);
            int found = set_files(set, given->data, 4, paths);
            for (int f = 0; f < found; f++) manifest_add_input(inputs, paths[f]);
            free(set);
        }
}

void summarise(const ProgramOptions *given)
{
    static const SummaryColumns columns = {
        .groups = "study set method lambda_index size rate_index level_index",
        .carried = "lambda rate level",
        .measures = "steps gradients last_increase measured"};
    summary_write(given->out, &columns);
}
