#!/bin/sh
# Passes over rows and steps of training, without a test framework: see tests/programs/threads.c.
exec "${B:-build/cpu}/tests/threads"
