#!/bin/sh
# The CUDA backend against the machine and against PyTorch: a line each, and
# FOLDER/bench.csv with bench_machine.txt beside it. Without PyTorch for CUDA that
# comparison is left out, and said so; without a device everything is, exit 0.
# usage: G=build/cuda tests/gpu/bench.sh [FOLDER, else results/gpu]
set -eu
G=${G:-build/cuda}
out=${1:-results/gpu}
scripts=$(dirname "$0")

peer=
for python in python3 /usr/bin/python3; do
    if "$python" "$scripts/torch_peer.py" --here 2>/dev/null; then
        peer="$python $scripts/torch_peer.py"
        break
    fi
done
[ -n "$peer" ] || echo "bench-gpu: PyTorch with CUDA absent, not compared"

mkdir -p "$out"
part=$out/bench.csv.part
echo 'case,ours_s,peer,peer_s,ratio_median,ratio_low,ratio_high,goal,met' >"$part"
code=0
"$G/tests/bench_gpu" "$G/tests/bench_gpu_step" "$peer" "$part" || code=$?
if [ "$code" -ne 0 ]; then
    rm -f "$part"
    [ "$code" -eq 77 ] && exit 0
    exit "$code"
fi
{
    nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm,clocks.max.memory \
        --format=csv,noheader 2>/dev/null | head -n 1 | sed 's/^/gpu = /'
    sed -n 's/^model name[^:]*: \(.*\)/cpu = \1/p' /proc/cpuinfo | head -n 1
    echo "cores = $(nproc)"
    echo "peer = $([ -n "$peer" ] && $python -c 'import torch; print("PyTorch", torch.__version__)' || echo absent)"
    echo "date = $(date -u +%Y-%m-%d)"
} >"$out/bench_machine.txt"
mv "$part" "$out/bench.csv"
echo "$out/bench.csv"
