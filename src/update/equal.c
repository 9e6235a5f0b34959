#include "update/equal.h"

#include <math.h>

double equal_share(const Paradigm *like, const Paradigm *paradigm, int versions)
{
    return paradigm_cost(like, versions) / paradigm_cost(paradigm, versions);
}

UpdateSetting equal_setting(UpdateSetting setting, double share)
{
    setting.steps = llround(share * (double)setting.steps);
    return setting;
}
