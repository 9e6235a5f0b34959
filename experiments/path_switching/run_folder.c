/* What a run is trained on, and whose checkpoints a folder holds. */
#include "run.h"

#include "base/die.h"
#include "base/hash.h"
#include "base/words.h"
#include "io/files.h"
#include "studies.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

World run_open(const RunOptions *options, uint64_t seed)
{
    static ProgramOptions place;
    place = (ProgramOptions){
        .data = options->data_folder, .device = options->device, .precision = options->precision};
    frame = &place;
    WorldSetting setting = {.texts = options->data,
                            .model = options->model,
                            .versions = (int)options->versions,
                            .shifts = options->shift,
                            .batch = options->batch,
                            .seed = seed};
    return world_open(&setting);
}

char *run_configuration(const RunOptions *options)
{
    char *text = format_text("model = %s\noptimizer = %s\nbatch = %" PRId64 "\nprecision = %s\n"
                             "parts = %" PRId64 "\n",
                             options->model, options->optimizer, options->batch, options->precision,
                             options->shift ? 1 : options->versions);
    for (int64_t k = 0; k < words_count(options->data); k++) {
        char *name = words_item(options->data, k), *file = data_file(name, options->data_folder);
        char *before = text;
        text = format_text("%stext = %s\n", before, file ? hash_file(file).hex : name);
        free(before);
        free(file);
        free(name);
    }
    return text;
}

/* The first line of `here` that is another in `there`; NULL: none. The caller frees. */
static char *line_apart(const char *here, const char *there)
{
    while (*here) {
        size_t length = strcspn(here, "\n"), other = strcspn(there, "\n");
        if (length != other || strncmp(here, there, length))
            return format_text("'%.*s' there, '%.*s' here", (int)other, there, (int)length, here);
        here += length + (here[length] != 0);
        there += other + (there[other] != 0);
    }
    return *there ? format_text("'%.*s' there, nothing here", (int)strcspn(there, "\n"), there)
                  : NULL;
}

void run_claim_folder(const RunOptions *options)
{
    files_make_directory(options->folder);
    char *path = format_text("%s/configuration.txt", options->folder);
    char *here = run_configuration(options);
    if (files_exist(path)) {
        char *there = files_read(path, NULL), *apart = line_apart(here, there);
        if (apart)
            die_usage("%s: holds another run (%s): choose another --folder", options->folder,
                      apart);
        free(there);
    }
    files_replace(path, strlen(here), here);
    free(here);
    free(path);
}
