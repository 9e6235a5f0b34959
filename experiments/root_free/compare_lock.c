/* One writer of a file that is replaced as a whole. */
#include "compare.h"

#include "base/die.h"
#include "io/files.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct Lock {
    char *path;
    int descriptor;
};

/* Whoever had it before may have removed what was opened here. */
static bool is_in_place(int descriptor, const char *path)
{
    struct stat open_one, named;
    return !fstat(descriptor, &open_one) && !stat(path, &named) &&
           open_one.st_dev == named.st_dev && open_one.st_ino == named.st_ino;
}

Lock *lock_take(const char *path)
{
    if (!path) return NULL;
    Lock *lock = alloc_zeroed(1, sizeof *lock);
    *lock = (Lock){format_text("%s.lock", path), -1};
    do {
        if (lock->descriptor >= 0) close(lock->descriptor);
        lock->descriptor = files_lock(lock->path, false);
        if (lock->descriptor < 0)
            die("another comparison is writing into %s: wait for it, or name another file with "
                "--out",
                path);
    } while (!is_in_place(lock->descriptor, lock->path));
    return lock;
}

void lock_drop(Lock *lock)
{
    if (!lock) return;
    unlink(lock->path);
    close(lock->descriptor);
    free(lock->path);
    free(lock);
}
