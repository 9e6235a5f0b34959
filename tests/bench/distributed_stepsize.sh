#!/bin/sh
# Rounds between nodes on one rank and, where there is mpirun, on two:
# results/bench/distributed_stepsize.csv.
# usage: B=build/cpu tests/bench/distributed_stepsize.sh
set -eu
B=${B:-build/cpu}
out=results/bench
rows=$out/distributed_stepsize.csv
mkdir -p "$out"
echo 'case,ours_s,peer,peer_s,ratio_median,ratio_low,ratio_high,goal,met' >"$rows.part"
"$B/tests/bench_links" "$rows.part"
if command -v mpirun >/dev/null && [ -s "$B/mpi_flags" ] && grep -q . "$B/mpi_flags"; then
    flags=
    if [ "$(id -u)" -eq 0 ] && mpirun --version | grep -q 'Open MPI'; then
        flags=--allow-run-as-root
    fi
    # shellcheck disable=SC2086 # a list
    mpirun $flags -n 2 "$B/tests/bench_links" "$rows.part" </dev/null
else
    echo "distributed_stepsize: no mpirun, or built without MPI: one rank alone was timed"
fi
mv "$rows.part" "$rows"
echo "$rows"
