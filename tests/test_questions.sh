#!/bin/sh
# shellcheck disable=SC2016 # awk programs
# The questions of annealing_law seen from outside: the printed equation against the paper's tables,
# the paper's 40 points, the exact recursion, and every new figure.
set -u
B=${B:-build/cpu}
cd "$(dirname "$0")/.." || exit 1
. tests/tools/check.sh
case $B in /*) ;; *) B=$PWD/$B ;; esac
tree=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
skipped=0
export OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive
cd "$work" || exit 1
mkdir -p cache/annealing_fig2
cp "$tree/tests/golden/annealing_fig2.csv" cache/annealing_fig2/fig2_20k.csv

smoke() { "$B/annealing_law" --profile smoke --experiments "$tree/experiments" --quiet "$@"; }
# cell COLUMN CONDITION…: of the first row of one/trials.csv in which all column=value hold.
cell() {
    awk -F, -v want="$1" -v conditions="$(shift && echo "$@")" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; n = split(conditions, c, " "); next }
        { for (k = 1; k <= n; k++) { eq = index(c[k], "="); if ($at[substr(c[k], 1, eq - 1)] != substr(c[k], eq + 1)) next }
          print $at[want]; exit }' one/trials.csv
}
near() { awk -v a="$1" -v b="$2" -v d="$3" 'BEGIN { exit !(a - b <= d && b - a <= d) }' || { echo "$1, not $2"; return 1; }; }
verdict() { [ "$(grep "^$1," one/claims.csv | grep -cE "\"?$2\"?")" -eq 1 ] || { grep "^$1," one/claims.csv; return 1; }; }
same() { cmp -s "$1" "$2" || { cmp "$1" "$2"; return 1; }; }

check "laws, recursion and equation" exits 0 smoke --data cache --studies 'recursion printed public forecasts' --out one --cycle-times 25 --share-times 5
check "with two workers" exits 0 smoke --data cache --studies 'recursion printed public forecasts' --out two --cycle-times 25 --share-times 5 --jobs 2
for table in trials curves summary claims; do check "$table.csv: the same bytes" same one/$table.csv two/$table.csv; done

# The paper's tables as recomputed by other code (figures 9, 10, 12, 13, 14), to half a printed digit.
printed() { near "$(cell measured study=printed "$@")" "$want" 0.6e-4; }
want=2.9210 && check "constant, 10K steps" printed question=crossover schedule=constant level=0.5
want=2.6667 && check "cosine, 100K steps" printed question=crossover schedule=cosine level=5
check "multi-step cosine near figure 11" near "$(cell measured study=printed question=forms schedule_index=2)" 2.6983 1e-4
want=2.6643 && check "WSD, 60K steps" printed question=forms schedule_index=1
want=2.6129 && check "cycle of 0.6, 500K steps" printed question=cycle steps=500000 schedule_index=0 level_index=0
want=2.6014 && check "cycle of the run" printed question=cycle steps=500000 schedule_index=0 level_index=4
want=2.5957 && check "and to 0" printed question=cycle steps=500000 schedule_index=1 level_index=4
want=2.7729 && check "the best share of 20K steps" printed question=share steps=20000 level=0.25
want=2.6809 && check "1-sqrt over a tenth" printed question=shape schedule_index=1 level_index=0
want=2.6986 && check "1-sqrt over a half" printed question=shape schedule_index=1 level_index=2
want=2.6373 && check "re-warmed to the peak" printed question=rewarm schedule_index=0 level=1
want=2.8388 && check "padded with 5000 steps of rate 0" printed question=limits level_index=2
want=2.7679 && check "a cliff" printed question=limits level_index=3
check "constant and cosine meet at 25 thousand steps" near "$(cell measured study=printed schedule=crossover)" 25600 200
check "the ends follow s^-0.558" near "$(cell alpha study=printed law=chinchilla schedule_index=0)" 0.558 0.002

check "the paper's 40 points: objective" near "$(cell objective data=figure2 law=annealing fitted=two)" 1.62925e-5 1e-9
check "the cosine alone does not know the constant: 0.317 %" near "$(cell relative data=figure2 law=annealing fitted=one schedule=unseen)" 0.00317 1e-5
check "is a reproduced claim" verdict A1.figure2 reproduced
check "curves that are not here are absent" grep -q ',public,fit,25M,.*,absent,' one/trials.csv
check "and their claims not run" verdict A1.public 'not run'

# Forecasts: what a row says of itself.
rows() { awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } $at["question"] == "forecast" && $at["outcome"] != "absent" { '"$1"' } END { exit !('"$2"') }' one/trials.csv; }
check "ends of published curves are forecast from 60, 70 and 80 %" test "$(grep -c ',forecasts,forecast,figure2,.*,forecast,none,[0-9]' one/trials.csv)" -eq 6
check "the truth is the log's last loss" near "$(cell measured study=forecasts data=figure2 schedule=cosine law=forecast)" "$(awk -F, '$1 == "cosine" { last = $4 } END { print last }' cache/annealing_fig2/fig2_20k.csv)" 1e-12
check "inside is what the interval says" rows '
    if ($at["law"] == "forecast" && $at["level_index"] >= 0) { n++; held = $at["low"] <= $at["measured"] && $at["measured"] <= $at["high"]; wrong += held != $at["inside"] }' 'n > 20 && !wrong'
check "a curve's share is the mean over its cuts" rows '
    key = $at["study"] " " $at["data"] " " $at["schedule"]
    if ($at["law"] == "forecast" && $at["level_index"] >= 0) { n[key]++; held[key] += $at["inside"] }
    if ($at["law"] == "forecast" && $at["level_index"] < 0) { means++; off = $at["inside"] - held[key] / n[key]; wrong += off > 1e-9 || off < -1e-9 }' 'means > 5 && !wrong'
check "a decay of a wsd that has not begun is not known" test "$(cell decay_known study=recursion question=forecast law=forecast schedule=wsd level_index=5)" = 0
check "a constant rate needs none" test "$(cell decay_known study=recursion question=forecast law=forecast schedule=constant level_index=0)" = 1
check "the last loss stands where the log was cut" rows '
    if ($at["law"] == "last_loss" && $at["study"] == "forecasts" && $at["schedule"] == "cosine" && $at["level_index"] == 5) value = $at["predicted"]' 'value == '"$(awk -F, '$1 == "cosine" && $2 <= 16000 { last = $4 } END { print last }' cache/annealing_fig2/fig2_20k.csv)"

# Own runs are shorter there than the equation's, whose claims want the same lengths in every profile.
check "the laptop profile's equation" exits 0 "$B/annealing_law" --profile laptop --experiments "$tree/experiments" --quiet --data cache --studies printed --out laptop
check "is asked of all cycles" test "$(grep -c '^A7.law_.*,not run,' laptop/claims.csv)" = 0

if command -v gnuplot >/dev/null; then
    for figure in curves public laws lambda delay pairs share crossover forecasts; do
        check "the figure $figure" exits 0 gnuplot -e "dir='one'; out='$figure.svg'; term='svg'" "$tree/plots/style.gp" "$tree/plots/annealing_law_$figure.gp"
        check "$figure: is one" grep -q '</svg>' $figure.svg
    done
else
    skipped=$((skipped + 18))
fi

echo "questions: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
