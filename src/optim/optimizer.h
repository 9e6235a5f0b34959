/* From gradients to the next parameters, one step at a time.
 *
 * An optimizer is a kind with numbers ("adamw:beta1=0.9,beta2=0.95,decay=0.1,clip=1")
 * and slots of state in backend memory. The rate is an argument of the step: no
 * optimizer hides a schedule. It sees the parameter table (name, shape, group), not a
 * problem. Keys common to all: decay (weight decay; matrices and embeddings only),
 * clip (global gradient norm; 0: off). */
#ifndef OPTIM_OPTIMIZER_H
#define OPTIM_OPTIMIZER_H

#include "base/spec.h"
#include "compute/backend.h"
#include "compute/parameters.h"

typedef struct Optimizer Optimizer;

/* The optimizer keeps pointers to backend and table: they must outlive it. */
Optimizer *optimizer_create(const char *text, Backend *backend, const ParameterTable *table);
void optimizer_free(Optimizer *optimizer);

/* Update number steps_done + 1 with the gradients that stand in the table. */
void optimizer_step(Optimizer *optimizer, double rate);

/* optimizer_step() in two parts: uploads of what this step is told, and the counting; then calls
 * that are the same in every step, so that a backend may record them, if optimizer_is_steady().
 * (Others do some work every so many steps, or wait for the device.) */
void optimizer_prepare(Optimizer *optimizer, double rate);
void optimizer_apply(Optimizer *optimizer);
bool optimizer_is_steady(const Optimizer *optimizer);

/* Where the answer is an average of the way (schedule_free), puts it into the table in place of the
 * point at which gradients are taken, and takes it out again, to the byte; nothing for other
 * kinds. In pairs, around whatever evaluates or keeps parameters, and no step in between. Running
 * statistics stay those of the point. */
void optimizer_average_in(Optimizer *optimizer);
void optimizer_average_out(Optimizer *optimizer);

/* Sum of squares of the last step's gradient before clipping, in backend memory (a double), or
 * NULL where it was not asked for (clip = 0). */
const double *optimizer_gradient_square(const Optimizer *optimizer);

/* For checkpoints: the state is `numbers` reals in backend memory and the count of steps done.
 * NULL, 0 for an optimizer without state. */
real *optimizer_state(Optimizer *optimizer, int64_t *numbers);
int64_t optimizer_steps_done(const Optimizer *optimizer);
void optimizer_set_steps_done(Optimizer *optimizer, int64_t steps);

/* The text with every key spelled out; the bytes of state for a table, without making it (a number
 * of state=bfloat16 takes a real's). */
const char *optimizer_text(const Optimizer *optimizer);
int64_t optimizer_state_bytes(const char *text, const ParameterTable *table);

int optimizer_kind_count(void);
const char *optimizer_kind_name(int kind);
const char *optimizer_kind_help(int kind);

#endif
