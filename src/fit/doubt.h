/* What a fit by itself says against a value that it found, in words for the user. */
#ifndef FIT_DOUBT_H
#define FIT_DOUBT_H

#include "fit/fit.h"

/* Of parameter k, why its value says nothing, or less than it seems; NULL: nothing against it. */
const char *fit_doubt(const FitResult *fit, int k);

#endif
