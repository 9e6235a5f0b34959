/* Giving up: the one way a program of this suite ends early.
 *
 * For failures of the surroundings (no memory, no file, a bad flag, a bad
 * line in the user's file). A wrong call is an assert(); numbers that go wrong
 * (diverged, NaN) are a result and are returned. */
#ifndef BASE_DIE_H
#define BASE_DIE_H

#include <stddef.h>

enum { EXIT_USAGE = 2, EXIT_CLAIM = 3, EXIT_INTERRUPTED = 130 };

/* "error: …" on stderr, exit 1. One sentence: where, what was expected, how to mend it. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for a wrong command line or a missing requirement: exit 2. */
_Noreturn void die_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "warning: …" on stderr, and on. */
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* calloc() and realloc() that never return NULL; the caller frees. */
void *alloc_zeroed(size_t count, size_t size);
void *alloc_resized(void *memory, size_t count, size_t size);

/* sprintf() into memory of the right length; the caller frees. */
char *format_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
