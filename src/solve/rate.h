/* Constant step sizes that theory names, each a row of a table: a pure function
 * of what is known about the problem. */
#ifndef SOLVE_RATE_H
#define SOLVE_RATE_H

/* What a rule may use; NaN where unknown. */
typedef struct {
    double smooth;   /* L: upper bound of the curvature */
    double strong;   /* mu: lower bound of the curvature */
    double lambda;   /* weight of |w|²/2 */
    double gamma;    /* margin of the data */
    double critical; /* 2 / largest curvature at the minimiser */
    double samples;  /* n */
    double budget;   /* T: steps that will be made */
} RateFacts;

typedef struct {
    const char *name;  /* as written in results, such as "inverse_smooth" */
    const char *title; /* for figures, such as "1/L" */
    const char *source;
    double (*rate)(const RateFacts *facts);
} RateRule;

/* Exit 2 with the list of names on an unknown one. */
const RateRule *rate_rule(const char *name);

/* The step we recommend for gradient descent on a data set: half the critical step, and below
 * 1/lambda, above which a large two-point cycle can coexist with a stable minimiser. */
double rate_recommended(const RateFacts *facts);

#endif
