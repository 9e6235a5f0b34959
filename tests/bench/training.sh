#!/bin/sh
# Whole training steps against PyTorch and against the machine: a line each, and
# results/bench/training.csv. Without PyTorch that comparison is left out, and said so.
# usage: B=build/cpu tests/bench/training.sh [SHAPE]
set -eu
B=${B:-build/cpu}
out=results/bench
rows=$out/training.csv
mkdir -p "$out"
echo 'shape,quantity,value,unit,against,other,ratio_median,ratio_low,ratio_high,goal,met' >"$rows.part"

# Both sides on the OpenMP build of OpenBLAS, threads waiting actively: where PyTorch is fastest.
blas=$(ldd "$B/tests/bench_training_step" | sed -n 's/.*libopenblas[^ ]* => \(.*\)\/[^/]*$/\1/p')
peer=
for python in python3 /usr/bin/python3; do
    if "$python" -c 'import torch' 2>/dev/null; then
        peer="env LD_LIBRARY_PATH=$blas $python tests/bench/training_peer.py"
        break
    fi
done
[ -n "$peer" ] || echo "training: PyTorch absent, not compared"

OMP_WAIT_POLICY=active "$B/tests/bench_training" "$B/tests/bench_training_step" "$peer" \
    "$rows.part" "$@"
mv "$rows.part" "$rows"
echo "$rows"
