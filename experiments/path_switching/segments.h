/* Checkpoints inside a trial, so that a run killed in a long one goes on from its last segment.
 *
 * They stand in OUT/.segments until the trial is done: its rows, once written, are kept by the
 * sweep. Trials of few updates leave none, which would take longer than they save. */
#ifndef PATH_SWITCHING_SEGMENTS_H
#define PATH_SWITCHING_SEGMENTS_H

#include "trial/study.h"

/* The trial's folder, named by configuration, texts and build too; NULL: it leaves none. The
 * caller frees. */
char *segments_folder(const StudyJob *job, int64_t updates);

/* With all that is in it; nothing is done where there is none, or for NULL. */
void segments_remove(const char *folder);

/* Those that other configurations left in a results folder, too. */
void segments_remove_all(const char *out);

#endif
