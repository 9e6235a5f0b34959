/* The known name that was probably meant, for "did you mean …?". */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

/* By the fewest letters inserted, left out or changed; NULL when nothing is near.
 * names: `count` strings; ties go to the first. */
const char *nearest_name(const char *text, int count, const char *const names[]);

#endif
