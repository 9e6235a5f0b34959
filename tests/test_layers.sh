#!/bin/sh
# Who may include whom: the table of rooms, enforced.
#
# room           may include, besides itself
rooms='
base             none
io               base
compute          base
layers           base compute
model            base compute layers
optim            base compute
problem          base compute layers model io
objective        base io compute
solve            base compute objective optim
law              base
fit              base io law optim
comm             base
graph            base compute comm
network          base io compute objective comm graph
trial            base io comm compute layers model optim objective solve problem
update           base io compute layers model optim problem trial
'
# header         the files that may name it: a third party is met in one place
parties='
Random123/       src/base/rng.c
argp\.h          src/io/cli.c
cJSON|cjson      src/io/json.c
cblas|lapacke    src/compute/blas.c
sha2\.h          src/base/hash.c
zlib\.h          src/io/files.c
png\.h           src/problem/data_png.c
mpi\.h           src/comm/mpi.c
'
set -eu
cd "$(dirname "$0")/.."
passed=0 failed=0

# check TITLE FINDINGS: counts one check; good when nothing was found.
check() {
    if [ -z "$2" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s:\n%s\n' "$1" "$2"
    fi
}

# lines PATTERN WHERE…: where the code says so.
lines() {
    pattern=$1
    shift
    grep -rHnE "$pattern" --include='*.[ch]' --include='*.cu' "$@" || true
}

for room in src/*/; do
    room=$(basename "$room")
    allowed=$(echo "$rooms" | awk -v room="$room" '$1 == room { print }' | tr -s ' ' '|')
    check "src/$room is in the table" "$([ -n "$allowed" ] || echo "src/$room")"
    check "src/$room includes only what it may" \
        "$(lines '#include "[a-z0-9_]+/' "src/$room" | grep -vE "\"($allowed)/")"
done

check "nobody includes an experiment" "$(lines '#include "(\.\.|experiments)/' src experiments)"
check "src/ holds no main()" "$(lines '^int main\(' src)"

while read -r header files; do
    [ -n "$header" ] || continue
    check "$header is named only in $files" \
        "$(lines "#include [<\"]($header)" src experiments | grep -vE "^($(echo "$files" | tr ' ' '|')):")"
done <<END
$parties
END

echo "layers: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
