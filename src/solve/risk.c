#include "solve/risk.h"

#include "compute/rowpass.h"

enum { EVERY_STEP = 50 };

double risk_of(const Design *rows, const double *w)
{
    return rowpass_value(rows, &rowloss_logistic, w);
}

RiskWatch risk_watch(const Design *rows, double target)
{
    return (RiskWatch){.rows = rows, .target = target, .next = 0};
}

bool risk_reached(void *watch, const Solver *solver)
{
    RiskWatch *risk = watch;
    if (solver->step < risk->next) return false;
    risk->next = solver->step + (solver->step < EVERY_STEP ? 1 : solver->step / EVERY_STEP);
    return risk_of(risk->rows, solver->w) <= risk->target;
}
