#include "fit/problem.h"

#include "base/die.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

/* Predictions below this count as its tangent: the logarithm goes on, and leads back up. */
static const double LEAST_LOSS = 1e-2;

FitData *fit_data(const Law *law, int64_t count, const LawRun *const *runs)
{
    FitData *data = alloc_zeroed(1, sizeof *data);
    *data = (FitData){.law = law, .count = count};
    data->run = alloc_zeroed((size_t)count, sizeof *data->run);
    data->path = alloc_zeroed((size_t)count, sizeof *data->path);
    data->features = alloc_zeroed((size_t)count, sizeof *data->features);
    data->from = alloc_zeroed((size_t)count, sizeof *data->from);
    for (int64_t r = 0; r < count; r++) {
        data->from[r] = data->points;
        data->points += runs[r]->points;
    }
    data->target = alloc_zeroed((size_t)data->points + 1, sizeof *data->target);
    for (int64_t r = 0; r < count; r++) {
        data->run[r] = runs[r];
        data->path[r] = path_create(runs[r]);
        data->features[r] = law_features(law, data->path[r], runs[r]->points, runs[r]->step);
        double *target = data->target + data->from[r];
        for (int64_t p = 0; p < runs[r]->points; p++)
            target[p] = law->raw ? runs[r]->loss[p] : log(runs[r]->loss[p]);
    }
    return data;
}

void fit_data_free(FitData *data)
{
    if (!data) return;
    for (int64_t r = 0; r < data->count; r++) {
        law_features_free(data->features[r]);
        path_free(data->path[r]);
    }
    free(data->from);
    free(data->run);
    free(data->path);
    free(data->features);
    free(data->target);
    free(data);
}

int64_t fit_points(const FitData *data) { return data->points; }

void fit_tabulate(FitData *data)
{
    for (int64_t r = 0; r < data->count; r++) law_features_tabulate(data->features[r]);
}

void data_tune(FitData *data, const double *theta)
{
    if (!data->law->tune) return;
#pragma omp parallel for schedule(dynamic)
    for (int64_t r = 0; r < data->count; r++) data->law->tune(data->features[r], theta);
}

static double coordinate_of(const LawParameter *parameter, double x)
{
    switch (parameter->scale) {
    case LAW_LOG:
        return log(x);
    case LAW_BELOW_ONE:
        return -log1p(-x);
    case LAW_PLAIN:
        break;
    }
    return x / parameter->typical;
}

static double coordinate_to(const LawParameter *parameter, double z)
{
    switch (parameter->scale) {
    case LAW_LOG:
        return exp(z);
    case LAW_BELOW_ONE:
        return -expm1(-z);
    case LAW_PLAIN:
        break;
    }
    return z * parameter->typical;
}

double coordinate_slope(const LawParameter *parameter, double x)
{
    switch (parameter->scale) {
    case LAW_LOG:
        return x;
    case LAW_BELOW_ONE:
        return 1.0 - x;
    case LAW_PLAIN:
        break;
    }
    return parameter->typical;
}

Problem problem_open(const FitData *data, const double *weight, const bool *is_free,
                     const double *theta)
{
    const Law *law = data->law;
    Problem problem = {.data = data, .weight = weight};
    for (int64_t i = 0; i < data->points; i++) problem.total_weight += weight ? weight[i] : 1.0;
    for (int k = 0; k < law->count; k++) {
        problem.theta[k] = theta[k];
        if (!is_free[k]) continue;
        problem.low[problem.n] = coordinate_of(&law->parameter[k], law->parameter[k].low);
        problem.high[problem.n] = coordinate_of(&law->parameter[k], law->parameter[k].high);
        problem.parameter[problem.n++] = k;
    }
    problem.loss = alloc_zeroed((size_t)data->points + 1, sizeof(double));
    problem.gradient = alloc_zeroed((size_t)(data->points * law->count) + 1, sizeof(double));
    return problem;
}

void problem_close(Problem *problem)
{
    free(problem->loss);
    free(problem->gradient);
}

