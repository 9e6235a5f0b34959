/* JSON objects, read in one pass without a tree: the numbers on the first level of each.
 *
 * Unlike json.h this takes Python's NaN and Infinity, stands a file that is cut off anywhere,
 * needs no memory, and takes time proportional to the text whatever it holds. */
#ifndef IO_LOG_SCAN_H
#define IO_LOG_SCAN_H

#include "io/log_kinds.h"

#include <stdbool.h>

/* What is done with each field that is not nested (a string comes without its quotes, escapes
 * as they stand), and with each object when it ends, whole or broken. */
typedef struct {
    void (*field)(void *context, LogText key, LogText value);
    void (*complete)(void *context, bool whole);
    void *context;
} ScanVisitor;

/* The objects of "log_history": […] or of a list; else one in each line that opens with "{". */
void scan_objects(LogText text, const ScanVisitor *visitor);

/* Does "log_history": [ stand in the text? */
bool scan_has_history(LogText text);

/* Is the first byte that is not blank one of these? */
bool scan_begins_with(LogText text, const char *characters);

#endif
