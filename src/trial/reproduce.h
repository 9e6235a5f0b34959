/* The reproducing face: sweep, summary, claims, run.txt, in this order. Private to the frame. */
#ifndef TRIAL_REPRODUCE_H
#define TRIAL_REPRODUCE_H

#include "trial/options.h"

/* The exit code. */
int reproduce(const Program *program, Options *options);

/* Judges the claims of a finished run again; returns how many failed. */
int reproduce_judge(const Options *options);

#endif
