#include "update/equal.h"

#include "base/die.h"

#include <inttypes.h>
#include <math.h>

double equal_share(const Paradigm *like, const Paradigm *paradigm, int versions)
{
    return paradigm_cost(like, versions) / paradigm_cost(paradigm, versions);
}

UpdateSetting equal_setting(UpdateSetting setting, double share)
{
    static const double most = 0x1p53;
    double steps = round(share * (double)setting.steps);
    if (!(steps >= 1.0 && steps <= most))
        die_usage("versions of %.3g times T = %" PRId64 " are %.3g updates long: expected from 1 "
                  "to 2^53",
                  share, setting.steps, steps);
    setting.steps = (int64_t)steps;
    return setting;
}
