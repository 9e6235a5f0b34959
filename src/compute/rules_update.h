/* The element-wise updates of optimizers, written once for CPU and GPU.
 *
 * Each takes one parameter x, its gradient g and its state, changes the state in place and
 * returns the new x. g is multiplied by k->clip first. A parameter whose g and state are 0 and
 * that is 0 itself stays 0: so the gaps of a parameter table stay 0.
 *
 * States of bfloat16 (..._half, ..._dithered) are reals whose lower 16 bits are 0, four bytes each,
 * on every device. What is asked of them is what the rounding does to a method, and that is the
 * same bits; in two bytes an update would move 20 bytes a number in place of 28, at the price of a
 * second kind of slot wherever states are cut, kept and looked at. */
#ifndef COMPUTE_RULES_UPDATE_H
#define COMPUTE_RULES_UPDATE_H

#include "compute/backend.h"
#include "compute/rules.h"

/* The gradient with its decay: an L2 penalty decay/2 |x|². */
RULE real rule_penalised(const StepConstants *k, real decay, real x, real g)
{
    return rule_fma(decay, x, k->clip * g);
}

/* x ← x − rate (g + decay x) */
RULE real rule_sgd(const StepConstants *k, real decay, real x, real g)
{
    return rule_fma(-k->rate, rule_penalised(k, decay, x, g), x);
}

/* m ← momentum m + share (g + decay x); x ← x − rate m (Polyak 1964, as in PyTorch) */
RULE real rule_momentum(const StepConstants *k, real decay, real x, real g, real *m)
{
    *m = rule_fma(k->momentum, *m, k->share * rule_penalised(k, decay, x, g));
    return rule_fma(-k->rate, *m, x);
}

/* The same with share = 1 and with g, m and all between them in bfloat16, rounded to nearest. */
RULE real rule_momentum_half(const StepConstants *k, real decay, real x, real g, real *m)
{
    g = rule_bfloat16(k->clip * g);
    real slope = rule_bfloat16(rule_fma(decay, x, g));
    *m = rule_bfloat16(rule_bfloat16(k->momentum * *m) + slope);
    return rule_fma(-k->rate, *m, x);
}

/* The same m; x ← x − rate (g + decay x + momentum m) (Sutskever et al. 2013, as in PyTorch) */
RULE real rule_nesterov(const StepConstants *k, real decay, real x, real g, real *m)
{
    real slope = rule_penalised(k, decay, x, g);
    *m = rule_fma(k->momentum, *m, k->share * slope);
    return rule_fma(-k->rate, rule_fma(k->momentum, *m, slope), x);
}

/* m ← momentum m + share g; x ← x − rate (sign m + decay x), sign 0 = 0: Signum, Bernstein et
 * al. 2018, algorithm 2; the decay is decoupled. */
RULE real rule_sign(const StepConstants *k, real decay, real x, real g, real *m)
{
    *m = rule_fma(k->momentum, *m, k->share * (k->clip * g));
    real sign = (real)((*m > 0) - (*m < 0));
    return rule_fma(-k->rate, rule_fma(decay, x, sign), x);
}

/* v ← beta2 v + (1 − beta2) (g + decay x)²; returns (g + decay x) / (sqrt(v) + epsilon): Tieleman
 * & Hinton 2012 in PyTorch's form, with epsilon outside the root. */
RULE real rule_rmsprop_direction(const StepConstants *k, real decay, real x, real g, real *v)
{
    real slope = rule_penalised(k, decay, x, g);
    *v = rule_fma(k->beta2, *v, k->rest2 * (slope * slope));
    return slope / (rule_sqrt(*v) + k->epsilon);
}

RULE real rule_rmsprop(const StepConstants *k, real decay, real x, real g, real *v)
{
    return rule_fma(-k->rate, rule_rmsprop_direction(k, decay, x, g, v), x);
}

/* d the direction above: m ← momentum m + d; x ← x − rate m */
RULE real rule_rmsprop_momentum(const StepConstants *k, real decay, real x, real g, real *v,
                                real *m)
{
    *m = rule_fma(k->momentum, *m, rule_rmsprop_direction(k, decay, x, g, v));
    return rule_fma(-k->rate, *m, x);
}

/* m ← beta1 m + (1 − beta1) g; v ← beta2 v + (1 − beta2) g²; returns
 * (m unbias1) / (sqrt(v unbias2) + epsilon): Kingma & Ba 2015, algorithm 1. */
RULE real rule_adam_direction(const StepConstants *k, real g, real *m, real *v)
{
    *m = rule_fma(k->beta1, *m, k->rest1 * g);
    *v = rule_fma(k->beta2, *v, k->rest2 * (g * g));
    return *m * k->unbias1 / (rule_sqrt(*v * k->unbias2) + k->epsilon);
}

/* The penalty's gradient goes through the moments. */
RULE real rule_adam(const StepConstants *k, real decay, real x, real g, real *m, real *v)
{
    real direction = rule_adam_direction(k, rule_penalised(k, decay, x, g), m, v);
    return rule_fma(-k->rate, direction, x);
}

/* x ← x − rate (direction + decay x): Loshchilov & Hutter 2019, algorithm 2, with PyTorch's
 * decay, times the whole rate. */
