#!/bin/sh
# The times behind large_stepsize against its peers: a line each, and
# results/bench/large_stepsize.csv with machine.txt beside it. Without scikit-learn or its
# data that one comparison is left out, and said so.
# usage: B=build/cpu tests/bench/large_stepsize.sh
set -eu
B=${B:-build/cpu}
out=results/bench
rows=$out/large_stepsize.csv
mkdir -p "$out"
echo 'case,ours_s,peer,peer_s,ratio_median,ratio_low,ratio_high,goal,met' >"$rows.part"

# The python that comes first may lack scikit-learn where the system's has it.
peer=
for python in python3 /usr/bin/python3; do
    if "$python" -c 'import sklearn, threadpoolctl' 2>/dev/null; then
        peer="$python tests/bench/fit_peer.py"
        break
    fi
done
# The OpenMP build of OpenBLAS for the peer too: its other builds wait badly for threads.
blas=$(ldd "$B/tests/bench_fit" | sed -n 's/.*libopenblas[^ ]* => \(.*\)\/[^/]*$/\1/p')
[ -z "$peer" ] || peer="LD_LIBRARY_PATH=$blas $peer"

"$B/tests/bench_steps" "$rows.part"
"$B/tests/bench_rowpass" "$rows.part"
"$B/tests/bench_fit" "$peer" "$rows.part" | tee "$out/fit.part"

{
    sed -n 's/^model name[^:]*: \(.*\)/cpu = \1/p' /proc/cpuinfo | head -n 1
    echo "cores = $(nproc)"
    echo "load = $(cut -d' ' -f1-3 /proc/loadavg)"
    echo "blas = $("$B/tests/bench_rowpass" --blas)"
    echo "peer = $(sed -n '/^scikit-learn /p;/absent/p' "$out/fit.part" | head -n 1)"
    echo "date = $(date -u +%Y-%m-%d)"
} >"$out/machine.txt.part"
rm -f "$out/fit.part"
mv "$rows.part" "$rows"
mv "$out/machine.txt.part" "$out/machine.txt"
echo "$rows"
