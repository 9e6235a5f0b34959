#include "optim/optimizer_kinds.h"

static void read(Optimizer *optimizer, Spelled *keys)
{
    double momentum = spelled_real(keys, "momentum", 0.9, 0.0, 1.0);
    optimizer->base.momentum = (real)momentum;
    optimizer->base.share = (real)(1.0 - momentum);
    optimizer->update = UPDATE_SIGN;
    optimizer->slots = 1;
}

const OptimizerKind optimizer_sign = {
    .help = "the sign of the momentum (signSGD, Signum: Bernstein et al. 2018); decay decoupled",
    .read = read,
};
