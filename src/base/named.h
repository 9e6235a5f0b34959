/* Looking a row of a table of kinds up by its name. */
#ifndef BASE_NAMED_H
#define BASE_NAMED_H

#include <stddef.h>

/* The row called `name` among `count` rows of `size` bytes, each of which begins with its name
 * (const char *). Exit 2 with the list of names on an unknown one: "WHAT 'name' is not one of …".
 */
const void *named_row(const char *what, const char *name, size_t count, size_t size,
                      const void *rows);

#endif
