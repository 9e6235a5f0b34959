#include "objective/sets.h"

#include "base/die.h"
#include "io/files.h"
#include "objective/sets_kinds.h"

#include <stdlib.h>
#include <string.h>

/* Takes the path over: it is handed on where the file is there, else freed. */
static int keep_existing(char *path, int count, char *paths[])
{
    if (files_exist(path)) {
        paths[count++] = path;
        return count;
    }
    free(path);
    return count;
}

int set_files(const char *set, const char *data, int room, char *paths[])
{
    Spec *spec = spec_parse(set);
    const RealKind *kind = real_kind(spec_kind(spec));
    int count = 0;
    for (int f = 0; kind && f < REAL_FILES && kind->file[f] && count < room; f++)
        count = keep_existing(format_text("%s/%s", data, kind->file[f]), count, paths);
    if (!strcmp(spec_kind(spec), "file") && count < room)
        count = keep_existing(format_text("%s", spec_text(spec, "path", "")), count, paths);
    spec_free(spec);
    return count;
}
