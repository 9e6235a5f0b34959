#include "solve/rate.h"

#include "base/named.h"

#include <math.h>

static double inverse_smooth(const RateFacts *f) { return 1.0 / f->smooth; }

static double optimal_smooth(const RateFacts *f) { return 2.0 / (f->smooth + f->strong); }

static double unit(const RateFacts *f)
{
    (void)f;
    return 1.0;
}

static double cube_root(const RateFacts *f) { return cbrt(f->gamma * f->gamma / f->lambda); }

static double triple_cube_root(const RateFacts *f) { return 3.0 * cube_root(f); }

static double square_root(const RateFacts *f) { return f->gamma / sqrt(f->lambda); }

static double triple_square_root(const RateFacts *f) { return 3.0 * square_root(f); }

static double near_critical(const RateFacts *f) { return 0.9 * f->critical; }

static double half_critical(const RateFacts *f) { return 0.5 * f->critical; }

static double sample_cube_root(const RateFacts *f) { return cbrt(f->samples); }

static double sample_logarithm(const RateFacts *f) { return log(f->samples); }

static double whole_budget(const RateFacts *f) { return f->gamma * f->gamma * f->budget / 120.0; }

double rate_recommended(const RateFacts *f) { return fmin(0.5 * f->critical, 0.9 / f->lambda); }

static const RateRule rules[] = {
    {"inverse_smooth", "1/L", "textbook", inverse_smooth},
    {"optimal_smooth", "2/(L+mu)", "textbook", optimal_smooth},
    {"unit", "1", "2506.02336, section 3", unit},
    {"cube_root", "(gamma^2/lambda)^{1/3}", "2506.02336, theorem 4", cube_root},
    {"triple_cube_root", "3(gamma^2/lambda)^{1/3}", "2506.02336, theorem 4; factor 3 ours",
     triple_cube_root},
    {"square_root", "gamma/sqrt(lambda)", "2506.02336, corollary 2", square_root},
    {"triple_square_root", "3 gamma/sqrt(lambda)", "2506.02336, corollary 2; factor 3 ours",
     triple_square_root},
    {"near_critical", "0.9 critical", "ours", near_critical},
    {"half_critical", "0.5 critical", "ours", half_critical},
    {"sample_cube_root", "n^{1/3}", "2506.02336, section 3", sample_cube_root},
    {"sample_logarithm", "ln n", "2504.04105", sample_logarithm},
    {"whole_budget", "gamma^2 T/120", "2402.15926, corollary 2", whole_budget},
    {"recommended", "min(0.5 critical, 0.9/lambda)", "ours", rate_recommended},
};

const RateRule *rate_rule(const char *name)
{
    return named_row("step-size rule", name, sizeof rules / sizeof *rules, sizeof *rules, rules);
}
