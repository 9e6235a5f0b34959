/* Gradient descent that warms its rate up and watches the objective: the safe way to
 * use a large constant step.
 *
 * The rate starts at 1/L and doubles every GUARDED_RAMP steps until it reaches the rate
 * asked for. A large step may raise the objective and still be right, so an increase is no
 * alarm; GUARDED_PATIENCE steps without a new lowest value are, and so is overflow ahead. Then the
 * best iterate is taken back and the ceiling of the rate is halved for good. */
#ifndef SOLVE_GUARDED_H
#define SOLVE_GUARDED_H

enum { GUARDED_RAMP = 4, GUARDED_PATIENCE = 50 };

/* Places in Solver.scalar, for observers. */
enum { GUARDED_CEILING, GUARDED_LOWEST, GUARDED_LOWEST_STEP, GUARDED_ROLLBACKS };

#endif
