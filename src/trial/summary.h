/* summary.csv: a row for each point of a figure, over its repeats.
 *
 * Rows of trials.csv that agree in every group column are one point, in order of
 * first appearance. Trials that diverged or crashed count in n_diverged and as +inf in
 * quantiles; those whose data are absent are left out. */
#ifndef TRIAL_SUMMARY_H
#define TRIAL_SUMMARY_H

/* Column names separated by blanks. Columns of summary.csv: the groups, the carried ones (the
 * first row's value), n, n_diverged, and MEASURE_median, MEASURE_q10, MEASURE_q90 for each measure.
 */
typedef struct {
    const char *groups, *carried, *measures;
} SummaryColumns;

void summary_write(const char *results, const SummaryColumns *columns);

#endif
