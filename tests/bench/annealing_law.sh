#!/bin/sh
# The times behind annealing_law against its peer and its goals: a line each, and
# results/bench/annealing_law.csv. Without SciPy that comparison is left out, and said so.
# usage: B=build/cpu tests/bench/annealing_law.sh
set -eu
B=${B:-build/cpu}
out=results/bench
rows=$out/annealing_law.csv
mkdir -p "$out"
echo 'case,ours_s,peer,peer_s,ratio_median,ratio_low,ratio_high,goal,met' >"$rows.part"

# The python that comes first may lack SciPy where the system's has it.
peer=
for python in python3 /usr/bin/python3; do
    if "$python" -c 'import scipy' 2>/dev/null; then
        # One BLAS thread: the problems have four unknowns.
        peer="OPENBLAS_NUM_THREADS=1 $python tests/bench/law_peer.py tests/golden/annealing_fig2.csv"
        break
    fi
done
"$B/tests/bench_law" "$peer" "$rows.part"
mv "$rows.part" "$rows"
echo "$rows"
