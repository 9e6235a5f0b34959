#include "objective/sets.h"

#include "base/die.h"
#include "io/files.h"
#include "objective/sets_kinds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static char *missing(const RealKind *kind, const char *data)
{
    for (int k = 0; k < REAL_FILES && kind->file[k]; k++) {
        char *path = format_text("%s/%s", data, kind->file[k]);
        if (!files_exist(path)) return path;
        free(path);
    }
    return NULL;
}

char *set_missing_file(const char *text, const char *data)
{
    Spec *spec = spec_parse(text);
    const RealKind *kind = real_kind(spec_kind(spec));
    spec_free(spec);
    return kind ? missing(kind, data) : NULL;
}

static Design *open_real(const RealKind *kind, const Spec *spec, const char *data)
{
    char *file = missing(kind, data);
    Design *design = file ? NULL : real_make(kind, spec, data);
    free(file);
    return design;
}

static Design *open_synthetic(const SyntheticKind *kind, const Spec *spec, Rng rng)
{
    Design *design = kind->make(spec, &rng);
    spec_done(spec);
    design_narrow(design);
    return design;
}

/* A label of the file: a number, or one of its words; NaN where the key is not given. */
static double label_of(const Dataset *dataset, const Spec *spec, const char *key)
{
    const char *text = spec_text(spec, key, "");
    for (int k = 0; k < dataset->class_count; k++)
        if (!strcmp(dataset->class_name[k], text)) return k;
    return *text ? spec_real(spec, key, NAN) : NAN;
}

static Design *open_file(const Spec *spec)
{
    const char *path = spec_text(spec, "path", "");
    if (!*path) die_usage("file: no path given, expected file:path=FILE");
    Dataset *dataset = dataset_read(path, &(DatasetFormat){0});
    DesignChoice choice = {
        .positive = label_of(dataset, spec, "positive"),
        .negative = label_of(dataset, spec, "negative"),
        .bias = spec_int(spec, "bias", 1) != 0,
        .scale_rows = true,
    };
    spec_done(spec);
    Design *design = set_from_dataset(dataset, &choice, path);
    dataset_free(dataset);
    return design;
}

static void check_name(const char *name)
{
    if (!synthetic_kind(name) && !real_kind(name) && strcmp(name, "file"))
        die_usage("there is no data set '%s', expected one of %s, %s, file", name,
                  synthetic_names(), real_names());
}

void set_check(const char *text)
{
    Spec *spec = spec_parse(text);
    check_name(spec_kind(spec));
    spec_free(spec);
}

Design *set_open(const char *text, const char *data, Rng rng)
{
    Spec *spec = spec_parse(text);
    const char *name = spec_kind(spec);
    const SyntheticKind *synthetic = synthetic_kind(name);
    const RealKind *real = real_kind(name);
    check_name(name);
    Design *design = synthetic ? open_synthetic(synthetic, spec, rng)
                     : real    ? open_real(real, spec, data)
                               : open_file(spec);
    spec_free(spec);
    return design;
}
