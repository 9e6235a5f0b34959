/* The kind of data "mixture": texts by path. */
#include "base/die.h"
#include "base/number.h"
#include "problem/data_kinds.h"
#include "problem/data_mixture.h"

#include <stdlib.h>
#include <string.h>

static int split_list(char *list, char ***parts)
{
    int count = 0;
    for (char *rest = list; rest;) {
        *parts = alloc_resized(*parts, (size_t)count + 1, sizeof **parts);
        (*parts)[count++] = strsep(&rest, "+");
    }
    return count;
}

static double *shares_of(const char *text, int count)
{
    char *copy = format_text("%s", text), **part = NULL;
    double *share = alloc_zeroed((size_t)count, sizeof *share), sum = 0.0;
    bool fits = split_list(copy, &part) == count;
    for (int k = 0; k < count && fits; k++) {
        fits = number_real(part[k], &share[k]) && share[k] >= 0.0 && share[k] <= 1e30;
        sum += share[k];
    }
    if (!fits || !(sum > 0.0))
        die_usage("mixture: shares: expected %d numbers joined with '+', not all 0, found '%s'",
                  count, text);
    free(copy);
    free(part);
    return share;
}

static double *even_shares(int count)
{
    double *share = alloc_zeroed((size_t)count, sizeof *share);
    for (int k = 0; k < count; k++) share[k] = 1.0;
    return share;
}

static Data *open_mixture(const Spec *spec, const DataOptions *options)
{
    const char *files = spec_text(spec, "files", NULL), *shares = spec_text(spec, "shares", NULL);
    spec_done(spec);
    if (!files) die_usage("mixture: expected texts, as in mixture:files=a.txt+b.txt,shares=3+1");
    char *copy = format_text("%s", files), **path = NULL;
    int count = split_list(copy, &path);
    double *share = shares ? shares_of(shares, count) : even_shares(count);
    Data **source = alloc_zeroed((size_t)count, sizeof *source);
    int kept = 0;
    for (int k = 0; k < count; k++) {
        if (share[k] == 0.0) continue;
        share[kept] = share[k];
        source[kept++] = data_text_open(path[k], options);
    }
    Data *data = data_mixture_of(kept, source, share);
    free(data->name);
    data_mixture_own(data);
    free(copy), free(path), free(share), free(source);
    return data;
}

const DataKind data_mixture = {
    .name = "mixture",
    .help = "files=a.txt+b.txt,shares=3+1 (all alike): windows of several texts, each row of a "
            "batch from one of them",
    .open = open_mixture};
