#include "objective/sets_dataset.h"

#include "base/die.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAMED = 6 }; /* labels listed in a message, at most */

/* Which rows are taken, with what sign. */
typedef struct {
    const Dataset *dataset;
    int64_t count, positives;
    int64_t *row; /* count */
    double *sign; /* count */
    double bias;  /* 0: no constant column */
} Chosen;

static int collect_labels(const Dataset *dataset, double *label)
{
    int count = 0;
    for (int64_t i = 0; i < dataset->rows && count <= NAMED; i++) {
        int k = 0;
        while (k < count && label[k] != dataset->label[i]) k++;
        if (k == count) label[count++] = dataset->label[i];
    }
    return count;
}

/* Ends the program: these labels do not make two classes. */
static _Noreturn void refuse_labels(const Dataset *dataset, const DesignChoice *choice,
                                    const char *name)
{
    double label[NAMED + 1];
    int count = collect_labels(dataset, label), shown = count < NAMED ? count : NAMED;
    char text[32 * NAMED] = "";
    for (int k = 0, at = 0; k < shown; k++)
        at += snprintf(text + at, sizeof text - (size_t)at, "%s%g", k ? ", " : "", label[k]);
    const char *more = count > NAMED ? ", …" : "";
    if (count == 1) die("%s: every label is %s, expected two classes", name, text);
    if (isnan(choice->positive))
        die("%s: the labels are %s%s, expected two classes, one of them above 0: choose the "
            "positive label",
            name, text, more);
    die("%s: the positive label %g and its opposite leave fewer than two classes of the labels "
        "%s%s",
        name, choice->positive, text, more);
}

static double sign_of(const DesignChoice *choice, double label)
{
    bool positive = isnan(choice->positive) ? label > 0.0 : label == choice->positive;
    if (positive) return 1.0;
    return isnan(choice->negative) || label == choice->negative ? -1.0 : 0.0;
}

static Chosen choose(const Dataset *dataset, const DesignChoice *choice, const char *name)
{
    Chosen chosen = {.dataset = dataset};
    chosen.row = alloc_zeroed((size_t)dataset->rows, sizeof *chosen.row);
    chosen.sign = alloc_zeroed((size_t)dataset->rows, sizeof *chosen.sign);
    for (int64_t i = 0; i < dataset->rows; i++) {
        double sign = sign_of(choice, dataset->label[i]);
        if (sign == 0.0) continue;
        chosen.positives += sign > 0.0;
        chosen.row[chosen.count] = i;
        chosen.sign[chosen.count++] = sign;
    }
    double label[NAMED + 1];
    bool vague = isnan(choice->positive) && isnan(choice->negative);
    bool many = vague && collect_labels(dataset, label) > 2;
    if (many || chosen.positives == 0 || chosen.positives == chosen.count)
        refuse_labels(dataset, choice, name);
    return chosen;
}

static double largest_feature(const Chosen *chosen)
{
    const Dataset *set = chosen->dataset;
    double largest = 0.0;
    for (int64_t k = 0; k < chosen->count; k++) {
        int64_t i = chosen->row[k];
        int64_t first = set->row_start ? set->row_start[i] : i * set->cols;
        int64_t last = set->row_start ? set->row_start[i + 1] : first + set->cols;
        for (int64_t at = first; at < last; at++) {
            double value = set->row_start ? set->value[at]
                           : set->bytes   ? (double)set->bytes[at]
                                          : set->dense[at];
            largest = fmax(largest, fabs(value));
        }
    }
    return largest;
}

static Design *from_bytes(const Chosen *chosen)
{
    int64_t cols = chosen->dataset->cols;
    Design *design = design_create_bytes(chosen->count, cols + (chosen->bias > 0.0));
    for (int64_t k = 0; k < chosen->count; k++) {
        uint8_t *row = design_row_bytes(design, k);
        const uint8_t *from = chosen->dataset->bytes + chosen->row[k] * cols;
        for (int64_t j = 0; j < cols; j++) row[j] = from[j];
        if (chosen->bias > 0.0) row[cols] = (uint8_t)chosen->bias;
    }
    return design;
}

static Design *from_dense(const Chosen *chosen)
{
    int64_t cols = chosen->dataset->cols;
    Design *design = design_create(chosen->count, cols + (chosen->bias > 0.0));
    for (int64_t k = 0; k < chosen->count; k++) {
        double *row = design_row(design, k);
        const double *from = chosen->dataset->dense + chosen->row[k] * cols;
        for (int64_t j = 0; j < cols; j++) row[j] = from[j];
        if (chosen->bias > 0.0) row[cols] = chosen->bias;
    }
    design_narrow(design);
    return design;
}

static Design *from_sparse(const Chosen *chosen)
{
    const Dataset *set = chosen->dataset;
    int64_t stored = 0, bias = chosen->bias > 0.0;
    for (int64_t k = 0; k < chosen->count; k++) {
        int64_t i = chosen->row[k];
        stored += set->row_start[i + 1] - set->row_start[i] + bias;
    }
    Design *design = design_create_sparse(chosen->count, set->cols + bias, stored);
    double *value = design->features;
    int64_t at = 0;
    for (int64_t k = 0; k < chosen->count; k++) {
        int64_t i = chosen->row[k];
        for (int64_t from = set->row_start[i]; from < set->row_start[i + 1]; from++, at++) {
            design->column[at] = set->column[from];
            value[at] = set->value[from];
        }
        if (bias) {
            design->column[at] = (int32_t)set->cols;
            value[at++] = chosen->bias;
        }
        design->row_start[k + 1] = at;
    }
    return design;
}

Design *dataset_design(const Dataset *dataset, const DesignChoice *choice, double bias_value,
                       const char *name)
{
    Chosen chosen = choose(dataset, choice, name);
    double largest = largest_feature(&chosen);
    if (!(largest > 0.0)) die("%s: every feature is 0, expected some to learn from", name);
    if (choice->bias) chosen.bias = bias_value > 0.0 ? bias_value : largest;

    Design *design = dataset->row_start ? from_sparse(&chosen)
                     : dataset->bytes   ? from_bytes(&chosen)
                                        : from_dense(&chosen);
    for (int64_t k = 0; k < chosen.count; k++) design->factor[k] = chosen.sign[k];
    if (choice->scale_rows) design_scale_rows(design, 1.0);
    free(chosen.row);
    free(chosen.sign);
    return design;
}

/* Over all rows of the file; sparse columns are rarely constant and are not looked at. */
static void warn_of_constant_columns(const Dataset *set, const char *name)
{
    int64_t constant = 0;
    for (int64_t j = 0; set->dense && j < set->cols; j++) {
        int64_t i = 1;
        while (i < set->rows && set->dense[i * set->cols + j] == set->dense[j]) i++;
        constant += i == set->rows;
    }
    if (constant)
        warn("%s: %lld of %lld columns are constant", name, (long long)constant,
             (long long)set->cols);
}

Design *set_from_dataset(const Dataset *dataset, const DesignChoice *choice, const char *name)
{
    warn_of_constant_columns(dataset, name);
    return dataset_design(dataset, choice, 0.0, name);
}
