#include "problem/data.h"

#include "base/die.h"
#include "base/named.h"
#include "io/files.h"
#include "problem/data_kinds.h"

#include <stdlib.h>
#include <string.h>

static const DataKind *const kinds[] = {&data_text,    &data_corpus,  &data_markov,
                                        &data_mixture, &data_fashion, &data_digits,
                                        &data_idx,     &data_cifar,   &data_png};
enum { KINDS = sizeof kinds / sizeof *kinds };

int data_kind_count(void) { return KINDS; }
const char *data_kind_name(int kind) { return kinds[kind]->name; }
const char *data_kind_help(int kind) { return kinds[kind]->help; }

static const DataKind *kind_called(const char *name)
{
    DataKind row[KINDS];
    for (int k = 0; k < KINDS; k++) row[k] = *kinds[k];
    const DataKind *found =
        named_row("there is no such file, and the kind of data", name, KINDS, sizeof *row, row);
    return kinds[found - row];
}

static bool is_kind(const char *text)
{
    size_t length = strcspn(text, ":");
    for (int k = 0; k < KINDS; k++)
        if (strlen(kinds[k]->name) == length && !strncmp(kinds[k]->name, text, length)) return true;
    return false;
}

/* A path alone. A wrong name without a '/' is more likely a kind misspelt. */
static bool is_path(const char *text)
{
    return !is_kind(text) && (files_exist(text) || strchr(text, '/'));
}

static Data *open_kind(const char *text, const DataOptions *options)
{
    Spec *spec = spec_parse(text);
    Data *data = kind_called(spec_kind(spec))->open(spec, options);
    spec_free(spec);
    return data;
}

Data *data_open(const char *spec, const DataOptions *options)
{
    Data *data = is_path(spec) ? data_text_open(spec, options) : open_kind(spec, options);
    data->name = format_text("%s", spec);
    return data;
}

Data *data_part(const Data *data, int64_t shard)
{
    if (!data->part) return NULL;
    Data *part = data->part(data, shard);
    part->name = format_text("%s", data->name);
    return part;
}

char *data_file(const char *text, const char *folder)
{
    if (is_path(text)) return format_text("%s", text);
    Spec *spec = spec_parse(text);
    const DataKind *kind = kind_called(spec_kind(spec));
    char *file = kind->file ? kind->file(spec, folder) : NULL;
    spec_free(spec);
    return file;
}

void data_free(Data *data)
{
    if (!data) return;
    free(data->name);
    data->free(data);
}

int64_t data_batches(const Data *data, Split split, int64_t batch)
{
    int64_t one = batch * (data->is_text ? data->context : 1);
    return (data->count[split] + one - 1) / one;
}

uint64_t data_hash(size_t size, const void *bytes)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < size; i++) hash = (hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3u;
    /* The lowest bits of FNV see the lowest bits of the bytes only: mixed as in MurmurHash3. */
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
    return hash ^ hash >> 33;
}

Rng data_row_stream(uint64_t seed, int64_t step, int64_t row)
{
    Rng rng = rng_stream(seed, (uint32_t)step, RNG_BATCH);
    rng.index = ((uint64_t)row + 1) << 32;
    return rng;
}
