#include "optim/optimizer_kinds.h"

static void read(Optimizer *optimizer, Spelled *keys)
{
    optimizer->beta2 = spelled_real(keys, "beta2", 0.99, 0.0, 1.0);
    optimizer->base.epsilon = (real)spelled_real(keys, "epsilon", 1e-8, 0.0, 1.0);
    double momentum = spelled_real(keys, "momentum", 0.0, 0.0, 1.0);
    optimizer->base.momentum = (real)momentum;
    optimizer->update = UPDATE_RMSPROP;
    optimizer->slots = momentum > 0.0 ? 2 : 1;
}

const OptimizerKind optimizer_rmsprop = {
    .help = "the gradient over the root of its mean square (Tieleman & Hinton 2012, as in "
            "PyTorch): beta2, epsilon, momentum; decay is an L2 penalty",
    .read = read,
};
