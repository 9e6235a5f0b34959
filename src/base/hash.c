#include "base/hash.h"

#include "base/die.h"

#include <errno.h>
#include <sha2.h>
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
