#!/bin/sh
# The readers of training logs against bytes of every kind: libFuzzer under sanitizers.
# usage: fuzz.sh [SECONDS]   (300; findings and the corpus stay in $B/fuzz)
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-300}
B=${B:-build/cpu}
mkdir -p "$B/fuzz/corpus" "$B/fuzz/seeds"

# A seed is a sample behind one byte: by content, the file's only run or the first column.
for sample in tests/logs/*.*; do
    { printf '\000'; cat "$sample"; } >"$B/fuzz/seeds/$(basename "$sample")"
done
${CLANG:-clang} -std=c11 -D_GNU_SOURCE -Isrc -O1 -g -march=native \
    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
    -o "$B/fuzz/fuzz_log" tests/fuzz_log.c src/io/log*.c src/io/files.c src/io/table.c \
    src/base/die.c src/base/named.c src/base/number.c src/base/outcome.c -lz -lm
"$B/fuzz/fuzz_log" -max_total_time="$seconds" -max_len=4096 -timeout=60 -print_final_stats=1 \
    -artifact_prefix="$B/fuzz/" -dict=tests/logs/words.txt "$B/fuzz/corpus" "$B/fuzz/seeds"