void problem_to_z(const Problem *problem, const double *theta, double *z)
{
    for (int k = 0; k < problem->n; k++) {
        int j = problem->parameter[k];
        double at = coordinate_of(&problem->data->law->parameter[j], theta[j]);
        z[k] = fmin(fmax(at, problem->low[k]), problem->high[k]);
    }
}

void problem_to_theta(Problem *problem, const double *z)
{
    for (int k = 0; k < problem->n; k++) {
        const LawParameter *row = &problem->data->law->parameter[problem->parameter[k]];
        double x = coordinate_to(row, z[k]);
        problem->theta[problem->parameter[k]] = fmin(fmax(x, row->low), row->high);
    }
}

static void predict_run(const Problem *problem, int64_t r)
{
    const FitData *data = problem->data;
    int64_t from = data->from[r];
    data->law->value(data->features[r], problem->theta, problem->loss + from,
                     problem->gradient + from * data->law->count, NULL);
}

/* Threads share the runs where starts do not occupy them. A few points are not worth it; and even a
 * team of one thread has its price, which a bootstrap pays thousands of times. */
void problem_predict(Problem *problem, const double *z)
{
    const FitData *data = problem->data;
    problem_to_theta(problem, z);
    problem->evaluations++;
    if (data->law->blocks && data->count > 1 && !omp_in_parallel()) {
#pragma omp parallel for schedule(dynamic)
        for (int64_t r = 0; r < data->count; r++) predict_run(problem, r);
    } else {
        for (int64_t r = 0; r < data->count; r++) predict_run(problem, r);
    }
}

/* The residual of point i over δ, and its slope by the predicted loss. */
static double residual_of(const Problem *problem, int64_t i, double *slope)
{
    double loss = problem->loss[i], target = problem->data->target[i];
    if (problem->data->law->raw) {
        *slope = 1.0 / FIT_DELTA;
        return (loss - target) / FIT_DELTA;
    }
    double base = loss > LEAST_LOSS ? loss : LEAST_LOSS;
    *slope = 1.0 / (base * FIT_DELTA);
    return (log(base) + (loss - base) / base - target) / FIT_DELTA;
}

double problem_value(void *context, const double *z, double *gradient)
{
    Problem *problem = context;
    const Law *law = problem->data->law;
    double sum = 0.0, by_theta[LAW_MAX_PARAMETERS] = {0};
    problem_predict(problem, z);
    for (int64_t i = 0; i < problem->data->points; i++) {
        double w = problem->weight ? problem->weight[i] : 1.0;
        if (w == 0.0) continue;
        double slope, r = residual_of(problem, i, &slope), size = fabs(r);
        sum += w * (size < 1.0 ? 0.5 * r * r : size - 0.5);
        double push = w * slope * (size < 1.0 ? r : copysign(1.0, r));
        const double *row = problem->gradient + i * law->count;
        for (int k = 0; k < law->count; k++) by_theta[k] += push * row[k];
    }
    for (int k = 0; k < problem->n; k++) {
        int j = problem->parameter[k];
        double x = problem->theta[j];
        gradient[k] = by_theta[j] * coordinate_slope(&law->parameter[j], x) / problem->total_weight;
    }
    return sum / problem->total_weight;
}

void problem_residuals(Problem *problem, const double *z, double *residual, double *slopes)
{
    const Law *law = problem->data->law;
    problem_predict(problem, z);
    for (int64_t i = 0; i < problem->data->points; i++) {
        double slope;
        residual[i] = residual_of(problem, i, &slope);
        for (int k = 0; k < problem->n && slopes; k++) {
            int j = problem->parameter[k];
            double dz = coordinate_slope(&law->parameter[j], problem->theta[j]);
            slopes[i * problem->n + k] = slope * dz * problem->gradient[i * law->count + j];
        }
    }
}

double problem_descend(Problem *problem, double *z, double precision, int64_t evaluations)
{
    LbfgsbTask task = {problem_value, problem,   problem->n, problem->low,
                       problem->high, precision, evaluations};
    double value, unused[LAW_MAX_PARAMETERS];
    if (problem->n == 0) return problem_value(problem, z, unused);
    lbfgsb_minimise(&task, z, &value);
    return value;
}
