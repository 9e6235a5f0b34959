/* Verdicts as a file, results/claims.csv. Private to claims. */
#ifndef TRIAL_CLAIM_TABLE_H
#define TRIAL_CLAIM_TABLE_H

#include "trial/claim_file.h"

typedef struct {
    Verdict verdict;
    int64_t count;
    Interval interval;
    char *reason; /* of the verdict; never NULL */
} ClaimResult;

void claim_table_write(const char *results, const ClaimFile *file, const ClaimResult judged[]);

#endif
