/* The kinds of optimizers by name. A new one is its own file and a row here. (Nothing else names a
 * kind: a program that links a table of its own in place of this file has other optimizers.) */
#include "optim/optimizer_kinds.h"

const OptimizerRow optimizer_rows[] = {
    {"sgd", &optimizer_sgd},
    {"sign", &optimizer_sign},
    {"rmsprop", &optimizer_rmsprop},
    {"adam", &optimizer_adam},
    {"adamw", &optimizer_adamw},
    {"muon", &optimizer_muon},
    {"rf_rmsprop", &optimizer_rf_rmsprop},
    {"rf_adamw", &optimizer_rf_adamw},
    {"adam_p", &optimizer_adam_p},
    {"shampoo", &optimizer_shampoo},
    {"rf_shampoo", &optimizer_rf_shampoo},
    {"if_shampoo", &optimizer_if_shampoo},
    {"kl_shampoo", &optimizer_kl_shampoo},
    {"soap", &optimizer_soap},
    {"schedule_free", &optimizer_schedule_free},
};

const int optimizer_row_count = sizeof optimizer_rows / sizeof *optimizer_rows;
