/* One line on stderr, on a terminal only, at most twice a second: what is done,
 * the loss now, the time left. Silent elsewhere. */
#ifndef IO_PROGRESS_H
#define IO_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

void progress_enable(bool enabled);                                             /* --quiet */
void progress_show(const char *what, int64_t done, int64_t total, double loss); /* NaN: no loss */
void progress_end(void); /* clears the line */

#endif
