/* L3 (c): are there failures from w = 0 below both 1/lambda and the critical step? A search
 * over random separable sets, and its control between the two, where failures exist. */
#include "studies.h"

#include "solve/failures.h"

/* One trial searches so many sets. */
enum { SETS_PER_TRIAL = 1000 };

static int64_t search_count(void)
{
    return (config.search_sets + SETS_PER_TRIAL - 1) / SETS_PER_TRIAL;
}

static void search_factors(int64_t index, Row *row)
{
    row->set = "lottery";
    row->repeat = index;
}

/* level_index counts the rates of failures.h; level: the share, where there is one. */
static void search_run(const StudyJob *job, Row row)
{
    FailureCount count = failures_count(SETS_PER_TRIAL, data_stream(row.repeat, RNG_SEARCH));
    for (int k = 0; k < FAILURES_RATES; k++) {
        row.level_index = k;
        row.level = k < FAILURES_SHARES ? failures_share[k] : NAN;
        row.size = count.tried[k];
        row.measured = (double)count.failed[k];
        row_write(&row, job);
    }
}

const Grid study_search = {"search", search_count, search_factors, search_run, NULL};
