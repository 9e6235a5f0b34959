#!/bin/sh
# Format, clang-tidy, cppcheck and shellcheck over the tracked files, and faults.txt against the
# sources: prints findings only.
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

# shellcheck disable=SC2016,SC2317 # the files are the inner shell's; called through check
tidy() {
    git ls-files 'src/*.c' 'experiments/*.c' |
        xargs -P "$(nproc)" -n 4 sh -c 'clang-tidy --quiet "$@" -- \
            -Isrc -D_GNU_SOURCE -std=c11 -fopenmp '"$(mpicc --showme:compile 2>/dev/null)" sh
}

c_files() { git ls-files 'src/*.[ch]' 'experiments/*.[ch]' 'tests/*.[ch]'; }
shell_files() { git ls-files '*.sh' '.ci/run'; }

# Word splitting is meant: no tracked path has a blank.
# shellcheck disable=SC2046
check clang-format --dry-run -Werror $(c_files)
check tidy
# Suppressed: it does not see that die() never returns, and takes a filled array, or a
# pointer that was only passed on, for an unset or dangling one; clang-tidy looks after these.
# shellcheck disable=SC2046
check cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -Isrc \
    --enable=warning,performance,portability --suppress=missingIncludeSystem \
    --suppress=nullPointerRedundantCheck --suppress=nullPointerArithmeticRedundantCheck \
    --suppress=returnDanglingLifetime --suppress=uninitvar \
    $(git ls-files 'src/*.c' 'experiments/*.c')
# shellcheck disable=SC2046
check shellcheck $(shell_files)
check env DRY=1 sh tests/tools/faults.sh
exit $status
