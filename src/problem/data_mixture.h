/* Windows of several sources: each row of a batch comes from one of them, drawn by shares.
 *
 * Row b of a training batch is row b of the same batch of the source that is drawn for it, so a
 * mixture of one source is that source. Held-out windows are those of all sources in turn. Where
 * all sources have places, so has the mixture: its store is theirs, one behind the other. Text
 * only. */
#ifndef PROBLEM_DATA_MIXTURE_H
#define PROBLEM_DATA_MIXTURE_H

#include "problem/data.h"

/* Shares: not negative, any sum above 0; a source without a share is left out. The sources must
 * have the same classes and context, and outlive the mixture. data_free() frees it alone. */
Data *data_mixture_of(int count, Data *const source[], const double share[]);

/* From now on it frees its sources, too. */
void data_mixture_own(Data *mixture);

#endif
