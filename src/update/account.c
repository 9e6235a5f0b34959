#include "update/account.h"

/* Does a version first … last of the paradigm go through the segment? */
static bool is_used(const Plan *plan, int paradigm, int first, int last, int segment)
{
    for (int v = first; v <= last; v++)
        if (plan_passes(plan, plan_path(plan, paradigm, v), segment)) return true;
    return false;
}

/* The deepest segment on the way to `path` that an earlier version went through. */
static int left_from(const Plan *plan, int paradigm, int version)
{
    int at = plan->end[plan_path(plan, paradigm, version)];
    while (at != PLAN_SCRATCH && !is_used(plan, paradigm, 1, version - 1, at))
        at = plan->segment[at].from;
    return at;
}

static bool is_release(const Plan *plan, int paradigm, int last, int segment)
{
    for (int v = 1; v <= last; v++) {
        int path = plan_path(plan, paradigm, v);
        if (plan->end[path] == segment && !plan->path[path].average.kind) return true;
    }
    return false;
}

/* The segment of `path` that comes after `segment`. */
static int next_on(const Plan *plan, int path, int segment)
{
    int at = plan->end[path];
    while (plan->segment[at].from != segment) at = plan->segment[at].from;
    return at;
}

/* What version − 1 leaves behind for `version` to begin with. */
static int64_t kept_for(const Plan *plan, int paradigm, int version, const UpdateSize *size)
{
    int at = left_from(plan, paradigm, version);
    if (at == PLAN_SCRATCH) return 0;
    int next = next_on(plan, plan_path(plan, paradigm, version), at);
    int64_t bytes = plan_resets(plan, next) ? 0 : size->optimizer_bytes;
    return bytes + (is_release(plan, paradigm, version - 1, at) ? 0 : size->parameter_bytes);
}

Account account_paradigm(const Plan *plan, int paradigm, int version, const UpdateSize *size)
{
    Account account = {.released_bytes = version * size->parameter_bytes};
    for (int s = 0; s < plan->segment_count; s++)
        if (is_used(plan, paradigm, 1, version, s)) account.steps += plan->segment[s].steps;
    for (int v = 1; v <= version; v++) {
        account.unshared += plan->path[plan_path(plan, paradigm, v)].steps;
        int64_t kept = v > 1 ? kept_for(plan, paradigm, v, size) : 0;
        if (kept > account.kept_bytes) account.kept_bytes = kept;
    }
    account.tokens = (double)account.steps * size->tokens;
    account.flops = (double)account.steps * size->flops;
    return account;
}

Sharing account_sharing(const Plan *plan)
{
    Sharing sharing = {0};
    const UpdateSize nothing = {0};
    for (int s = 0; s < plan->segment_count; s++) sharing.run += plan->segment[s].steps;
    for (int k = 0; k < plan->paradigm_count; k++) {
        Account account = account_paradigm(plan, k, plan->setting.versions, &nothing);
        sharing.paradigms += account.steps;
        sharing.unshared += account.unshared;
    }
    return sharing;
}
