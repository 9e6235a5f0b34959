/* Iterates of every solver against tests/golden/solve.csv, written by solve.py beside it. */
#include "objective/logistic.h"
#include "solve/solve.h"
#include "solve/step.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <stdio.h>
#include <string.h>

static Design *hard_rows(void)
{
    const double rows[3][3] = {
        {0.2, sqrt(0.96), 0.0}, {0.2, -sqrt(0.96) / 2, 0.0}, {0.7, 0.5, sqrt(0.26)}};
    Design *design = design_create(3, 3);
    for (int i = 0; i < 3; i++) memcpy(design_row(design, i), rows[i], sizeof rows[i]);
    return design;
}

static double golden_rate(const char *kind)
{
    if (strcmp(kind, "gd") == 0) return 19.0;
    if (strcmp(kind, "gd_normalised") == 0) return 0.5;
    return strcmp(kind, "adaptive_logistic") == 0 ? 2.0 : 0.0;
}

/* Both sides round differently (differences of iterates there, products here): some 10²
 * operations of 1e-16 each, and for spectral rates and line searches a division by differences
 * that have lost up to two digits. */
Test(golden, iterates_agree_with_numpy)
{
    Design *design = hard_rows();
    FILE *file = fopen("tests/golden/solve.csv", "r");
    cr_assert(ne(ptr, file, NULL), "run the tests in the project's root");
    char line[256], name[32];
    double w[3], expected[3];
    long steps;
    int compared = 0;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%31[^,],%ld,%lf,%lf,%lf", name, &steps, &expected[0], &expected[1],
                   &expected[2]) != 5)
            continue;
        bool unpenalised = strcmp(name, "adaptive_logistic") == 0;
        Objective *objective = logistic_create(design, unpenalised ? 0.0 : 1e-3);
        double best[3] = {0, 0, 0};
        SolveTask task = {.rate = golden_rate(name), .max_steps = steps, .target_value = -INFINITY};
        if (!unpenalised) task.optimum = logistic_minimise(design, 1e-3, best);
        solve_run(solver_kind(name), objective, &task, w);
        double error = vector_distance(3, w, expected) / vector_norm(3, expected);
        cr_expect(lt(dbl, error, 1e-12), "%s after %ld steps: %.2g", name, steps, error);
        compared++;
        objective->destroy(objective);
    }
    cr_expect(eq(int, compared, 72), "the whole file");
    fclose(file);
    design_free(design);
}
