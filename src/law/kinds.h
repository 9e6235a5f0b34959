/* The rows of the table of laws, each in a file of its own. Private to the room. */
#ifndef LAW_KINDS_H
#define LAW_KINDS_H

#include "law/law.h"

extern const Law law_annealing, law_annealing_size, law_multi_power, law_functional, law_momentum,
    law_linear_rate, law_power, law_chinchilla;

#endif
