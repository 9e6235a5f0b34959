/* Forecasts of the ends of curves that are known, from their beginnings, as the verb `forecast`
 * makes them: is the end inside the 90 % interval? */
#ifndef ANNEALING_LAW_FORECASTS_H
#define ANNEALING_LAW_FORECASTS_H

#include "studies.h"

#include "law/run.h"

/* The run is cut at 30, 40 … 80 % of its steps; its schedule is known to the end. For each cut with
 * enough points a row with law `forecast` and one with law `last_loss`: that nothing changes any
 * more. Then a row of each with their means, level_index −1. The end, and the last loss, is the
 * mean of a fiftieth of all points. */
void forecasts_write(const LawRun *run, const Row *like, const StudyJob *job);

#endif
