/* sha256 as 64 hexadecimal digits (libmd), for keys and for data checksums. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>

enum { HASH_LENGTH = 64 };

typedef struct {
    char hex[HASH_LENGTH + 1];
} Hash;

Hash hash_bytes(size_t size, const void *bytes);
Hash hash_file(const char *path); /* ends the program when it cannot be read */

#endif
