#include "trial/claim_file.h"

#include <math.h>
#include <string.h>

const char *verdict_name(Verdict verdict)
{
    static const char *const names[] = {
        [VERDICT_REPRODUCED] = "reproduced", [VERDICT_PARTLY] = "partly",
        [VERDICT_NOT] = "not reproduced",    [VERDICT_UNDECIDED] = "undecided",
        [VERDICT_HOLDS] = "holds",           [VERDICT_FAILS] = "fails",
        [VERDICT_NOT_RUN] = "not run",       [VERDICT_PREMISE_ABSENT] = "premise absent",
    };
    return names[verdict];
}

static double otherwise(double value, double fallback) { return isnan(value) ? fallback : value; }

static bool says(const char *text, const char *word) { return text && !strcmp(text, word); }

/* A ratio of nothing to nothing is 1, a difference 0: the value without any effect. */
static double neutral(const Claim *claim) { return says(claim->quantity, "ratio") ? 1.0 : 0.0; }

static ClaimRegion region_of_direction(const Claim *claim)
{
    double none = neutral(claim), lowest = none > 0.0 ? 0.0 : -INFINITY;
    ClaimRegion region = {.null = otherwise(claim->null, none)};
    bool less = says(claim->direction, "less");
    region.low = less ? lowest : none + claim->effect;
    region.high = less ? none - claim->effect : INFINITY;
    if (isnan(claim->effect)) region.low = region.high = NAN;
    return region;
}

static ClaimRegion region_around(const Claim *claim, double centre, double null)
{
    return (ClaimRegion){.low = centre - claim->tolerance,
                         .high = centre + claim->tolerance,
                         .null = otherwise(claim->null, null)};
}

static ClaimRegion region_of_exponent(const Claim *claim)
{
    return region_around(claim, claim->expect, 0.0);
}

static ClaimRegion region_of_number(const Claim *claim)
{
    return region_around(claim, claim->expect, NAN);
}

static ClaimRegion region_of_edge(const Claim *claim)
{
    return region_around(claim, otherwise(claim->expect, 1.0), NAN);
}

static ClaimRegion region_of_bound(const Claim *claim)
{
    if (isnan(claim->low) && isnan(claim->high)) return (ClaimRegion){NAN, NAN, NAN};
    return (ClaimRegion){.low = otherwise(claim->low, -INFINITY),
                         .high = otherwise(claim->high, INFINITY),
                         .null = claim->null};
}

static ClaimRegion region_of_equal(const Claim *claim)
{
    double none = neutral(claim);
    return (ClaimRegion){none - claim->margin, none + claim->margin, claim->null};
}

static ClaimRegion region_of_exact(const Claim *claim)
{
    return isnan(claim->expect) ? region_of_bound(claim) : region_of_number(claim);
}

typedef struct {
    const char *name, *needs;
    ClaimRegion (*region)(const Claim *claim);
} KindRow;

static const KindRow kinds[] = {
    [CLAIM_ORDER] = {"order", "direction and effect", region_of_direction},
    [CLAIM_EXPONENT] = {"exponent", "expect and tolerance", region_of_exponent},
    [CLAIM_NUMBER] = {"number", "expect and tolerance", region_of_number},
    [CLAIM_BOUND] = {"bound", "low or high", region_of_bound},
    [CLAIM_EDGE] = {"edge", "tolerance", region_of_edge},
    [CLAIM_EQUAL] = {"equal", "margin", region_of_equal},
    [CLAIM_TREND] = {"trend", "direction and effect", region_of_direction},
    [CLAIM_EXACT] = {"exact", "expect and tolerance, or low or high", region_of_exact},
};

const char *const claim_kind_names = "order, exponent, number, bound, edge, equal, trend, exact";

int claim_kind_find(const char *name)
{
    for (int kind = 0; kind < (int)(sizeof kinds / sizeof *kinds); kind++)
        if (!strcmp(kinds[kind].name, name)) return kind;
    return -1;
}

const char *claim_kind_needs(ClaimKind kind) { return kinds[kind].needs; }

ClaimRegion claim_region(const Claim *claim) { return kinds[claim->kind].region(claim); }

/* R lies on one side of the null value, and all of I on the same. */
static bool direction_agrees(Interval interval, ClaimRegion region)
{
    return (region.low >= region.null && interval.low > region.null) ||
           (region.high <= region.null && interval.high < region.null);
}

Verdict claim_judge(ClaimKind kind, Interval interval, ClaimRegion region)
{
    /* Exact statements are about numbers without noise: their region has its ends. */
    if (kind == CLAIM_EXACT)
        return interval.low >= region.low && interval.high <= region.high ? VERDICT_HOLDS
                                                                          : VERDICT_FAILS;
    if (interval.low > region.low && interval.high < region.high) return VERDICT_REPRODUCED;
    bool disjoint = interval.high <= region.low || interval.low >= region.high;
    if (!disjoint) return VERDICT_UNDECIDED;
    return direction_agrees(interval, region) ? VERDICT_PARTLY : VERDICT_NOT;
}
