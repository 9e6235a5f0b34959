/* Numbers as text: the whole text is the number, or it is none. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* "1.5", "1e-3", "inf", "nan", blanks around them; false on anything else, and on overflow. */
bool number_real(const char *text, double *value);

/* "12", "-3", "1e6": a whole number in 64 bits; exponents only up to 2^53, where they are exact. */
bool number_int(const char *text, int64_t *value);

#endif
