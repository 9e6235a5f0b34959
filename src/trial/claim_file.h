/* A file of claims, read: the grammar is described in results/SCHEMA.md. Private to claims. */
#ifndef TRIAL_CLAIM_FILE_H
#define TRIAL_CLAIM_FILE_H

#include "trial/claim.h"

/* Texts that are not given are NULL, numbers that are not given NaN. */
typedef struct {
    const char *id, *place; /* place: "claims.cfg:12", for messages */
    const char *statement, *paper, *source, *domain, *scale, *kind_name, *profile_name, *reason,
        *note, *premise;
    const char *file, *select, *against, *pair, *x, *group, *value, *quantity, *interval,
        *direction;
    double expect, tolerance, low, high, effect, margin, null;
    ClaimKind kind;
    int profile;    /* rank */
    uint32_t given; /* a bit for each key of the grammar that was read */
} Claim;

typedef struct {
    int count;
    Claim *claim;
    char *text; /* what the claims point into */
} ClaimFile;

/* Ends the program with file and line on an unknown key, a bad value or a claim that
 * cannot be judged (no region, an empty one, an unknown kind). */
ClaimFile claim_file_read(const char *path);
void claim_file_free(ClaimFile *file);

/* smoke < quick < laptop < full; -1 for another name. */
int claim_profile_rank(const char *name);

/* The kind's number by name, -1 when there is none; and the known names, for messages. */
int claim_kind_find(const char *name);
extern const char *const claim_kind_names;

/* R, from the claim's kind and numbers; NaN in low or high where a number is missing. */
ClaimRegion claim_region(const Claim *claim);

/* What a kind needs, for messages: "expect and tolerance". */
const char *claim_kind_needs(ClaimKind kind);

#endif
