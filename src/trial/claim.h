/* Executable claims: sentences with numbers, fixed before the runs, judged by
 * intervals computed from the CSV files alone.
 *
 * A claim names a quantity (values, paired differences, ratios or slopes over
 * selected rows), how its interval is formed, and by its kind a region R:
 * interval inside R → reproduced; disjoint from R → partly when the direction
 * agrees, else not reproduced; otherwise undecided. The grammar of claims.cfg
 * is described in results/SCHEMA.md. */
#ifndef TRIAL_CLAIM_H
#define TRIAL_CLAIM_H

#include "base/hash.h"
#include "base/stats.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef enum {
    CLAIM_ORDER,
    CLAIM_EXPONENT,
    CLAIM_NUMBER,
    CLAIM_BOUND,
    CLAIM_EDGE,
    CLAIM_EQUAL,
    CLAIM_TREND,
    CLAIM_EXACT,
} ClaimKind;

typedef enum {
    VERDICT_REPRODUCED,
    VERDICT_PARTLY,
    VERDICT_NOT,
    VERDICT_UNDECIDED,
    VERDICT_HOLDS,
    VERDICT_FAILS, /* of kind exact: not counted as reproduced */
    VERDICT_NOT_RUN,
    VERDICT_PREMISE_ABSENT,
} Verdict;

/* The open interval of values that make the claim true, and the value from which
 * the direction counts (NaN: a miss is never "partly"). */
typedef struct {
    double low, high, null;
} ClaimRegion;

const char *verdict_name(Verdict verdict);

/* The rule alone; the tests simulate it. */
Verdict claim_judge(ClaimKind kind, Interval interval, ClaimRegion region);

/* Judges every claim of claims.cfg against the CSV files in `results`, writes
 * results/claims.csv, and returns the number of claims that failed (not reproduced, fails). */
int claims_evaluate(const char *claims_cfg, const char *results, const char *profile);

/* The table of results/claims.csv for a person. */
void claims_print(FILE *out, const char *results);

#endif
