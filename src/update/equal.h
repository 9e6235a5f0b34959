/* Paradigms at one cost: how long a version may be. */
#ifndef UPDATE_EQUAL_H
#define UPDATE_EQUAL_H

#include "update/paradigm.h"

/* T'/T for which `versions` versions of T' updates by this paradigm cost what as many of T by
 * `like` do: cost(like) / cost(paradigm). */
double equal_share(const Paradigm *like, const Paradigm *paradigm, int versions);

/* The setting with T' = share T, rounded. Exit 2 where no update is left. A warm-up is for an
 * optimizer's averages: it stays as long as it was. */
UpdateSetting equal_setting(UpdateSetting setting, double share);

#endif
