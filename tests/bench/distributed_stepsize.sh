#!/bin/sh
# Rounds between nodes and iterations of whole networks on one rank and, where there is mpirun, on
# two: results/bench/distributed_stepsize.csv. Iterations on one and on two ranks take turns.
# usage: B=build/cpu tests/bench/distributed_stepsize.sh [TURNS]
set -eu
B=${B:-build/cpu}
turns=${1:-5}
out=results/bench
rows=$out/distributed_stepsize.csv
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo 'case,ours_s,peer,peer_s,ratio_median,ratio_low,ratio_high,goal,met' >"$rows.part"

if command -v mpirun >/dev/null && ldd "$B/tests/bench_network" | grep -q libmpi; then
    flags=
    if [ "$(id -u)" -eq 0 ] && mpirun --version | grep -q 'Open MPI'; then
        flags=--allow-run-as-root
    fi
else
    echo "distributed_stepsize: no mpirun, or built without MPI: one rank alone was timed"
    turns=0
fi
# shellcheck disable=SC2086 # a list
on_two() { mpirun $flags -n 2 "$@" </dev/null; }

"$B/tests/bench_links" "$rows.part"
[ "$turns" -eq 0 ] || on_two "$B/tests/bench_links" "$rows.part"

"$B/tests/bench_network" "$work/one1"
turn=1
while [ "$turn" -le "$turns" ]; do
    "$B/tests/bench_network" "$work/one$turn" >/dev/null
    on_two "$B/tests/bench_network" "$work/two$turn" >/dev/null
    paste -d, "$work/two$turn" "$work/one$turn" >>"$work/turns"
    turn=$((turn + 1))
done
# A line of turns: case,two_s,…(nine cells),case,one_s,…
middle() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
if [ "$turns" -gt 0 ]; then
    cut -d, -f1 "$work/two1" | while read -r name; do
        awk -F, -v name="$name" '$1 == name' "$work/turns" >"$work/case"
        two=$(cut -d, -f2 "$work/case" | middle)
        one=$(cut -d, -f11 "$work/case" | middle)
        awk -F, '{ print $11 / $2 }' "$work/case" | sort -g >"$work/ratios"
        ratio=$(middle <"$work/ratios") low=$(head -n 1 "$work/ratios") high=$(tail -n 1 "$work/ratios")
        goal=
        case $name in *nodes=200*) goal=1.6 ;; esac
        met=$(awk -v r="$ratio" -v g="$goal" 'BEGIN { if (g != "") print (r >= g ? "met" : "missed") }')
        echo "$name,$two,one rank,$one,$ratio,$low,$high,$goal,$met" >>"$rows.part"
        echo "$name: $ratio times as fast as one rank ($low to $high)${goal:+, goal $goal: $met}"
    done
fi
mv "$rows.part" "$rows"
echo "$rows"
