/* From the rows of a CSV file to the numbers a claim is about. Private to claims. */
#ifndef TRIAL_CLAIM_QUANTITY_H
#define TRIAL_CLAIM_QUANTITY_H

#include "io/csv.h"
#include "trial/claim_file.h"

typedef struct {
    int64_t count, n;  /* values; what the interval is made of (a lone fit: its points) */
    double *value;     /* values, paired differences or ratios, slopes, shares; the caller frees */
    Interval interval; /* NaN where a value is not finite or there is none */
    int64_t infinite;  /* how many values are not finite */
    int64_t absent;    /* rows left out because their data were absent */
    int64_t unpaired;  /* rows left out because they have no partner */
    bool is_mean;      /* a t interval of the values' mean: more repeats would narrow it */
} ClaimSample;

enum { CLAIM_LEVEL_PERCENT = 99 }; /* about sixty claims are judged at a time */

ClaimSample claim_sample(const Claim *claim, const Csv *csv);

#endif
