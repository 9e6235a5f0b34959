#!/bin/sh
# Plants each fault of tests/faults.txt in a copy of the tree and runs the test that should see it.
# usage: faults.sh [PATTERN] [EVERY [FROM]]
#
# PATTERN: only lines that match it; EVERY, FROM: of these each EVERY-th from number FROM (1) on.
# Prints a line for each fault that is not caught, that the sed expression does not find, that
# does not compile, or whose test does not exist; then the counts. B (a relative path) names a
# build to start from, which saves the first build; KEEP=1 keeps the copy. DRY=1 builds and runs
# nothing: it says which faults can be planted no longer.
set -u

B=${B:-build/cpu}
cd "$(dirname "$0")/../.." || exit 1
pattern=${1:-} every=${2:-1} from=${3:-1}
copy=$(mktemp -d)
[ "${KEEP:-}" ] || trap 'rm -rf "$copy"' EXIT

# The files as they are now, those not yet tracked too, and what was built, with their times.
if [ ! "${DRY:-}" ]; then
    git ls-files -z -co --exclude-standard -- . ':!results' ':!paper' | xargs -0 cp -p --parents -t "$copy" 2>/dev/null
    mkdir -p "$copy/build"
    [ ! -d "$B" ] || cp -rp "$B" "$copy/$B"
fi

# The program that holds the test "suite::name", "name" or "test_x.sh: sentence".
holder() {
    case $1 in
    *.sh:*) grep -lF -- "${1##*: }" "tests/${1%%:*}" ;;
    *::*) grep -lE "^(Test|ParameterizedTest)\((.*, *)?${1%%::*}, *${1##*::}[,)]|^ +${1##*::}[,)]" tests/test_*.c ;;
    *) grep -lE "^(Test|ParameterizedTest)\(.*, *$1[,)]" tests/test_*.c ;;
    esac | head -n 1
}

# A fault may leave a variable unused. -o: other warnings are no reason to build all anew.
build() { make -s -C "$copy" -o "$B/flags" B="$B" WARNINGS='-std=c11 -w' "$@"; }

# 0: the test failed, as it should; 1: it passed; 2: the fault does not compile.
try() {
    case $1 in
    *.sh)
        # shellcheck disable=SC2046 # a list
        build all $(for helper in tests/programs/*.c; do
            echo "$B/tests/$(basename "$helper" .c)"
        done) >"$copy/said" 2>&1 || return 2
        ! (cd "$copy" && B="$B" timeout 300 sh "$1") >>"$copy/said" 2>&1
        ;;
    *)
        program=$B/tests/$(basename "$1" .c)
        build "$program" >"$copy/said" 2>&1 || return 2
        ! (cd "$copy" && timeout 120 "$program" --filter "$2") >>"$copy/said" 2>&1
        ;;
    esac
}

count=0 caught=0 status=0
number=0
while IFS= read -r line; do
    case $line in '' | '#'*) continue ;; esac
    echo "$line" | grep -qe "$pattern" || continue
    number=$((number + 1))
    if [ "$number" -lt "$from" ] || [ $(((number - from) % every)) -ne 0 ]; then continue; fi
    count=$((count + 1))
    file=${line%% | *} test=${line##* | }
    rest=${line#* | } expression=${rest% | *}
    source=$(holder "$test")
    if [ -z "$source" ]; then
        echo "no such test:   $line" && status=1
        continue
    fi
    cp "$file" "$copy/planted"
    if ! sed -i "$expression" "$copy/planted" || cmp -s "$file" "$copy/planted"; then
        echo "does not apply: $line" && status=1
        continue
    fi
    [ ! "${DRY:-}" ] || continue
    cp "$copy/planted" "$copy/$file"
    case $test in *::*) filter=${test%%::*}/${test##*::} ;; *) filter="*/$test" ;; esac
    code=0
    try "$source" "$filter" || code=$?
    case $code in
    0) caught=$((caught + 1)) ;;
    1) echo "not caught:     $line" ;;
    *) echo "does not build: $line" && grep -m 1 error "$copy/said" ;;
    esac
    cp "$file" "$copy/$file"
done <tests/faults.txt
[ ! "${DRY:-}" ] || exit "$status"
echo "$caught of $count faults caught"
[ "$caught" -eq "$count" ]
