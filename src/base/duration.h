/* Lengths of time as people write them. */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include <stdbool.h>

/* "90", "90s", "20m", "1.5h": seconds, which are also meant without a unit; false on anything
 * else, on less than 0 and on what is not finite. */
bool duration_read(const char *text, double *time_s);

/* "0.4 s", "45 s", "14 min", "3.2 h", "12 days": about so long. The caller frees. */
char *duration_text(double time_s);

#endif
