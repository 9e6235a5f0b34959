/* Where the linear parameters of a law should start, and what the data say of each at the end. */
#include "base/die.h"
#include "fit/dense.h"
#include "fit/problem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Column c of the linear part: the law's slope by its parameter, which no linear parameter moves.
 */
static int linear_columns(const Problem *problem, int *columns)
{
    int count = 0;
    for (int k = 0; k < problem->n; k++)
        if (problem->data->law->parameter[problem->parameter[k]].linear)
            columns[count++] = problem->parameter[k];
    return count;
}

/* Normal equations of Σ w ((L̂ − L) / L)², to first order the squared log residuals. */
static void normal_equations(const Problem *problem, int n, const int *columns, Dense S, double *b)
{
    const FitData *data = problem->data;
    memset(S, 0, sizeof(Dense));
    for (int64_t i = 0; i < data->points; i++) {
        const double *row = problem->gradient + i * data->law->count;
        double loss = data->law->raw ? data->target[i] : exp(data->target[i]);
        double w = (problem->weight ? problem->weight[i] : 1.0) / (loss * loss);
        for (int p = 0; p < n; p++) {
            b[p] += w * row[columns[p]] * (loss - problem->loss[i]);
            for (int q = 0; q <= p; q++) S[p][q] += w * row[columns[p]] * row[columns[q]];
        }
    }
}

void problem_solve_linear(Problem *problem, double *theta)
{
    int columns[LAW_MAX_PARAMETERS], n = linear_columns(problem, columns);
    double z[LAW_MAX_PARAMETERS], b[LAW_MAX_PARAMETERS] = {0};
    Dense S;
    for (int p = 0; p < n; p++) theta[columns[p]] = 0.0; /* or at the bound next to it */
    problem_to_z(problem, theta, z);
    problem_predict(problem, z);
    normal_equations(problem, n, columns, S, b);
    dense_solve(n, S, b, 1e-10);
    for (int p = 0; p < n; p++) {
        const LawParameter *row = &problem->data->law->parameter[columns[p]];
        double x = problem->theta[columns[p]] + b[p];
        theta[columns[p]] = fmin(fmax(x, row->low), row->high);
    }
}

/* The length of column k after its projection on the others is taken away, twice for rounding. */
static double own_length(int64_t points, int n, const double *slopes, int k, double *columns)
{
    int done = 0;
    double length = 0.0;
    for (int turn = 1; turn <= n; turn++) {
        int j = (k + turn) % n;
        double *v = columns + (int64_t)done * points, before = 0.0;
        for (int64_t i = 0; i < points; i++) v[i] = slopes[i * n + j], before += v[i] * v[i];
        for (int pass = 0; pass < 2; pass++)
            for (int q = 0; q < done; q++) {
                const double *u = columns + (int64_t)q * points;
                double dot = 0.0;
                for (int64_t i = 0; i < points; i++) dot += u[i] * v[i];
                for (int64_t i = 0; i < points; i++) v[i] -= dot * u[i];
            }
        double after = 0.0;
        for (int64_t i = 0; i < points; i++) after += v[i] * v[i];
        length = sqrt(after);
        if (!(after > 1e-14 * before)) continue; /* lies in the span of the others */
        for (int64_t i = 0; i < points; i++) v[i] /= length;
        done++;
    }
    return length;
}

/* A coordinate is unknown where no point feels it, or its effect is a combination of the others'
 * to 1e-7. Standard errors are s / |own part|, s² the variance of an M-estimate,
 * Σψ² / (n − p) (n / Σψ′)² (Huber 1981, section 7.6). */
void problem_identify(Problem *problem, const double *z, double *error, bool *unknown)
{
    int64_t points = problem->data->points;
    int n = problem->n;
    double *residual = alloc_zeroed((size_t)points + 1, sizeof *residual);
    double *slopes = alloc_zeroed((size_t)(points * n) + 1, sizeof *slopes);
    double *columns = alloc_zeroed((size_t)(points * n) + 1, sizeof *columns);
    problem_residuals(problem, z, residual, slopes);
    for (int64_t i = 0; i < points && problem->weight; i++)
        for (int k = 0; k < n; k++) slopes[i * n + k] *= sqrt(problem->weight[i]);
    double psi2 = 0.0, inside = 0.0, count = 0.0;
    for (int64_t i = 0; i < points; i++) {
        double w = problem->weight ? problem->weight[i] : 1.0, size = fabs(residual[i]);
        psi2 += w * (size < 1.0 ? size * size : 1.0);
        inside += w * (size < 1.0);
        count += w;
    }
    double s = sqrt(psi2 / fmax(count - n, 1.0)) * count / fmax(inside, 1.0);
    for (int k = 0; k < n; k++) {
        double whole = 0.0, own = own_length(points, n, slopes, k, columns);
        for (int64_t i = 0; i < points; i++) whole += slopes[i * n + k] * slopes[i * n + k];
        unknown[k] = !(own > 1e-7 * sqrt(whole));
        error[k] = unknown[k] ? INFINITY : s / own;
    }
    free(residual);
    free(slopes);
    free(columns);
}
