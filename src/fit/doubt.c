#include "fit/doubt.h"

#include <stddef.h>

const char *fit_doubt(const FitResult *fit, int k)
{
    const LawParameter *parameter = &fit->law->parameter[k];
    if (!fit->is_free[k]) return "kept as the law's authors have it";
    if (fit->unknown[k])
        return parameter->scale == LAW_PLAIN && parameter->linear
                   ? "unknown: no loss in the logs depends on it (the rate never changes?)"
                   : "unknown: the logs do not determine it";
    return fit->at_bound[k] ? "at its bound: the logs say too little of it" : NULL;
}
