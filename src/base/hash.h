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

/* The same of bytes that come in pieces. hash_end() frees. */
typedef struct HashSum HashSum;
HashSum *hash_begin(void);
void hash_add(HashSum *sum, size_t size, const void *bytes);
Hash hash_end(HashSum *sum);

#endif