RULE real rule_adamw(const StepConstants *k, real decay, real x, real g, real *m, real *v)
{
    real direction = rule_adam_direction(k, k->clip * g, m, v);
    return rule_fma(-k->rate, rule_fma(decay, x, direction), x);
}

/* ---- without the root (Lin et al. 2024, arXiv 2402.03496): g is the gradient of a mean over
 * `batch` examples, so batch v estimates the curvature of their sum's Fisher matrix over batch. */

/* d = g / (batch v + epsilon) + decay x for a v that is given; m ← momentum m + d; x ← x − rate m.
 * The decay is not preconditioned, and in the momentum. */
RULE real rule_rf_rmsprop_given(const StepConstants *k, real decay, real x, real g, const real *v,
                                real *m)
{
    real direction = k->clip * g / rule_fma(k->batch, *v, k->epsilon);
    *m = rule_fma(k->momentum, *m, rule_fma(decay, x, direction));
    return rule_fma(-k->rate, *m, x);
}

/* v ← beta2 v + (1 − beta2) g², then the same with it: figure 4. */
RULE real rule_rf_rmsprop(const StepConstants *k, real decay, real x, real g, real *v, real *m)
{
    real clipped = k->clip * g;
    *v = rule_fma(k->beta2, *v, k->rest2 * (clipped * clipped));
    return rule_rf_rmsprop_given(k, decay, x, g, v, m);
}

/* The same with g, v, m and all between them in bfloat16, each operation of the authors' code
 * rounded to nearest; x is not. Where 1 − beta2 < 2^-9, beta2 v rounds to v again. */
RULE real rule_rf_rmsprop_half(const StepConstants *k, real decay, real x, real g, real *v, real *m)
{
    g = rule_bfloat16(k->clip * g);
    *v = rule_bfloat16(rule_fma(k->rest2, g * g, rule_bfloat16(k->beta2 * *v)));
    real divisor = rule_bfloat16(rule_bfloat16(k->batch * *v) + k->epsilon);
    real direction = rule_bfloat16(rule_fma(decay, x, rule_bfloat16(g / divisor)));
    *m = rule_bfloat16(rule_bfloat16(k->momentum * *m) + direction);
    return rule_fma(-k->rate, *m, x);
}

/* The same with the new v and m each rounded once, stochastically: right on average. The random
 * bits are those of x and g, scrambled with the step's number. */
RULE real rule_rf_rmsprop_dithered(const StepConstants *k, real decay, real x, real g, real *v,
                                   real *m)
{
    uint32_t random = rule_scramble(x, g, k->noise);
    g *= k->clip;
    *v = rule_bfloat16_dithered(rule_fma(k->beta2, *v, k->rest2 * (g * g)), random);
    real direction = rule_fma(decay, x, g / rule_fma(k->batch, *v, k->epsilon));
    *m = rule_bfloat16_dithered(rule_fma(k->momentum, *m, direction), random >> 16);
    return rule_fma(-k->rate, *m, x);
}

/* Adam's moments; x ← x − rate (m unbias1 / (batch v unbias2 + epsilon) + decay x) */
RULE real rule_rf_adamw(const StepConstants *k, real decay, real x, real g, real *m, real *v)
{
    g *= k->clip;
    *m = rule_fma(k->beta1, *m, k->rest1 * g);
    *v = rule_fma(k->beta2, *v, k->rest2 * (g * g));
    real direction = *m * k->unbias1 / rule_fma(k->batch, *v * k->unbias2, k->epsilon);
    return rule_fma(-k->rate, rule_fma(decay, x, direction), x);
}

/* The same with (batch v unbias2)^power + epsilon: 1/2 is AdamW, 1 the rule above, 0 momentum. */
RULE real rule_adam_power(const StepConstants *k, real decay, real x, real g, real *m, real *v)
{
    g *= k->clip;
    *m = rule_fma(k->beta1, *m, k->rest1 * g);
    *v = rule_fma(k->beta2, *v, k->rest2 * (g * g));
    real size = rule_power(k->batch * *v * k->unbias2, k->power);
    real direction = *m * k->unbias1 / (size + k->epsilon);
    return rule_fma(-k->rate, rule_fma(decay, x, direction), x);
}

/* Schedule-Free AdamW (Defazio et al. 2024, arXiv 2405.15682, algorithm 1), c the share:
 *
 *   z ← z − rate d,  d = g / (sqrt(v unbias2) + epsilon) + decay y
 *   x ← (1 − c) x + c z,  y ← (1 − beta1) z + beta1 x
 *
 * Here y is the parameter, where the gradient was taken, and x is not stored: put in terms of y and
 * z, y ← y + c (z − y) − rate (1 − beta1 (1 − c)) d with the old z. */
RULE real rule_schedule_free(const StepConstants *k, real decay, real y, real g, real *z, real *v)
{
    g *= k->clip;
    *v = rule_fma(k->beta2, *v, k->rest2 * (g * g));
    real direction = rule_fma(decay, y, g / (rule_sqrt(*v * k->unbias2) + k->epsilon));
    real nearer = rule_fma(k->share, *z - y, y);
    *z = rule_fma(-k->rate, direction, *z);
    return rule_fma(-(k->rate * (1 - k->beta1 * (1 - k->share))), direction, nearer);
}

#endif
