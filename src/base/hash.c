#include "base/hash.h"

#include "base/die.h"

#include <errno.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(HASH_LENGTH + 1 == SHA256_DIGEST_STRING_LENGTH, "sha256 is 64 hexadecimal digits");

Hash hash_bytes(size_t size, const void *bytes)
{
    Hash hash;
    SHA256Data(bytes, size, hash.hex);
    return hash;
}

Hash hash_file(const char *path)
{
    Hash hash;
    if (!SHA256File(path, hash.hex)) die("%s: cannot be read: %s", path, strerror(errno));
    return hash;
}

struct HashSum {
    SHA2_CTX context;
};

HashSum *hash_begin(void)
{
    HashSum *sum = alloc_zeroed(1, sizeof *sum);
    SHA256Init(&sum->context);
    return sum;
}

void hash_add(HashSum *sum, size_t size, const void *bytes)
{
    SHA256Update(&sum->context, bytes, size);
}

Hash hash_end(HashSum *sum)
{
    Hash hash;
    SHA256End(&sum->context, hash.hex);
    free(sum);
    return hash;
}
