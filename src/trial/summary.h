/* summary.csv: a row for each point of a figure, over its repeats.
 *
 * Rows of trials.csv that agree in every group column are one point, in order of
 * first appearance. Trials that diverged or crashed count in n_diverged and as +inf in
 * quantiles; those whose data are absent are left out. */
#ifndef TRIAL_SUMMARY_H
#define TRIAL_SUMMARY_H

/* Column names separated by blanks. Columns of summary.csv: the groups, the carried ones (the
 * first row's value), n, n_diverged, and MEASURE_STATISTIC for each measure and statistic:
 *
 *   median, q10, q25, q75, q90, best, worst    order statistics, the lowest being the best
 *   mean, deviation, low, high                 of the values as they stand in trials.csv, whatever
 *                                              the outcome; low and high: the t interval of the
 *                                              mean at 95 %
 *
 * NULL: "median q10 q90". Where statistics are named, they are NaN for a measure that is NaN in
 * all rows of a group. */
typedef struct {
    const char *groups, *carried, *measures, *statistics;
} SummaryColumns;

void summary_write(const char *results, const SummaryColumns *columns);

#endif
