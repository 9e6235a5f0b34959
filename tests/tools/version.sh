#!/bin/sh
# Writes version.h: what a program says of its own origin.
# usage: version.sh VERSION COMPILER FLAGS
set -eu

# "-dirty": the code or a configuration differs from the commit; a README does not matter.
commit=$(git rev-parse --short HEAD 2>/dev/null) || commit=unknown
if [ "$commit" != unknown ] && ! git diff --quiet HEAD -- src experiments Makefile; then
    commit=$commit-dirty
fi

sources=$(find src experiments -type f \( -name '*.c' -o -name '*.h' -o -name '*.cu' \) |
    LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1)

# -march=native is another thing on every machine: say which.
# shellcheck disable=SC2086 # flags are words
machine=$($2 $3 -Q --help=target 2>/dev/null | awk '$1 == "-march=" {print " (" $2 ")"; exit}') || true

cat <<END
#define STEPBENCH_VERSION "$1"
#define STEPBENCH_COMMIT "$commit"
#define STEPBENCH_SOURCES_SHA256 "$sources"
#define STEPBENCH_COMPILER "$($2 --version | head -n 1)"
#define STEPBENCH_CFLAGS "$3$machine"
END
