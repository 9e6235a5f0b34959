#!/bin/sh
# Format, clang-tidy, cppcheck and shellcheck over the tracked files: prints findings only.
set -u

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0

# Shows what a tool printed only when it found something: clang-tidy always counts aloud.
check() {
    "$@" >"$log" 2>&1 && return
    echo "== $1"
    grep -vE '^[0-9]+ warnings? |^Suppressed |^Use -header-filter|^Error while processing' "$log"
    status=1
}

# shellcheck disable=SC2317 # called through check
tidy() {
    git ls-files 'src/*.c' 'experiments/*.c' |
        xargs -P "$(nproc)" -n 4 clang-tidy --quiet -- -Isrc -D_GNU_SOURCE -std=c11 -fopenmp \
            -I/usr/lib/llvm-14/lib/clang/14.0.6/include
}

c_files() { git ls-files 'src/*.[ch]' 'experiments/*.[ch]' 'tests/*.[ch]'; }
shell_files() { git ls-files '*.sh' '.ci/run'; }

# Word splitting is meant: no tracked path has a blank.
# shellcheck disable=SC2046
check clang-format --dry-run -Werror $(c_files)
check tidy
# shellcheck disable=SC2046
check cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -Isrc \
    --enable=warning,performance,portability --suppress=missingIncludeSystem \
    $(git ls-files 'src/*.c' 'experiments/*.c')
# shellcheck disable=SC2046
check shellcheck $(shell_files)
exit $status
