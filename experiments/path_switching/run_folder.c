/* What a run is trained on, and whose checkpoints a folder holds. */
#include "run.h"

#include "base/die.h"
#include "base/hash.h"
#include "base/words.h"
#include "compute/blas.h"
#include "io/files.h"
#include "io/manifest.h"
#include "studies.h"
#include "trial/sweep.h"

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

/* The build comes first: a folder of a program that did not yet say its own is another's. */
char *run_configuration(const RunOptions *options)
{
    char *build = manifest_build(blas_init());
    char *text =
        format_text("%sdevice = %s\nmodel = %s\noptimizer = %s\nbatch = %" PRId64
                    "\nprecision = %s\nparts = %" PRId64 "\n",
                    build, options->device, options->model, options->optimizer, options->batch,
                    options->precision, options->shift ? 1 : options->versions);
    free(build);
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

static int length_of(const char *line) { return (int)strcspn(line, "\n"); }

static const char *next(const char *line)
{
    line += length_of(line);
    return line + (*line != 0);
}

/* The build's values are long, and nothing that anybody chose. */
static bool is_of_build(const char *line)
{
    static const char *const names[] = {"sources =", "compiler =", "flags =", "blas ="};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (!strncmp(line, names[k], strlen(names[k]))) return true;
    return false;
}

static void require_same(const char *folder, const char *here, const char *there)
{
    while (*here && length_of(here) == length_of(there) &&
           !strncmp(here, there, (size_t)length_of(here)))
        here = next(here), there = next(there);
    if (is_of_build(here))
        die_usage("%s: holds the run of another build of this program (%.*s differ): its last bits "
                  "would be others; choose another --folder",
                  folder, (int)strcspn(here, " "), here);
    if (*here || *there)
        die_usage("%s: holds another run ('%.*s' there, '%.*s' here): choose another --folder",
                  folder, length_of(there), there, length_of(here), here);
}

void run_claim_folder(const char *folder, const char *configuration)
{
    files_make_directory(folder);
    sweep_lock(folder, false);
    char *path = format_text("%s/configuration.txt", folder);
    if (files_exist(path)) {
        char *there = files_read(path, NULL);
        require_same(folder, configuration, there);
        free(there);
    }
    files_replace(path, strlen(configuration), configuration);
    free(path);
}
