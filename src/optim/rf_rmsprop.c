/* RMSProp without the root (Lin et al. 2024, arXiv 2402.03496, figure 4), as the authors run it:
 *
 *   v ← beta2 v + (1 − beta2) g²;  m ← momentum m + g / (batch v + damping) + decay x;
 *   x ← x − rate m;  v starts at 1 / batch, m at 0; no correction of the start.
 *
 * The paper's beta2 ("lr_cov" in its code) is 1 − beta2 here. `batch` makes v, its start and the
 * damping independent of the size of a batch whose mean loss is differentiated; batch=1 and
 * start=… are the paper's ablations. Its RMSProp with the root is the kind rmsprop here: the same
 * formulas as in PyTorch.
 *
 * state: float32, bfloat16 (every operation rounded to nearest, as in the authors' code run by
 * PyTorch 1.13 on the CPU: for beta2 > 1 − 2^-9 v cannot fall), stochastic (v and m in bfloat16,
 * rounded at random), or frozen (v stays at its start: gradient descent). In all of them a number
 * takes a real's memory: this is about the arithmetic.
 *
 * direction: g / (batch v + damping) itself, or a control of it (direction.h). */
#include "optim/direction.h"

#include "base/named.h"
#include "compute/rules.h"

typedef struct {
    const char *name;
    UpdateKind update;
    bool is_frozen, is_half; /* is_half: v is a bfloat16, its start too */
} StateRow;

static const StateRow states[] = {
    {"float32", UPDATE_RF_RMSPROP, false, false},
    {"bfloat16", UPDATE_RF_RMSPROP_HALF, false, true},
    {"stochastic", UPDATE_RF_RMSPROP_DITHERED, false, true},
    {"frozen", UPDATE_RF_RMSPROP, true, false},
};

enum { STATES = sizeof states / sizeof *states };

static void read(Optimizer *optimizer, Spelled *keys)
{
    optimizer->beta2 = spelled_real(keys, "beta2", 0.99, 0.0, 1.0);
    optimizer->base.momentum = (real)spelled_real(keys, "momentum", 0.9, 0.0, 1.0);
    optimizer->base.epsilon = (real)spelled_real(keys, "damping", 1e-4, 0.0, 1e30);
    optimizer_read_batch(optimizer, keys, 0, false);
    const StateRow *row =
        named_row("state", spelled_text(keys, "state", "float32"), STATES, sizeof *states, states);
    optimizer->update = row->update;
    if (row->is_frozen) optimizer->beta2 = 1.0;
    if (row->is_half) optimizer->start[0] = (double)rule_bfloat16((real)optimizer->start[0]);
    optimizer->slots = 2;
    direction_read(optimizer, keys);
}

/* PyTorch makes the numbers that multiply a bfloat16 tensor on the CPU bfloat16 too. */
static void constants(const Optimizer *optimizer, StepConstants *k)
{
    if (optimizer->update != UPDATE_RF_RMSPROP_HALF) return;
    k->beta2 = rule_bfloat16(k->beta2), k->rest2 = rule_bfloat16(k->rest2);
    k->momentum = rule_bfloat16(k->momentum), k->epsilon = rule_bfloat16(k->epsilon);
}

const OptimizerKind optimizer_rf_rmsprop = {
    .help = "the gradient over its mean square (Lin et al. 2024): beta2, momentum, damping, batch "
            "(examples in a mean loss), start (of the mean square; 1/batch), state (float32, "
            "bfloat16, stochastic, frozen), direction (own; controls: shuffled, by the seed "
            "shuffle, norms); decay is added after the division",
    .read = read,
    .constants = constants,
};
