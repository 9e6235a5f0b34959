/* AdamW without the root, as in the code of Lin et al. 2024 (arXiv 2402.03496):
 *
 *   m ← beta1 m + (1 − beta1) g;  v ← beta2 v + (1 − beta2) g²;
 *   x ← x − rate (m / (batch v + epsilon) + decay x)
 *
 * with v = 1 / batch at the start, so that nothing has to be corrected; unbias=1 divides m and v
 * by 1 − beta^t nevertheless. adam_p has any exponent of v: 1/2 is AdamW, 1 this one, 0 momentum;
 * it starts and is corrected as Adam unless told otherwise. */
#include "optim/optimizer_kinds.h"

static void read(Optimizer *optimizer, Spelled *keys, bool is_adam)
{
    optimizer_read_moments(optimizer, keys, 0.9, 0.999);
    optimizer_read_batch(optimizer, keys, 1, is_adam);
    optimizer->is_biased = !spelled_bool(keys, "unbias", is_adam);
    optimizer->slots = 2;
}

static void read_rf_adamw(Optimizer *optimizer, Spelled *keys)
{
    read(optimizer, keys, false);
    optimizer->update = UPDATE_RF_ADAMW;
}

static void read_adam_p(Optimizer *optimizer, Spelled *keys)
{
    optimizer->base.power = (real)spelled_real(keys, "power", 0.5, 0.0, 1.0);
    read(optimizer, keys, true);
    optimizer->update = UPDATE_ADAM_POWER;
}

static void constants(const Optimizer *optimizer, StepConstants *k)
{
    if (optimizer->is_biased) k->unbias1 = k->unbias2 = 1;
}

const OptimizerKind optimizer_rf_adamw = {
    .help = "AdamW without the root (Lin et al. 2024): beta1, beta2, epsilon, batch (examples in a "
            "mean loss), start (of the mean square; 1/batch), unbias; decay decoupled",
    .read = read_rf_adamw,
    .constants = constants,
};

const OptimizerKind optimizer_adam_p = {
    .help = "AdamW with the mean square to the power (1/2 AdamW, 1 without the root, 0 momentum): "
            "power, beta1, beta2, epsilon, batch, start, unbias; decay decoupled",
    .read = read_adam_p,
    .constants = constants,
};
