#include "optim/invariance.h"

/* The loss times c = 100. Gradients scale with c, so that a curvature that is batch g² scales with
 * c² where it ought to with c: batch / c mends that, with v starting c² as large. */
#define RF "rf_rmsprop:beta2=0.9,batch=4,start=0.25,damping=0.01"
#define RF_FOLLOWS "rf_rmsprop:beta2=0.9,batch=0.04,start=2500,damping=1"
#define RF_FASTER "rf_rmsprop:beta2=0.9,batch=4,start=2500,damping=100"
#define ROOT "rmsprop:beta2=0.9,epsilon=0,momentum=0.5"
#define IF_SHAMPOO "if_shampoo:beta2=0.8,batch=2,damping=0.01"
#define RF_SHAMPOO "rf_shampoo:beta2=0.8,batch=2,damping=0.01"

/* Laws of coordinates need a damping of 0: it does not follow. */
#define RF_FREE "rf_rmsprop:beta2=0.9,batch=4,damping=0"
#define RF_DAMPED "rf_rmsprop:beta2=0.9,batch=4,damping=0.1"
#define ROOT_FREE_OF_EPSILON "rmsprop:beta2=0.9,epsilon=0"
#define IF_FREE "if_shampoo:beta2=0.8,batch=2,damping=0"
#define IF_DAMPED "if_shampoo:beta2=0.8,batch=2,damping=0.1"
#define RF_SHAMPOO_FREE "rf_shampoo:beta2=0.8,batch=2,damping=0"
#define RF_SHAMPOO_DAMPED "rf_shampoo:beta2=0.8,batch=2,damping=0.1"
#define SHAMPOO "shampoo:beta2=0.9,epsilon=0.01"

/* One text before and after, in these coordinates. */
#define SAME(text)                                                                                 \
    {                                                                                              \
        text, 0.05, 1, 0, 0                                                                        \
    }
#define STRETCHED(text, transport)                                                                 \
    {                                                                                              \
        text, 0.05, 1, &coordinates_stretch, transport                                             \
    }
#define SHEARED(text, transport)                                                                   \
    {                                                                                              \
        text, 0.05, 1, &coordinates_shear, transport                                               \
    }
#define TURNED(text)                                                                               \
    {                                                                                              \
        text, 0.05, 1, &coordinates_turn, 0                                                        \
    }

const InvarianceLaw invariance_laws[] = {
    {"loss", "rf", true, SAME(RF), {RF_FOLLOWS, 0.05, 100, 0, 0}},
    {"loss_rate", "rf", true, SAME(RF), {RF_FASTER, 5, 100, 0, 0}},
    {"loss_naive", "rf", false, SAME(RF), {RF, 0.05, 100, 0, 0}},
    {"loss", "root", true, SAME(ROOT), {ROOT, 0.05, 100, 0, 0}},
    {"loss", "shampoo", true, SAME(SHAMPOO), {"shampoo:beta2=0.9,epsilon=0.64", 0.05, 8, 0, 0}},

    /* The gradient 8 g of a sum over the batch, v as it is, against the mean with batch = 8. */
    {"batch",
     "rf",
     true,
     SAME("rf_rmsprop:beta2=0.9,batch=8,damping=0.03125"),
     {"rf_rmsprop:beta2=0.9,batch=1,start=8,damping=0.25", 0.05, 8, 0, 0}},
    {"batch",
     "rf_adamw",
     true,
     SAME("rf_adamw:beta2=0.9,batch=8,epsilon=0.03125"),
     {"rf_adamw:beta2=0.9,batch=1,start=8,epsilon=0.25", 0.05, 8, 0, 0}},
    {"batch_naive",
     "rf",
     false,
     SAME("rf_rmsprop:beta2=0.9,batch=1,start=1,damping=0.03125"),
     {"rf_rmsprop:beta2=0.9,batch=1,start=8,damping=0.25", 0.05, 8, 0, 0}},
    /* batch G Gᵀ is the same for G / 4 and 16 batch; the direction is a quarter. */
    {"batch",
     "if_shampoo",
     true,
     SAME(IF_SHAMPOO),
     {"if_shampoo:beta2=0.8,batch=32,damping=0.01", 0.2, 0.25, 0, 0}},
    {"batch",
     "rf_shampoo",
     true,
     SAME(RF_SHAMPOO),
     {"rf_shampoo:beta2=0.8,batch=32,damping=0.01", 0.2, 0.25, 0, 0}},

    {"stretch", "rf", true, SAME(RF_FREE), STRETCHED(RF_FREE, transport_squares)},
    {"stretch_left_behind", "rf", false, SAME(RF_FREE), STRETCHED(RF_FREE, 0)},
    {"stretch_damped", "rf", false, SAME(RF_DAMPED), STRETCHED(RF_DAMPED, transport_squares)},
    {"stretch", "root", false, SAME(ROOT_FREE_OF_EPSILON), STRETCHED(ROOT_FREE_OF_EPSILON, 0)},

    {"turn", "rf", false, SAME(RF_FREE), TURNED(RF_FREE)},
    {"turn", "root", false, SAME(ROOT_FREE_OF_EPSILON), TURNED(ROOT_FREE_OF_EPSILON)},
    {"turn", "sgd", true, SAME("sgd"), TURNED("sgd")},
    {"turn", "shampoo", true, SAME(SHAMPOO), TURNED(SHAMPOO)},

    {"kronecker", "if_shampoo", true, SAME(IF_FREE), SHEARED(IF_FREE, transport_factors)},
    {"kronecker_left_behind", "if_shampoo", false, SAME(IF_FREE), SHEARED(IF_FREE, 0)},
    {"kronecker_damped", "if_shampoo", false, SAME(IF_DAMPED),
     SHEARED(IF_DAMPED, transport_factors)},
    {"kronecker", "rf_shampoo", true, SAME(RF_SHAMPOO_FREE),
     SHEARED(RF_SHAMPOO_FREE, transport_curvature)},
    {"kronecker_left_behind", "rf_shampoo", false, SAME(RF_SHAMPOO_FREE),
     SHEARED(RF_SHAMPOO_FREE, 0)},
    {"kronecker_damped", "rf_shampoo", false, SAME(RF_SHAMPOO_DAMPED),
     SHEARED(RF_SHAMPOO_DAMPED, transport_curvature)},
    {"kronecker", "shampoo", false, SAME(SHAMPOO), SHEARED(SHAMPOO, 0)},
};

const int invariance_law_count = sizeof invariance_laws / sizeof *invariance_laws;
