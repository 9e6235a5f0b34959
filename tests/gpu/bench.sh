#!/bin/sh
# The CUDA backend against the machine and against PyTorch: a line each on stdout, FOLDER/PART.csv
# for each part, and bench_machine.txt beside them. Without PyTorch for CUDA that comparison is
# left out, and said so; without a device everything is, exit 0. What is cut off leaves the rows
# that it has in PART.csv.part.
# usage: G=build/cuda tests/gpu/bench.sh [FOLDER [PART…]]
#        FOLDER: results/gpu; parts: memory products designs training trials
set -eu
G=${G:-build/cuda}
out=${1:-results/gpu}
[ $# -gt 0 ] && shift
parts=${*:-memory products designs training trials}
scripts=$(dirname "$0")

peer=
find_peer() {
    for python in python3 /usr/bin/python3; do
        if "$python" "$scripts/torch_peer.py" --here 2>/dev/null; then
            peer="$python $scripts/torch_peer.py"
            return
        fi
    done
    echo "bench-gpu: PyTorch with CUDA absent, not compared"
}

describe_machine() {
    nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm,clocks.max.memory \
        --format=csv,noheader 2>/dev/null | head -n 1 | sed 's/^/gpu = /'
    sed -n 's/^model name[^:]*: \(.*\)/cpu = \1/p' /proc/cpuinfo | head -n 1
    echo "cores = $(nproc)"
    echo "peer = $([ -n "$peer" ] && $python -c 'import torch; print("PyTorch", torch.__version__)' || echo absent)"
    echo "date = $(date -u +%Y-%m-%d)"
}

mkdir -p "$out"
for name in $parts; do
    [ "$name" = training ] && find_peer
    part=$out/$name.csv.part
    echo 'case,ours_s,peer,peer_s,ratio_median,ratio_low,ratio_high,goal,met' >"$part"
    code=0
    "$G/tests/bench_gpu" "$G/tests/bench_gpu_step" "$peer" "$part" "$name" || code=$?
    if [ "$code" -eq 0 ] && [ "$name" = trials ]; then
        G=$G sh "$scripts/trials.sh" "$part"
    fi
    if [ "$code" -ne 0 ]; then
        rm -f "$part"
        [ "$code" -eq 77 ] && exit 0
        exit "$code"
    fi
    describe_machine >"$out/bench_machine.txt"
    mv "$part" "$out/$name.csv"
    echo "$out/$name.csv"
done
