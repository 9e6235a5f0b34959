#include "base/die.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* One write per message: lines of several processes do not run into each other. */
static void say(const char *prefix, const char *format, va_list args)
{
    char text[4096];
    vsnprintf(text, sizeof text, format, args);
    fprintf(stderr, "%s: %s\n", prefix, text);
}

void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say("error", format, args);
    va_end(args);
    exit(EXIT_FAILURE);
}

void die_usage(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say("error", format, args);
    va_end(args);
    exit(EXIT_USAGE);
}

void warn(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say("warning", format, args);
    va_end(args);
}

void *alloc_zeroed(size_t count, size_t size)
{
    /* calloc(0) may return NULL, which would read as a failure. */
    void *memory = calloc(count ? count : 1, size);
    if (!memory) die("out of memory: %zu x %zu bytes", count, size);
    return memory;
}

void *alloc_resized(void *memory, size_t count, size_t size)
{
    void *resized = reallocarray(memory, count ? count : 1, size);
    if (!resized) die("out of memory: %zu x %zu bytes", count, size);
    return resized;
}

char *format_text(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = NULL;
    int length = vasprintf(&text, format, args);
    va_end(args);
    if (length < 0) die("out of memory: a text of format '%s'", format);
    return text;
}
