#include "base/die.h"
#include "io/files.h"
#include "problem/data_kinds.h"

#include <string.h>

static char *text_file(const Spec *spec, const char *folder)
{
    (void)folder;
    const char *path = spec_text(spec, "file", NULL);
    return path ? format_text("%s", path) : NULL;
}

static const struct {
    const char *prefix;
    char *(*file)(const Spec *spec, const char *folder);
} rows[] = {{"text:", text_file}, {"corpus:", data_corpus_file}};

char *data_file(const char *text, const char *folder)
{
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        if (strncmp(text, rows[k].prefix, strlen(rows[k].prefix))) continue;
        Spec *spec = spec_parse(text);
        char *file = rows[k].file(spec, folder);
        spec_free(spec);
        return file;
    }
    return files_exist(text) || strchr(text, '/') ? format_text("%s", text) : NULL;
}
