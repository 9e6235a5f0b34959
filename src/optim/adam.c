#include "optim/optimizer_kinds.h"

static void read_adam(Optimizer *optimizer, Spelled *keys)
{
    optimizer_read_moments(optimizer, keys, 0.9, 0.999);
    optimizer->update = UPDATE_ADAM;
    optimizer->slots = 2;
}

static void read_adamw(Optimizer *optimizer, Spelled *keys)
{
    optimizer_read_moments(optimizer, keys, 0.9, 0.999);
    optimizer->update = UPDATE_ADAMW;
    optimizer->slots = 2;
}

const OptimizerKind optimizer_adam = {
    .help = "adaptive moments (Kingma & Ba 2015): beta1, beta2, epsilon; decay is an L2 penalty",
    .read = read_adam,
};

const OptimizerKind optimizer_adamw = {
    .help = "Adam with decoupled decay (Loshchilov & Hutter 2019): beta1, beta2, epsilon",
    .read = read_adamw,
};
