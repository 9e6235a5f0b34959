#!/bin/sh
# The passes over the rows, without a test framework: see tests/programs/threads.c.
exec "${B:-build/cpu}/tests/threads"
