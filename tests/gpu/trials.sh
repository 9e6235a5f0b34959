#!/bin/sh
# Seconds of a small trial in a sweep by 1, 2, 4, 8 worker processes on one device, alone and under
# the server MPS, without which kernels of different processes take turns. A line each on stdout,
# and rows with the columns of bench_pairs.h at the end of ROWS.csv: against one worker alone in the
# same round. A time is the difference of a longer sweep and a short one: it leaves out what workers
# need to start.
# usage: G=build/cuda tests/gpu/trials.sh ROWS.csv
set -eu
G=${G:-build/cuda} rows=$1
few=8 rounds='1 2 3'
work=$(mktemp -d) server=
export CUDA_MPS_PIPE_DIRECTORY="$work/pipe" CUDA_MPS_LOG_DIRECTORY="$work/log"
: >"$work/times"

start_server() {
    mkdir -p "$work/pipe" "$work/log"
    nvidia-cuda-mps-control -d >"$work/said" 2>&1 </dev/null && server=yes
}
stop_server() {
    [ -z "$server" ] || echo quit | nvidia-cuda-mps-control >/dev/null 2>&1 || true
    rm -rf "$work/pipe" "$work/log" # or the next programs would ask for it
    server=
}

# Also of what was cut off: the rows of the rounds that there are, by the median ratio.
finish() {
    stop_server
    sort -t, -k1,1 -k3,3g "$work/times" | awk -F, '
        function row(k) {
            k = int((n + 1) / 2)
            if (n) printf "%s,%.6g,one worker alone,%.6g,%.4g,%.4g,%.4g,0,no goal\n",
                       what, ours[k], ours[k] * ratio[k], ratio[k], ratio[1], ratio[n]
        }
        $1 != what { row(); what = $1; n = 0 }
        { ours[++n] = $2; ratio[n] = $3 }
        END { row() }' >>"$rows"
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

# sweep JOBS TRIALS: prints its seconds. The network is the smallest of the bench's.
sweep() {
    rm -rf "$work/sweep"
    begin=$(date +%s.%N)
    OMP_NUM_THREADS=1 "$G/annealing_law" --device cuda --profile smoke --studies source \
        --source-schedules wsd --run-model transformer:layers=2,width=64,heads=4,context=64 \
        --run-batch 8 --run-steps 200 --jobs "$1" --repeats "$2" --out "$work/sweep" --quiet \
        >"$work/said" 2>&1 || return 1
    echo "$begin $(date +%s.%N)" | awk '{ print $2 - $1 }'
}

# measure JOBS WORDS
measure() {
    more=$((16 * ($1 + 1)))
    short=$(sweep "$1" $few) && long=$(sweep "$1" $((few + more))) || return 1
    seconds=$(echo "$short $long $more" | awk '{ s = ($2 - $1) / $3; print s > 1e-6 ? s : 1e-6 }')
    [ "$1$2" = 1 ] && alone=$seconds
    echo "trial in $1 workers$2,$seconds,$alone" |
        awk -F, -v OFS=, '{ print $1, $2, $3 / $2 }' | tee -a "$work/times" |
        awk -F, '{ printf "%-32s %8.2f trials/s, %.2f times one worker alone\n", $1, 1 / $2, $3 }'
}

served=yes
if ! command -v nvidia-cuda-mps-control >/dev/null; then
    echo "trials under MPS: skipped: nvidia-cuda-mps-control is not on this machine"
    served=
fi
for _ in $rounds; do
    for jobs in 1 2 4 8; do
        measure $jobs '' || { cat "$work/said" >&2 && exit 1; }
    done
    [ -n "$served" ] || continue
    for jobs in 1 2 4 8; do
        if [ -z "$server" ] && ! start_server || ! measure $jobs ' under MPS'; then
            echo "trials under MPS: skipped: it does not serve here: $(tail -n 1 "$work/said")"
            served=
            break
        fi
    done
    stop_server
done
