/* The optimizers in double precision, where they agree with the references to many digits. */
#include "optimizer_golden.h"

Test(gradient_optimizer, ten_steps_in_double_are_those_of_pytorch)
{
    /* Numbers up to 10 that round some 50 times in ten steps: 10 * 50 * 1.1e-16 = 6e-14. Muon's
     * polynomial multiplies the rounding errors of small singular values by up to 3.44^5 = 485. */
    golden_check(1e-13, 5e-13);
}
