/* Ten steps of every optimizer in a file of tests/golden, in either precision. */
#ifndef TESTS_OPTIMIZER_GOLDEN_H
#define TESTS_OPTIMIZER_GOLDEN_H

#include "close.h"
#include "io/csv.h"
#include "optim/optimizer.h"
#include "small_table.h"

enum { GOLDEN_STEPS = 10 };

typedef struct {
    double start[SMALL_COUNT], curvature[SMALL_COUNT], noise[GOLDEN_STEPS][SMALL_COUNT];
} GoldenProblem;

/* Row `row` begins SMALL_COUNT numbers of one name and step. */
static inline void golden_numbers(const Csv *csv, int64_t row, double *out)
{
    for (int k = 0; k < SMALL_COUNT; k++) out[k] = csv_real(csv, row + k, 3);
}

static inline double golden_rate(int t) { return 0.1 / (1.0 + 0.3 * (t - 1)); }

static inline void golden_gradient(SmallTable *small, const GoldenProblem *problem, int t)
{
    for (int k = 0; k < SMALL_COUNT; k++)
        *small_gradient(small, k) = (real)(problem->curvature[k] * (double)*small_value(small, k) +
                                           problem->noise[t - 1][k]);
}

/* rows: first step, then step 10. Bounds are `unit` after ten steps. */
static inline void golden_run(const Csv *csv, int64_t row, const GoldenProblem *problem,
                              double unit)
{
    const char *text = csv_text(csv, row, 0);
    double want[SMALL_COUNT];
    Backend *backend = backend_cpu();
    SmallTable *small = small_table(backend);
    for (int k = 0; k < SMALL_COUNT; k++) *small_value(small, k) = (real)problem->start[k];
    Optimizer *optimizer = optimizer_create(text, backend, &small->table);
    for (int t = 1; t <= GOLDEN_STEPS; t++) {
        golden_gradient(small, problem, t);
        optimizer_step(optimizer, golden_rate(t));
        if (t != 1 && t != GOLDEN_STEPS) continue;
        golden_numbers(csv, t == 1 ? row : row + SMALL_COUNT, want);
        real got[SMALL_COUNT];
        for (int k = 0; k < SMALL_COUNT; k++) got[k] = *small_value(small, k);
        char *what = format_text("%s, step %d: x", text, t);
        close_check_double(what, SMALL_COUNT, got, want, NULL, unit * t / GOLDEN_STEPS);
        free(what);
    }
    optimizer_free(optimizer);
    small_table_free(small);
    backend->close(backend);
}

/* Every run of the file; those whose text begins with `apart` have a bound of their own. */
static inline void golden_check_file(const char *path, int64_t count, double unit,
                                     const char *apart, double unit_apart)
{
    Csv *csv = csv_read(path);
    GoldenProblem problem;
    golden_numbers(csv, 0, problem.start);
    golden_numbers(csv, SMALL_COUNT, problem.curvature);
    for (int t = 0; t < GOLDEN_STEPS; t++)
        golden_numbers(csv, (2 + t) * SMALL_COUNT, problem.noise[t]);
    int64_t row = (2 + GOLDEN_STEPS) * SMALL_COUNT, runs = 0;
    for (; row < csv_rows(csv); row += 2 * SMALL_COUNT, runs++) {
        bool is_apart = strncmp(csv_text(csv, row, 0), apart, strlen(apart)) == 0;
        golden_run(csv, row, &problem, is_apart ? unit_apart : unit);
    }
    cr_expect(runs == count, "%lld runs", (long long)runs);
    csv_free(csv);
}

static inline void golden_check(double unit, double unit_muon)
{
    golden_check_file("tests/golden/optimizers.csv", 17, unit, "muon", unit_muon);
}

#endif
