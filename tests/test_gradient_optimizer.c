/* Optimizers and the quadratic in double precision, where they agree to many digits. */
#include "optimizer_golden.h"
#include "quadratic_problem.h"

Test(gradient_optimizer, ten_steps_in_double_are_those_of_pytorch)
{
    /* Numbers up to 10 that round some 50 times in ten steps: 10 * 50 * 1.1e-16 = 6e-14. Muon's
     * polynomial multiplies the rounding errors of small singular values by up to 3.44^5 = 485. */
    golden_check(1e-13, 5e-13);
}

/* f is quadratic: central differences have no truncation error; |f| < 200 rounded to 2e-14 each,
 * over 2 h = 0.5. */
Test(gradient_optimizer, the_gradient_of_the_quadratic_is_the_slope_of_its_value)
{
    enum { D = 9 };
    const double h = 0.25;
    double sums[HEAD_SUMS] = {0.0};
    Backend *backend = backend_cpu();
    Problem *problem = problem_quadratic(backend, D, 0.5, 50.0);
    problem->start(problem, 1000);
    problem->gradient(problem, 0, sums);
    const Parameter *x = parameters_find(problem->parameters, "x");
    real *value = matrix_reals(x->value), g[D];
    memcpy(g, matrix_reals(x->gradient), sizeof g);
    close_check_one("loss", sums[HEAD_LOSS], problem->evaluate(problem, SPLIT_TRAIN, 0).loss, 0.0);
    close_check_one("rows", sums[HEAD_ROWS], 1.0, 0.0);
    for (int i = 0; i < D; i++) {
        double at = value[i];
        value[i] = at + h;
        double above = problem->evaluate(problem, SPLIT_TRAIN, 0).loss;
        value[i] = at - h;
        double below = problem->evaluate(problem, SPLIT_TRAIN, 0).loss;
        value[i] = at;
        close_check_one("slope", g[i], (above - below) / (2.0 * h), 1e-12);
    }
    /* From the flattest to the steepest, evenly in log. */
    close_check_one("flattest", g[0] / value[0], 0.5, 1e-15);
    close_check_one("middle", g[4] / value[4], 5.0, 1e-14);
    close_check_one("steepest", g[8] / value[8], 50.0, 1e-13);
    problem->free(problem);
    backend->close(backend);
}
