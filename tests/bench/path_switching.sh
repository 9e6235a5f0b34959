#!/bin/sh
# Updates of the quick profile's network against PyTorch's eager loop, what a branch costs, and how
# much of the quick profile's training its arms share: results/bench/path_switching.csv. Without
# PyTorch that comparison is left out, and said so.
# usage: B=build/cpu tests/bench/path_switching.sh
set -eu
B=${B:-build/cpu}
out=results/bench
rows=$out/path_switching.csv
model=transformer:layers=2,width=64,heads=4,context=64
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo 'case,ours_s,peer,peer_s,ratio_median,ratio_low,ratio_high,goal,met' >"$rows.part"

blas=$(ldd "$B/tests/bench_training_run" | sed -n 's/.*libopenblas[^ ]* => \(.*\)\/[^/]*$/\1/p')
peer=
for python in python3 /usr/bin/python3; do
    if "$python" -c 'import torch' 2>/dev/null; then
        peer="env LD_LIBRARY_PATH=$blas $python tests/bench/training_peer.py lm 2 64 4 64 8 256"
        break
    fi
done
[ -n "$peer" ] || echo "path_switching: PyTorch absent, not compared"

# Any text will do for speed: the sources of the library.
cat src/*/*.c >"$work/text"
OMP_NUM_THREADS=1 "$B/tests/bench_training_run" "the quick network" "$work/text" "$model" 8 100 \
    "$peer" "$rows.part"
"$B/tests/bench_branch" "$work/text" "$model" 8 "$rows.part"

# Sharing depends on the arms and on alpha alone, so that a tiny network tells it.
if "$B/path_switching" --studies versions --seeds 1 --steps 100 --warmup 10 --batch 1 \
    --evaluation-batches 1 --model transformer:layers=1,width=8,heads=1,context=8 \
    --out "$work/run" >/dev/null 2>"$work/said"; then
    awk -F, 'NR == 1 { for (k = 1; k <= NF; k++) if ($k == "sharing") at = k; next }
        $at > 0 { share = $at } END { if (share > 0)
            printf "updates of the quick versions study (share),%g,if nothing were shared,1,%.4g,,,0,no goal\n",
                share, 1 / share }' "$work/run/summary.csv" >"$work/sharing"
    cat "$work/sharing" >>"$rows.part"
    sed 's/,/: /;s/,.*1,/ of those without sharing, fewer by a factor of /;s/,.*//' "$work/sharing"
else
    echo "path_switching: sharing was not counted: $(tail -n 1 "$work/said")"
fi
mv "$rows.part" "$rows"
echo "$rows"
