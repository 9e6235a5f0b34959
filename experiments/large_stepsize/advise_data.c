/* The user's file: which of its labels are the two classes, and the design they make. */
#include "advise.h"

#include "base/die.h"
#include "base/number.h"
#include "io/dataset.h"
#include "objective/sets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LISTED = 8 };

/* The first labels in order of appearance. */
typedef struct {
    int count; /* LISTED + 1: there are more */
    double label[LISTED + 1];
} Labels;

static Labels find_labels(const Dataset *dataset)
{
    Labels labels = {0};
    for (int64_t i = 0; i < dataset->rows && labels.count <= LISTED; i++) {
        int k = 0;
        while (k < labels.count && labels.label[k] != dataset->label[i]) k++;
        if (k == labels.count) labels.label[labels.count++] = dataset->label[i];
    }
    return labels;
}

/* As the file has it; the caller frees. */
static char *name_of(const Dataset *dataset, double label)
{
    if (isnan(label)) return format_text("rest");
    return dataset->class_count ? format_text("%s", dataset->class_name[(int)label])
                                : format_text("%.15g", label);
}

static char *list_labels(const Dataset *dataset, const Labels *labels)
{
    char *list = format_text("%s", "");
    for (int k = 0; k < labels->count && k < LISTED; k++) {
        char *name = name_of(dataset, labels->label[k]);
        char *longer = format_text("%s%s%s", list, k ? ", " : "", name);
        free(name);
        free(list);
        list = longer;
    }
    if (labels->count <= LISTED) return list;
    char *longer = format_text("%s, …", list);
    free(list);
    return longer;
}

/* The label that an option names. NaN when the option is not given. */
static double label_given(const Dataset *dataset, const Labels *labels, const char *option,
                          const char *text, const char *path)
{
    double label = NAN;
    if (!text) return label;
    for (int k = 0; k < dataset->class_count; k++)
        if (strcmp(dataset->class_name[k], text) == 0) return k;
    bool known = !dataset->class_count && number_real(text, &label);
    bool listed = labels->count > LISTED;
    for (int k = 0; k < labels->count; k++) listed = listed || labels->label[k] == label;
    if (!known || !listed)
        die("%s: --%s %s: there is no such label; the labels are %s", path, option, text,
            list_labels(dataset, labels));
    return label;
}

/* Of two labels the larger one is positive, unless chosen; of more one has to be chosen. */
static DesignChoice choose(const Dataset *dataset, const AdviseOptions *options)
{
    Labels labels = find_labels(dataset);
    DesignChoice choice = {
        .positive = label_given(dataset, &labels, "positive", options->positive, options->data),
        .negative = label_given(dataset, &labels, "negative", options->negative, options->data),
        .bias = !options->no_bias,
        .scale_rows = true,
    };
    if (labels.count < 2)
        die("%s: every label is %s; expected two classes", options->data,
            list_labels(dataset, &labels));
    if (isnan(choice.positive) && labels.count > 2)
        die("%s: the labels are %s; expected two classes, or --positive LABEL to choose one",
            options->data, list_labels(dataset, &labels));
    if (isnan(choice.positive)) {
        int larger = labels.label[1] > labels.label[0];
        bool taken = labels.label[larger] == choice.negative;
        choice.positive = labels.label[taken ? !larger : larger];
    }
    if (labels.count == 2) choice.negative = labels.label[labels.label[0] == choice.positive];
    if (choice.positive == choice.negative)
        die("%s: --positive and --negative name the same label", options->data);
    return choice;
}

/* Dense columns are looked at where the design is made. */
static void warn_of_empty_columns(const Dataset *dataset, const char *path)
{
    if (!dataset->row_start) return;
    bool *used = alloc_zeroed((size_t)dataset->cols, sizeof *used);
    int64_t empty = dataset->cols;
    for (int64_t k = 0; k < dataset->row_start[dataset->rows]; k++) {
        empty -= !used[dataset->column[k]];
        used[dataset->column[k]] = true;
    }
    free(used);
    if (empty)
        warn("%s: %lld of %lld columns are 0 in every row", path, (long long)empty,
             (long long)dataset->cols);
}

static double bias_of(const Design *design)
{
    double *row = alloc_zeroed((size_t)design->cols, sizeof *row);
    design_get_row(design, 0, row);
    double bias = row[design->cols - 1] / design->factor[0];
    free(row);
    return bias;
}

AdviseData advise_read(const AdviseOptions *options)
{
    DatasetFormat format = {options->format, options->label_column, options->skip_lines};
    Dataset *dataset = dataset_read(options->data, &format);
    DesignChoice choice = choose(dataset, options);
    warn_of_empty_columns(dataset, options->data);
    AdviseData data = {.features = dataset->cols,
                       .positive = name_of(dataset, choice.positive),
                       .negative = name_of(dataset, choice.negative)};
    data.design = set_from_dataset(dataset, &choice, options->data);
    dataset_free(dataset);
    for (int64_t i = 0; i < data.design->rows; i++) data.positives += data.design->factor[i] > 0.0;
    if (choice.bias) data.bias = bias_of(data.design);
    return data;
}

void advise_forget(AdviseData *data)
{
    free(data->positive);
    free(data->negative);
}
