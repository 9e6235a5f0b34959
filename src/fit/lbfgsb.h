/* L-BFGS-B 3.0 (Byrd, Lu, Nocedal and Zhu 1995; Morales and Nocedal 2011), the library, behind one
 * function. Its state is in its arguments, so that threads may run it side by side. */
#ifndef FIT_LBFGSB_H
#define FIT_LBFGSB_H

#include <stdint.h>

enum { LBFGSB_MAX = 9 };

/* The value at x (n numbers), and its gradient. */
typedef double Minimand(void *context, const double *x, double *gradient);

typedef struct {
    Minimand *minimand;
    void *context;
    int n;
    const double *low, *high; /* n each, ±INFINITY where there is no bound */
    double precision;         /* stop once a step lowers the value by less, relative to max(f, 1) */
    int64_t evaluations;      /* at most about that many */
} LbfgsbTask;

/* From x to a minimum, in place. Returns the evaluations made; *value is that at x. */
int64_t lbfgsb_minimise(const LbfgsbTask *task, double *x, double *value);

#endif
