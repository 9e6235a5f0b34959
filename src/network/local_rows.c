#include "network/local_rows.h"

#include "base/die.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void rows_free(Rows *rows)
{
    free(rows->x);
    free(rows->label);
    free(rows->first);
    *rows = (Rows){0};
}

static double column_mean(const Rows *rows, int64_t j)
{
    double sum = 0.0;
    for (int64_t i = 0; i < rows->rows; i++) sum += rows->x[i * rows->cols + j];
    return sum / (double)rows->rows;
}

void rows_standardise(Rows *rows)
{
    for (int64_t j = 0; j < rows->cols; j++) {
        double mean = column_mean(rows, j), square = 0.0;
        for (int64_t i = 0; i < rows->rows; i++) {
            double off = rows->x[i * rows->cols + j] -= mean;
            square += off * off;
        }
        /* What rounding of the mean leaves of a constant column is no deviation. */
        double deviation = sqrt(square / (double)rows->rows), noise = 1e-14 * fabs(mean);
        for (int64_t i = 0; i < rows->rows; i++) {
            double *x = &rows->x[i * rows->cols + j];
            *x = deviation > noise ? *x / deviation : 0.0;
        }
    }
}

void rows_add_bias(Rows *rows)
{
    int64_t wide = rows->cols + 1;
    double *x = alloc_zeroed((size_t)(rows->rows * wide), sizeof *x);
    for (int64_t i = 0; i < rows->rows; i++) {
        memcpy(x + i * wide, rows->x + i * rows->cols, (size_t)rows->cols * sizeof *x);
        x[i * wide + rows->cols] = 1.0;
    }
    free(rows->x);
    rows->x = x;
    rows->cols = wide;
}

static void check_two_labels(const Rows *rows, const char *name, double *low, double *high)
{
    *low = *high = rows->label[0];
    for (int64_t i = 0; i < rows->rows; i++) {
        *low = fmin(*low, rows->label[i]);
        *high = fmax(*high, rows->label[i]);
    }
    if (*low == *high) die("%s: every label is %g, expected two classes", name, *low);
    for (int64_t i = 0; i < rows->rows; i++)
        if (rows->label[i] != *low && rows->label[i] != *high)
            die("%s: labels %g, %g and %g, expected two classes", name, *low, rows->label[i],
                *high);
}

static double longest_row(const Rows *rows)
{
    double longest = 0.0;
    for (int64_t i = 0; i < rows->rows; i++) {
        double square = 0.0;
        for (int64_t j = 0; j < rows->cols; j++)
            square += rows->x[i * rows->cols + j] * rows->x[i * rows->cols + j];
        longest = fmax(longest, sqrt(square));
    }
    return longest;
}

void rows_make_classes(Rows *rows, const char *name)
{
    double low, high, longest = longest_row(rows);
    check_two_labels(rows, name, &low, &high);
    if (!(longest > 0.0)) die("%s: every feature is 0, expected some to learn from", name);
    for (int64_t i = 0; i < rows->rows; i++) rows->label[i] = rows->label[i] == high ? 1.0 : -1.0;
    for (int64_t k = 0; k < rows->rows * rows->cols; k++) rows->x[k] /= longest;
}
