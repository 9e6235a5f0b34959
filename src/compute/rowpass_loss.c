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

const RowLoss rowloss_logistic = {ROWLOSS_LOGISTIC, "logistic",         logistic_loss,
                                  logistic_slope,   logistic_curvature, logistic_evaluate};

static double perceptron_loss(double z) { return rule_perceptron_loss(z); }
static double perceptron_slope(double z) { return rule_perceptron_slope(z); }

static void perceptron_evaluate(int64_t count, const double *z, double *loss, double *slope)
{
    for (int64_t k = 0; k < count; k++) {
        loss[k] = rule_perceptron_loss(z[k]);
        slope[k] = rule_perceptron_slope(z[k]);
    }
}

const RowLoss rowloss_perceptron = {ROWLOSS_PERCEPTRON, "perceptron", perceptron_loss,
                                    perceptron_slope,   NULL,         perceptron_evaluate};
