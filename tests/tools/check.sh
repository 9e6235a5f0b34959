# Sourced by shell tests: `check "sentence" command…` counts a success or a failure;
# `finish NAME` prints the count as tests/tools/run.sh reads it.
# shellcheck shell=sh

passed=0 failed=0

check() {
    sentence=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $sentence"
    fi
}

# exits CODE command…: what it printed stays in $output.
exits() {
    expected=$1 code=0
    shift
    output=$("$@" 2>&1 </dev/null) || code=$?
    [ "$code" -eq "$expected" ] || { echo "exit $code: $output" && return 1; }
}

# says PATTERN: the last command's output matches.
says() { echo "$output" | grep -qE -- "$1" || { echo "said: $output" && return 1; }; }

finish() {
    echo "$1: $passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
