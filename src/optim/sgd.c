#include "optim/optimizer_kinds.h"

static void read(Optimizer *optimizer, Spelled *keys)
{
    double momentum = spelled_real(keys, "momentum", 0.0, 0.0, 1.0);
    optimizer->base.momentum = (real)momentum;
    optimizer->base.share = (real)(1.0 - spelled_real(keys, "dampening", 0.0, 0.0, 1.0));
    bool nesterov = spelled_bool(keys, "nesterov", false);
    optimizer->slots = momentum > 0.0;
    optimizer->update = momentum == 0.0 ? UPDATE_SGD : nesterov ? UPDATE_NESTEROV : UPDATE_MOMENTUM;
}

/* PyTorch's momentum starts at the first gradient itself, not at a dampened one. */
static void constants(const Optimizer *optimizer, StepConstants *k)
{
    if (optimizer->steps_done == 0) k->share = 1;
}

const OptimizerKind optimizer_sgd = {
    .help = "gradient descent; momentum, nesterov=1 and dampening as in PyTorch; decay is an L2 "
            "penalty",
    .read = read,
    .constants = constants,
};
