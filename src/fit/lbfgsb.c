#include "fit/lbfgsb.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { PAIRS = 8, WORDS = 60 };
enum { WORK = 2 * PAIRS * LBFGSB_MAX + 5 * LBFGSB_MAX + 11 * PAIRS * PAIRS + 8 * PAIRS };

/* The routine of the Fortran library; the two last are the lengths of its character arguments. */
void setulb_(const int *n, const int *m, double *x, const double *low, const double *high,
             const int *bounded, double *f, double *g, const double *factor,
             const double *tolerance, double *work, int *integers, char *task, const int *print,
             char *text, int *logicals, int *state, double *numbers, size_t task_length,
             size_t text_length);

/* The library asks for CPU time around each of its phases and prints it; here nobody reads it, and
 * the clock would take longer than the phases. */
void timer_(double *seconds);
void timer_(double *seconds) { *seconds = 0.0; }

/* One of its prints ("ascent direction in projection") heeds no switch and would end up in the
 * middle of our output, so that here Fortran's run-time writes nothing. */
// NOLINTBEGIN(bugprone-reserved-identifier)
void _gfortran_st_write(void *unit);
void _gfortran_st_write_done(void *unit);
void _gfortran_transfer_character_write(void *unit, void *item, size_t length);
void _gfortran_transfer_integer_write(void *unit, void *item, int kind);
void _gfortran_transfer_real_write(void *unit, void *item, int kind);
void _gfortran_transfer_array_write(void *unit, void *item, int kind, size_t length);
void _gfortran_st_write(void *unit) { (void)unit; }
void _gfortran_st_write_done(void *unit) { (void)unit; }
void _gfortran_transfer_character_write(void *unit, void *item, size_t length)
{
    (void)unit, (void)item, (void)length;
}
void _gfortran_transfer_integer_write(void *unit, void *item, int kind)
{
    (void)unit, (void)item, (void)kind;
}
void _gfortran_transfer_real_write(void *unit, void *item, int kind)
{
    (void)unit, (void)item, (void)kind;
}
void _gfortran_transfer_array_write(void *unit, void *item, int kind, size_t length)
{
    (void)unit, (void)item, (void)kind, (void)length;
}
// NOLINTEND(bugprone-reserved-identifier)

/* Kinds of bounds as the library numbers them. */
static int bound_kind(double low, double high)
{
    if (isfinite(low)) return isfinite(high) ? 2 : 1;
    return isfinite(high) ? 3 : 0;
}

int64_t lbfgsb_minimise(const LbfgsbTask *task, double *x, double *value)
{
    const int n = task->n, pairs = PAIRS, silent = -1;
    const double factor = task->precision / DBL_EPSILON, tolerance = 1e-14;
    int bounded[LBFGSB_MAX], integers[3 * LBFGSB_MAX], logicals[4] = {0}, state[44] = {0};
    double gradient[LBFGSB_MAX] = {0}, work[WORK], numbers[29] = {0}, f = 0.0;
    char doing[WORDS], text[WORDS];
    assert(n > 0 && n <= LBFGSB_MAX);
    for (int i = 0; i < n; i++) bounded[i] = bound_kind(task->low[i], task->high[i]);
    memset(text, ' ', sizeof text);
    memset(doing, ' ', sizeof doing);
    memcpy(doing, "START", 5);
    int64_t made = 0;
    for (;;) {
        setulb_(&n, &pairs, x, task->low, task->high, bounded, &f, gradient, &factor, &tolerance,
                work, integers, doing, &silent, text, logicals, state, numbers, WORDS, WORDS);
        bool evaluate = strncmp(doing, "FG", 2) == 0, step = strncmp(doing, "NEW_X", 5) == 0;
        if (!evaluate && !(step && made < task->evaluations)) break;
        if (evaluate) f = task->minimand(task->context, x, gradient), made++;
    }
    *value = f;
    return made;
}
