#include "io/files.h"

#include "base/die.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

void files_make_directory(const char *path)
{
    char *partial = format_text("%s", path);
    for (char *slash = strchr(partial + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash) *slash = '\0';
        if (*partial && mkdir(partial, 0777) && errno != EEXIST)
            die("%s: the folder cannot be made: %s", partial, strerror(errno));
        if (!slash) break;
        *slash = '/';
    }
    free(partial);

    struct stat info;
    if (stat(path, &info) || !S_ISDIR(info.st_mode)) die("%s: is not a folder", path);
}

bool files_exist(const char *path) { return access(path, F_OK) == 0; }

int files_lock(const char *path, bool shared)
{
    const struct flock first = {
        .l_type = shared ? F_RDLCK : F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0) die("%s: cannot be written: %s", path, strerror(errno));
    if (!fcntl(descriptor, F_SETLK, &first)) return descriptor;
    close(descriptor);
    return -1;
}

bool files_same(const char *a, const char *b)
{
    struct stat one, other;
    return !stat(a, &one) && !stat(b, &other) && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

FILE *files_begin(const char *path)
{
    struct stat info; /* a device would be replaced by a file */
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) die("%s: is not a regular file", path);
    char *part = format_text("%s.part", path);
    FILE *file = fopen(part, "w");
    if (!file) die("%s: cannot be written: %s", part, strerror(errno));
    free(part);
    return file;
}

void files_commit(FILE *file, const char *path)
{
    char *part = format_text("%s.part", path);
    errno = 0;
    bool whole = !ferror(file) && fflush(file) == 0 && fsync(fileno(file)) == 0;
    if (!whole) die("%s: cannot be written: %s", part, strerror(errno ? errno : EIO));
    if (fclose(file) || rename(part, path)) die("%s: cannot be written: %s", path, strerror(errno));
    free(part);
}

static _Noreturn void die_reading(gzFile file, const char *path)
{
    int code;
    const char *reason = gzerror(file, &code);
    if (code == Z_BUF_ERROR) reason = "the gzip file is cut off; fetch it again";
    die("%s: cannot be read: %s", path, code == Z_ERRNO ? strerror(errno) : reason);
}

/* Room for a file of known size plus the final 0 byte; gzip grows from there. */
static size_t first_room(const char *path)
{
    struct stat info;
    if (stat(path, &info)) die("%s: cannot be read: %s", path, strerror(errno));
    if (S_ISDIR(info.st_mode)) die("%s: is a folder, expected a file", path);
    return (size_t)info.st_size + 1;
}

char *files_read(const char *path, size_t *size)
{
    enum { CHUNK = 1 << 26 }; /* gzread() counts in int */
    size_t room = first_room(path), length = 0;
    char *bytes = alloc_resized(NULL, room + 1, 1);
    gzFile file = gzopen(path, "rb");
    if (!file) die("%s: cannot be read: %s", path, strerror(errno));
    gzbuffer(file, 1 << 18);

    for (;;) {
        if (length == room) bytes = alloc_resized(bytes, (room *= 2) + 1, 1);
        size_t wanted = room - length < CHUNK ? room - length : CHUNK;
        int got = gzread(file, bytes + length, (unsigned)wanted);
        if (got < 0) die_reading(file, path);
        if (got == 0) break;
        length += (size_t)got;
    }
    int code;
    gzerror(file, &code);
    if (code != Z_OK && code != Z_STREAM_END) die_reading(file, path);
    gzclose(file);
    bytes[length] = '\0';
    if (size) *size = length;
    return bytes;
}

bool files_replace(const char *path, size_t size, const char *bytes)
{
    if (files_exist(path)) {
        size_t present_size;
        char *present = files_read(path, &present_size);
        bool same = present_size == size && memcmp(present, bytes, size) == 0;
        free(present);
        if (same) return false;
    }
    FILE *file = files_begin(path);
    fwrite(bytes, 1, size, file);
    files_commit(file, path);
    return true;
}
