/* Whole files: made under a temporary name, and under their own only when complete. */
#ifndef IO_FILES_H
#define IO_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* mkdir -p. */
void files_make_directory(const char *path);
bool files_exist(const char *path);
/* Do both exist, and are one file? */
bool files_same(const char *a, const char *b);

/* A record lock on a file's first byte; the file is made where it is not there. The descriptor,
 * which holds the lock until it is closed, or -1 where another process has it. Forked processes do
 * not inherit it, and it ends with the process however that ends. */
int files_lock(const char *path, bool shared);

/* Opens PATH.part for writing; files_commit() flushes, syncs and renames it to PATH. */
FILE *files_begin(const char *path);
void files_commit(FILE *file, const char *path);

/* The whole file with a 0 byte behind it; the caller frees. gzip is unpacked on the fly.
 * Ends the program when it cannot be read. size may be NULL. */
char *files_read(const char *path, size_t *size);

/* Leaves an existing file untouched when it holds the same bytes already; true if written. */
bool files_replace(const char *path, size_t size, const char *bytes);

#endif
