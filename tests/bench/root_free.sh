#!/bin/sh
# Steps of optimizers against copies of the bytes they touch and against PyTorch, IF-Shampoo
# against Shampoo, a run of the cnn task against PyTorch: results/bench/root_free.csv. Without
# PyTorch, or without Fashion-MNIST, that comparison is left out, and said so.
# usage: B=build/cpu tests/bench/root_free.sh [--long]     --long: Shampoo on 2048 x 2048 too
set -eu
B=${B:-build/cpu}
out=results/bench
rows=$out/root_free.csv
mkdir -p "$out"
echo 'case,ours_s,peer,peer_s,ratio_median,ratio_low,ratio_high,goal,met' >"$rows.part"

# The OpenMP build of OpenBLAS for the peer too: its other builds wait badly for threads.
blas=$(ldd "$B/tests/bench_optimizers" | sed -n 's/.*libopenblas[^ ]* => \(.*\)\/[^/]*$/\1/p')
python=
for command in python3 /usr/bin/python3; do
    if "$command" -c 'import torch' 2>/dev/null; then
        python="env LD_LIBRARY_PATH=$blas $command"
        break
    fi
done
[ -n "$python" ] || echo "root_free: PyTorch absent, not compared"

# Threads bound to cores, but not waiting for ever: ours would take a core from the peer's.
OMP_PROC_BIND=true "$B/tests/bench_optimizers" \
    "${python:+$python tests/bench/optimizer_peer.py}" "$rows.part"
"$B/tests/bench_shampoo" "$rows.part" "$@"

if [ -e data/cache/fashion/train-images-idx3-ubyte.gz ]; then
    OMP_NUM_THREADS=1 "$B/tests/bench_training_run" "a run of the cnn task" fashion:subset=2000 \
        cnn:style=vgg,widths=8-16-16,pools=1-1-0 32 320 \
        "${python:+$python tests/bench/training_peer.py cnn 32 8 1 16 1 16 0}" "$rows.part"
else
    echo "root_free: Fashion-MNIST absent, the cnn task was not run"
fi
mv "$rows.part" "$rows"
echo "$rows"
