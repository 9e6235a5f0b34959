#include "segments.h"

#include "base/die.h"
#include "studies.h"

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { FEW_UPDATES = 2000, OPEN_AT_ONCE = 8 };

char *segments_folder(const StudyJob *job, int64_t updates)
{
    if (updates < FEW_UPDATES) return NULL;
    return format_text("%s/.segments/%.16s-%" PRId64, frame->out, run_key, job->trial);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info, (void)kind, (void)place;
    return remove(path);
}

/* What cannot be removed is in nobody's way. */
void segments_remove(const char *folder)
{
    if (folder) nftw(folder, remove_one, OPEN_AT_ONCE, FTW_DEPTH | FTW_PHYS);
}

void segments_remove_all(const char *out)
{
    char *folder = format_text("%s/.segments", out);
    segments_remove(folder);
    free(folder);
}
