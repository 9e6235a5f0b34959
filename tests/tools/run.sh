#!/bin/sh
# Runs test programs and shell tests, a line each, and adds up what they count.
# usage: B=build/cpu run.sh TEST…
#
# A Criterion program counts in its "Synthesis" line, and in the tests it skips; a shell test in its last
# line, "N passed, N failed" (", N skipped" may follow). What a failing test
# printed is shown; a test that counts nothing has failed.
set -u

# Waiting threads that spin would take the cores from the next test.
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0

count() { sed -n "s/$1/\\1/p" "$log" | tail -n 1; }

for test in "$@"; do
    case $test in
    *.sh) sh "$test" </dev/null >"$log" 2>&1 ;;
    *) "$test" --verbose </dev/null >"$log" 2>&1 ;;
    esac
    status=$?
    case $test in
    *.sh)
        good=$(count '^[^0-9]*\([0-9]*\) passed, [0-9]* failed.*$')
        bad=$(count '^.*[0-9]* passed, \([0-9]*\) failed.*$')
        left=$(count '^.*failed, \([0-9]*\) skipped.*$')
        ;;
    *)
        good=$(count '^.*Synthesis:.*Passing: \([0-9]*\).*$')
        bad=$(count '^.*Synthesis:.*Failing: \([0-9]*\).*$')
        left=$(grep -c '^\[SKIP\]' "$log")
        ;;
    esac
    good=${good:-0} bad=${bad:-0} left=${left:-0}
    if [ "$bad" -eq 0 ] && { [ "$status" -ne 0 ] || [ $((good + left)) -eq 0 ]; }; then bad=1; fi
    printf '%-24s %4d passed, %d failed' "$(basename "$test" .sh)" "$good" "$bad"
    [ "$left" -eq 0 ] || printf ', %d skipped' "$left"
    echo
    [ "$bad" -eq 0 ] || grep -vE '^\[(RUN |PASS)\]' "$log" | sed 's/^/    /'
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
done

if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && [ $((passed + skipped)) -gt 0 ]
