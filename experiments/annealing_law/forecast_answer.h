/* What `forecast` found, and how it is told. Private to the program. */
#ifndef ANNEALING_LAW_FORECAST_ANSWER_H
#define ANNEALING_LAW_FORECAST_ANSWER_H

#include "own_log.h"

#include "fit/forecast.h"

enum { FUTURE = 100 };

typedef struct {
    int count;
    Logged *logs;
    const Logged *log; /* the one that is forecast: the last */
    const LawRun **runs;
    const Law *law;
    int64_t step[FUTURE];
    int64_t future;
    Forecast forecast;
    int told, inside; /* cuts that the log determines; those of them that hold what was measured */
} Answer;

/* A loss is above 0: an interval that is not says that the log determines nothing. */
static inline bool forecast_is_told(Interval interval) { return interval.low > 0.0; }

void forecast_print(const Answer *answer);
void forecast_print_json(const Answer *answer);
void forecast_write(const Answer *answer); /* --out */

#endif
