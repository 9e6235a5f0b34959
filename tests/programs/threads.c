/* The passes over the rows with several threads, against one thread: the same bytes.
 *
 * A program without a test framework, because the thread sanitizer can watch this one
 * and cannot watch a test runner. Prints a count and exits 1 when bytes differ. */
#include "compute/rowpass.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 4000, COLS = 60, NUMBERS = 1 + 2 * COLS + ROWS + COLS * COLS };

/* Small whole numbers: narrowing packs them into bytes; halves and tenths stop it earlier. */
static Design *make(double unit)
{
    Design *design = design_create(ROWS, COLS);
    for (int64_t i = 0; i < ROWS; i++)
        for (int64_t j = 0; j < COLS; j++)
            design_row(design, i)[j] = unit * (double)((i * 7 + j * 13) % 11);
    design_narrow(design);
    return design;
}

/* Everything that a pass can return, one after the other. */
static void pass(const Design *design, double *out)
{
    double w[COLS], c[ROWS];
    for (int j = 0; j < COLS; j++) w[j] = sin(j) / COLS;
    for (int i = 0; i < ROWS; i++) c[i] = 1.0 + cos(i);
    out[0] = rowpass_gradient(design, &rowloss_logistic, w, out + 1);
    rowpass_curvature(design, c, w, out + 1 + COLS);
    rowpass_margins(design, w, out + 1 + 2 * COLS);
    rowpass_gram(design, c, out + 1 + 2 * COLS + ROWS);
}

static int differs(double unit)
{
    static double one[NUMBERS], many[NUMBERS];
    Design *design = make(unit);
    const char *storage = design_storage_name(design->storage);
    int different = 0;
    omp_set_num_threads(1);
    pass(design, one);
    for (int threads = 2; threads <= 4; threads++) {
        omp_set_num_threads(threads);
        pass(design, many);
        if (memcmp(one, many, sizeof one)) {
            printf("%s: other bytes with %d threads\n", storage, threads);
            different++;
        }
    }
    design_free(design);
    return different;
}

int main(void)
{
    static const double units[] = {1.0, 0.5, 0.1};
    int different = 0;
    for (int k = 0; k < 3; k++) different += differs(units[k]);
    printf("threads: %d passed, %d failed\n", 9 - different, different);
    return different > 0;
}
