/* What several laws share. Private to the room. */
#ifndef LAW_PRIVATE_H
#define LAW_PRIVATE_H

#include "law/law.h"

#include <math.h>
#include <stddef.h>

/* ln S1 at the features' steps. */
void law_log_area(const LawFeatures *features, double *out);

/* Column 1 = S2 at that λ, column 2 = its slope by λ. */
void law_tune_annealing(LawFeatures *features, double lambda);

/* S2 at any λ: the tuned columns, or computed, then to be freed. */
typedef struct {
    const double *value, *slope;
    double *owned; /* free() it */
} Annealing;
Annealing law_annealing_at(const LawFeatures *features, double lambda);

/* Laws of the form
 *     L = floor + A S1^−α − C grown D
 * whose first four parameters are L0, A, α and C, and whose column 0 holds ln S1. */
typedef struct {
    double floor;        /* with slope 1 by L0 */
    double grown;        /* by the model's size; else 1 */
    const double *drop;  /* D: points */
    const double *slope; /* of D by the fifth parameter; NULL: it has none */
} LawDrop;

/* Loss, parts and the slopes by those parameters, as Law.value has them; the other columns of the
 * gradient are left as they are. */
void law_drop_value(const LawFeatures *features, const double *theta, const LawDrop *by,
                    double *loss, double *gradient, double *parts);

static inline void law_parts(double *parts, int64_t n, int64_t p, double floor, double progress,
                             double annealing)
{
    if (!parts) return;
    parts[LAW_FLOOR * n + p] = floor;
    parts[LAW_PROGRESS * n + p] = progress;
    parts[LAW_ANNEALING * n + p] = annealing;
}

#endif
