/* Calls that end the program, watched from outside: exit code and message.
 *
 * A Criterion test sees only that its process ended; these see what it said. */
#ifndef TESTS_DYING_H
#define TESTS_DYING_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    int exit_code; /* -1: killed by a signal */
    char out[8192], err[8192];
} Ending;

static inline void dying_collect(int from, char text[8192])
{
    size_t length = 0;
    ssize_t got;
    while (length < 8191 && (got = read(from, text + length, 8191 - length)) > 0)
        length += (size_t)got;
    text[length] = '\0';
    close(from);
}

/* Runs body(context) in a child process; exit code 0 when it returns. */
static inline Ending dying_run(void (*body)(void *context), void *context)
{
    Ending ending = {0};
    int out[2], err[2], status;
    if (pipe(out) || pipe(err)) abort();
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        close(out[0]), close(err[0]), close(out[1]), close(err[1]);
        body(context);
        exit(0);
    }
    close(out[1]), close(err[1]);
    dying_collect(out[0], ending.out);
    dying_collect(err[0], ending.err);
    waitpid(child, &status, 0);
    ending.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ending;
}

typedef struct {
    char path[128];
    pid_t owner;
} Scratch;

static Scratch scratch;

static inline int scratch_remove_one(const char *path, const struct stat *info, int type,
                                     struct FTW *place)
{
    (void)info, (void)type, (void)place;
    return remove(path);
}

/* A child that ends must not take away what its parent still reads. */
static inline void scratch_remove(void)
{
    if (getpid() == scratch.owner) nftw(scratch.path, scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* DIRECTORY/NAME in a folder of this test's own, removed at its end; static memory, four names
 * at a time. */
static inline const char *scratch_path(const char *name)
{
    static char path[4][256];
    static int next;
    if (!scratch.owner) {
        const char *parent = getenv("TMPDIR");
        snprintf(scratch.path, sizeof scratch.path, "%s/stepbench_test_XXXXXX",
                 parent ? parent : "/tmp");
        if (!mkdtemp(scratch.path)) abort();
        scratch.owner = getpid();
        atexit(scratch_remove);
    }
    char *chosen = path[next++ % 4];
    snprintf(chosen, sizeof path[0], "%s/%s", scratch.path, name);
    return chosen;
}

static inline const char *scratch_write(const char *name, size_t size, const char *bytes)
{
    const char *path = scratch_path(name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file)) abort();
    return path;
}

static inline const char *scratch_text(const char *name, const char *text)
{
    return scratch_write(name, strlen(text), text);
}

#endif
