/* Wall time, for timing.csv and progress only: nothing else may depend on it. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

double clock_s(void);                 /* monotonic */
void clock_iso(char text[static 21]); /* "2026-01-31T12:00:00Z" */

#endif
