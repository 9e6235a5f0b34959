/* A program that answers a line with a number, and rests between two questions.
 *
 * Threads that wait actively would take their core from whoever is timed next, so a
 * process that was not asked is stopped (SIGSTOP), not only idle. */
#ifndef TESTS_BENCH_PROCESS_H
#define TESTS_BENCH_PROCESS_H

#include "base/die.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    pid_t pid;
    FILE *ask, *answer;
    char ready[256]; /* what it said first; "skipped: REASON" is one that cannot serve */
} Process;

static inline bool process_line(Process *process, char line[256])
{
    if (!fgets(line, 256, process->answer)) return false;
    line[strcspn(line, "\n")] = '\0';
    return true;
}

static inline bool process_skips(const Process *process)
{
    return !strncmp(process->ready, "skipped: ", strlen("skipped: "));
}

/* The command must be one program with its arguments. Returns once it is ready, or has ended. */
static inline Process process_start(const char *command)
{
    Process process = {0};
    char *line = format_text("exec %s", command);
    int in[2], out[2];
    if (pipe(in) || pipe(out)) die("no pipe");
    process.pid = fork();
    if (process.pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        for (int fd = 3; fd < 256; fd++) close(fd); /* other processes' pipes too */
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    free(line);
    close(in[0]);
    close(out[1]);
    process.ask = fdopen(in[1], "w");
    process.answer = fdopen(out[0], "r");
    if (!process_line(&process, process.ready))
        strcpy(process.ready, "skipped: it ended before it was ready");
    kill(process.pid, SIGSTOP);
    return process;
}

static inline void process_ask(Process *process, long steps, int threads)
{
    if (process_skips(process)) die("a process that was to be timed: %s", process->ready);
    kill(process->pid, SIGCONT);
    fprintf(process->ask, "%ld %d\n", steps, threads);
    fflush(process->ask);
}

static inline double process_answer(Process *process)
{
    char line[256];
    if (!process_line(process, line)) die("a process that was to be timed has ended");
    kill(process->pid, SIGSTOP);
    return strtod(line, NULL);
}

static inline void process_end(Process *process)
{
    fclose(process->ask);
    kill(process->pid, SIGCONT);
    fclose(process->answer);
    waitpid(process->pid, NULL, 0);
}

#endif
