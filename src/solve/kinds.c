#include "base/die.h"
#include "solve/step.h"

#include <stdio.h>

/* One solver a row; all that is known of it outside its own file. */
static const SolverKind kinds[] = {
    {.name = "gd",
     .title = "Gradient descent",
     .source = "constant rate",
     .needs_rate = true,
     .step = gd_step},
    {.name = "gd_guarded",
     .title = "Guarded gradient descent",
     .source = "ours: warm-up of the rate, rollback after 50 steps without a new lowest value",
     .slots = 2,
     .needs_rate = true,
     .begin = guarded_begin,
     .step = guarded_step},
    {.name = "gd_normalised",
     .title = "Normalised gradient descent",
     .source = "constant step length",
     .needs_rate = true,
     .step = gd_normalised_step},
    {.name = "adaptive_logistic",
     .title = "Risk-adaptive gradient descent",
     .source = "2504.04105: rate / (1 - exp(-risk))",
     .needs_rate = true,
     .begin = adaptive_logistic_begin,
     .step = adaptive_logistic_step},
    {.name = "polyak",
     .title = "Polyak",
     .source = "Polyak 1969: (F - F*) / |g|²",
     .needs_optimum = true,
     .step = polyak_step},
    {.name = "nesterov",
     .title = "Nesterov",
     .source = "Nesterov 2004, (2.2.22)",
     .slots = 2,
     .needs_strong = true,
     .begin = nesterov_begin,
     .step = nesterov_step},
    {.name = "nesterov_convex",
     .title = "Nesterov, convex",
     .source = "Nesterov 1983",
     .slots = 2,
     .begin = nesterov_begin,
     .step = nesterov_convex_step},
    {.name = "nesterov_restart",
     .title = "Nesterov, restarted",
     .source = "O'Donoghue and Candès 2015, function scheme",
     .slots = 2,
     .begin = nesterov_begin,
     .step = nesterov_restart_step},
    {.name = "heavy_ball",
     .title = "Heavy ball",
     .source = "Polyak 1964",
     .slots = 1,
     .needs_strong = true,
     .begin = heavy_ball_begin,
     .step = heavy_ball_step},
    {.name = "bb1",
     .title = "Barzilai–Borwein 1",
     .source = "Barzilai and Borwein 1988, (5)",
     .slots = 1,
     .step = bb1_step},
    {.name = "bb2",
     .title = "Barzilai–Borwein 2",
     .source = "Barzilai and Borwein 1988, (6)",
     .slots = 1,
     .step = bb2_step},
    {.name = "abb",
     .title = "Alternating Barzilai–Borwein",
     .source = "Dai and Fletcher 2005",
     .slots = 1,
     .step = abb_step},
    {.name = "adgd2020",
     .title = "AdGD 2020",
     .source = "1910.09529, algorithm 1",
     .slots = 1,
     .begin = adgd2020_begin,
     .step = adgd2020_step},
    {.name = "adgd2023",
     .title = "AdGD 2023",
     .source = "2308.02261, algorithm 1",
     .slots = 1,
     .begin = adgd2023_begin,
     .step = adgd2023_step},
    {.name = "armijo",
     .title = "Armijo",
     .source = "Armijo 1966; doubling, halving, c = 1e-4",
     .slots = 1,
     .begin = armijo_begin,
     .step = armijo_step},
    {.name = "silver",
     .title = "Silver",
     .source = "2309.07879",
     .needs_strong = true,
     .step = silver_step},
    {.name = "silver_convex",
     .title = "Silver, convex",
     .source = "2309.16530",
     .step = silver_convex_step},
    {.name = "lbfgs",
     .title = "L-BFGS",
     .source = "Nocedal and Wright 2006, algorithm 7.5; 10 pairs, strong Wolfe",
     .slots = LBFGS_SLOTS,
     .step = lbfgs_step},
    {.name = "newton",
     .title = "Newton",
     .source = "Newton with Armijo's rule, c = 1e-4",
     .slots = 2,
     .needs_matrix = true,
     .step = newton_step},
    {.name = "newton_kept",
     .title = "Newton, Hessian kept",
     .source = "Shamanskii 1967; a new Hessian when the promise is above a quarter of the last",
     .slots = 2,
     .needs_matrix = true,
     .step = newton_kept_step},
};

int solver_count(void) { return (int)(sizeof kinds / sizeof *kinds); }

const SolverKind *solver_at(int index) { return &kinds[index]; }

static _Noreturn void die_unknown(const char *name)
{
    char known[512] = "";
    size_t length = 0;
    for (int i = 0; i < solver_count(); i++)
        length += (size_t)snprintf(known + length, sizeof known - length, "%s%s", i ? ", " : "",
                                   kinds[i].name);
    die_usage("solver '%s' is not one of %s", name, known);
}

const SolverKind *solver_kind(const char *name)
{
    for (int i = 0; i < solver_count(); i++)
        if (strcmp(name, kinds[i].name) == 0) return &kinds[i];
    die_unknown(name);
}
