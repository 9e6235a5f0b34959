/* Do two result folders say the same?
 *
 * Prints which trials differ, by how much (largest relative difference per
 * column), and whether the verdicts agree. */
#ifndef TRIAL_COMPARE_H
#define TRIAL_COMPARE_H

#include <stdio.h>

/* 0: same bytes in trials, curves and summary; 1: numbers differ, verdicts agree; 2: verdicts
 * differ. Ends the program where the folders are of two programs. */
int compare_results(FILE *out, const char *directory_a, const char *directory_b);

#endif
