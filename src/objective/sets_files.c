#include "objective/sets.h"

#include "base/die.h"
#include "io/files.h"
#include "objective/sets_kinds.h"

#include <stdlib.h>

int set_files(const char *set, const char *data, int room, char *paths[])
{
    Spec *spec = spec_parse(set);
    const RealKind *kind = real_kind(spec_kind(spec));
    int count = 0;
    for (int f = 0; kind && f < REAL_FILES && count < room; f++) {
        if (!kind->file[f]) continue;
        char *path = format_text("%s/%s", data, kind->file[f]);
        if (files_exist(path))
            paths[count++] = path;
        else
            free(path);
    }
    spec_free(spec);
    return count;
}
