#include "objective/sets_kinds.h"

#include "base/die.h"
#include "io/files.h"
#include "objective/sets_dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const RealKind kinds[] = {
    {.name = "digits", .file = {"digits/digits.csv.gz"}, .positive = "0", .negative = "rest"},
    {.name = "iris",
     .file = {"iris/iris.csv"},
     .skip_lines = 1,
     .classes = {"setosa", "versicolor", "virginica"},
     .positive = "setosa",
     .negative = "rest",
     .standardise = true},
    {.name = "wine",
     .file = {"wine/wine_data.csv"},
     .skip_lines = 1,
     .positive = "0",
     .negative = "rest",
     .standardise = true},
    {.name = "breast",
     .file = {"breast/breast_cancer.csv"},
     .skip_lines = 1,
     .classes = {"malignant", "benign"},
     .positive = "benign",
     .negative = "rest",
     .standardise = true},
    {.name = "fashion",
     .file = {"fashion/train-images-idx3-ubyte.gz", "fashion/train-labels-idx1-ubyte.gz"},
     .positive = "1",
     .negative = "9"},
};

const RealKind *real_kind(const char *name)
{
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (!strcmp(kinds[k].name, name)) return &kinds[k];
    return NULL;
}

const char *real_names(void) { return "digits, iris, wine, breast, fashion"; }

/* A class by name or number; "rest": NaN. */
static double label_of(const RealKind *kind, const char *text)
{
    if (!strcmp(text, "rest")) return NAN;
    for (int k = 0; k < REAL_CLASSES && kind->classes[k]; k++)
        if (!strcmp(kind->classes[k], text)) return k;
    char *end;
    double label = strtod(text, &end);
    if (end == text || *end) die_usage("%s: there is no class '%s'", kind->name, text);
    return label;
}

/* Columns to mean 0 and standard deviation 1 (of the population); constant ones to 0. */
static void standardise(Dataset *set)
{
    for (int64_t j = 0; j < set->cols; j++) {
        double mean = 0.0, square = 0.0;
        for (int64_t i = 0; i < set->rows; i++) mean += set->dense[i * set->cols + j];
        mean /= (double)set->rows;
        for (int64_t i = 0; i < set->rows; i++) {
            double off = set->dense[i * set->cols + j] -= mean;
            square += off * off;
        }
        double deviation = sqrt(square / (double)set->rows);
        for (int64_t i = 0; i < set->rows && deviation > 0.0; i++)
            set->dense[i * set->cols + j] /= deviation;
    }
}

static Dataset *read_files(const RealKind *kind, const char *data)
{
    char *path[REAL_FILES] = {NULL};
    for (int k = 0; k < REAL_FILES && kind->file[k]; k++)
        path[k] = format_text("%s/%s", data, kind->file[k]);
    DatasetFormat format = {.format = "csv", .skip_lines = kind->skip_lines};
    Dataset *set = path[1] ? dataset_read_idx(path[0], path[1]) : dataset_read(path[0], &format);
    for (int k = 0; k < REAL_FILES; k++) free(path[k]);
    return set;
}

Design *real_make(const RealKind *kind, const Spec *spec, const char *data)
{
    DesignChoice choice = {
        .positive = label_of(kind, spec_text(spec, "positive", kind->positive)),
        .negative = label_of(kind, spec_text(spec, "negative", kind->negative)),
        .bias = true,
        .scale_rows = true,
    };
    spec_done(spec);
    Dataset *set = read_files(kind, data);
    if (kind->standardise) standardise(set);
    Design *design = dataset_design(set, &choice, kind->standardise ? 1.0 : 0.0, kind->name);
    dataset_free(set);
    return design;
}
