/* A corpus of data/MANIFEST: text by name, out of the data folder. */
#include "problem/data_kinds.h"

#include "base/die.h"
#include "io/files.h"

#include <stdlib.h>

static char *file_of(const Spec *spec, const char *folder)
{
    const char *name = spec_text(spec, "name", NULL);
    if (!name) die_usage("corpus: expected a name, as in corpus:name=gcide");
    return format_text("%s/%s/%s.txt", folder, name, name);
}

static Data *open_corpus(const Spec *spec, const DataOptions *options)
{
    char *path = file_of(spec, options->folder);
    spec_done(spec);
    if (!files_exist(path))
        die("%s: is not there; data/fetch.sh %s fetches it, data/fetch.sh --list names all", path,
            spec_text(spec, "name", NULL));
    Data *data = data_text_open(path, options);
    free(path);
    return data;
}

const DataKind data_corpus = {.name = "corpus",
                              .help = "name=gcide: a corpus of data/MANIFEST",
                              .open = open_corpus,
                              .file = file_of};
