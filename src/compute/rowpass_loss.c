#include "compute/rowpass.h"
#include "compute/rules64.h"

#include <stddef.h>

static double logistic_loss(double z) { return rule_logistic_loss(z); }
static double logistic_slope(double z) { return rule_logistic_slope(z); }
static double logistic_curvature(double z) { return rule_logistic_curvature(z); }

static void logistic_evaluate(int64_t count, const double *z, double *loss, double *slope)
{
    for (int64_t k = 0; k < count; k++) rule_logistic(z[k], &loss[k], &slope[k]);
}

const RowLoss rowloss_logistic = {"logistic", logistic_loss, logistic_slope, logistic_curvature,
                                  logistic_evaluate};

/* A row on the boundary counts as wrong: from w = 0 every row pulls. */
static double perceptron_loss(double z) { return z > 0.0 ? 0.0 : -z; }
static double perceptron_slope(double z) { return z > 0.0 ? 0.0 : -1.0; }

static void perceptron_evaluate(int64_t count, const double *z, double *loss, double *slope)
{
    for (int64_t k = 0; k < count; k++) {
        loss[k] = perceptron_loss(z[k]);
        slope[k] = perceptron_slope(z[k]);
    }
}

const RowLoss rowloss_perceptron = {"perceptron", perceptron_loss, perceptron_slope, NULL,
                                    perceptron_evaluate};
