/* From labelled rows of a file to a design matrix; set_from_dataset() is the outside of it. */
#ifndef OBJECTIVE_SETS_DATASET_H
#define OBJECTIVE_SETS_DATASET_H

#include "objective/sets.h"

/* The constant column holds bias_value; 0: the largest absolute feature of the rows chosen, so
 * that it is as long as the others and still a byte where they are. */
Design *dataset_design(const Dataset *dataset, const DesignChoice *choice, double bias_value,
                       const char *name);

#endif
