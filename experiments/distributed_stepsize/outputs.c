/* What the results depend on besides the configuration, and how they are summarised. */
#include "studies.h"

#include "base/die.h"
#include "base/spec.h"
#include "base/words.h"
#include "io/files.h"
#include "objective/sets.h"
#include "trial/summary.h"

#include <stdlib.h>

int problem_files(const char *problem, int room, char *path[])
{
    Spec *spec = spec_parse(problem);
    int count = 0;
    if (spec_has(spec, "data")) {
        char *set = format_text("%s", spec_text(spec, "data", ""));
        for (char *c = set; *c; c++)
            if (*c == ';') *c = ',';
        count = set_files(set, frame->data, room, path);
        free(set);
    }
    spec_free(spec);
    return count;
}

enum { MAX_FILES = 8 };

bool problem_is_absent(const char *problem)
{
    char *path[MAX_FILES];
    int count = problem_files(problem, MAX_FILES, path);
    bool absent = false;
    for (int f = 0; f < count; f++) {
        absent = absent || !files_exist(path[f]);
        free(path[f]);
    }
    return absent;
}

void data_inputs(const ProgramOptions *given, ManifestInputs *inputs)
{
    frame = given;
    for (int64_t k = 0; k < words_count(config.real_problems); k++) {
        char *problem = words_item(config.real_problems, k), *path[MAX_FILES];
        int found = problem_files(problem, MAX_FILES, path);
        for (int f = 0; f < found; f++) manifest_add_input(inputs, path[f]);
        free(problem);
    }
}

void summarise(const ProgramOptions *given)
{
    static const SummaryColumns columns = {
        .groups = "study network nodes problem method fault level_index safety filter",
        .carried = "level",
        .measures = "steps rounds messages bytes error gap disagreement rate_mean local_least "
                    "local_largest failed diverged measured predicted imbalance"};
    summary_write(given->out, &columns);
}
