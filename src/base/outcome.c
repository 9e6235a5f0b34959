#include "base/outcome.h"

#include <assert.h>
#include <stddef.h>

static const char *const names[] = {
    [OUTCOME_REACHED] = "reached", [OUTCOME_SPENT] = "spent",   [OUTCOME_DIVERGED] = "diverged",
    [OUTCOME_CYCLING] = "cycling", [OUTCOME_ABSENT] = "absent", [OUTCOME_CRASHED] = "crashed",
};

const char *outcome_name(Outcome outcome)
{
    assert((size_t)outcome < sizeof names / sizeof *names);
    return names[outcome];
}
