#!/bin/sh
# Real ranks: the same bytes for any number of them, and nothing half done when one is lost.
# Skipped, and counted, where there is no mpirun or the build has no MPI.
set -u
B=${B:-build/cpu}
tree=$(cd "$(dirname "$0")/.." && pwd)
case $B in /*) ;; *) B=$tree/$B ;; esac
# shellcheck source=tests/tools/check.sh
. "$tree/tests/tools/check.sh"

if ! command -v mpirun >/dev/null || [ ! -s "$B/mpi_flags" ] || ! grep -q . "$B/mpi_flags"; then
    echo "mpi: 0 passed, 0 failed, 1 skipped"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# More ranks than cores, and whoever runs a container as root means it.
flags=
if mpirun --version | grep -q 'Open MPI'; then
    flags=--oversubscribe
    [ "$(id -u)" -ne 0 ] || flags="$flags --allow-run-as-root"
fi
# ranks COUNT PROGRAM OPTION…
ranks() {
    count=$1 program=$B/tests/$2
    shift 2
    # shellcheck disable=SC2086 # a list
    timeout 120 mpirun $flags -n "$count" "$program" "$@"
}
# sweep COUNT PROGRAM FOLDER OPTION…
sweep() {
    count=$1 program=$2 out=$3
    shift 3
    ranks "$count" "$program" --experiments "$tree/tests/programs" --out "$out" "$@"
}
alone() { "$B/tests/$1" --experiments "$tree/tests/programs" --out "$2"; }
fails() { ! exits 0 "$@" >/dev/null; }
# shellcheck disable=SC2154 # exits sets $output
counts() { [ "$(echo "$output" | grep -cE -- "$2")" -eq "$1" ] || { echo "said: $output" && return 1; }; }
same_tables() { cmp "$1/trials.csv" "$2/trials.csv" && cmp "$1/curves.csv" "$2/curves.csv" && cmp "$1/summary.csv" "$2/summary.csv"; }

# ---- messages and coordinations
"$B/tests/links" >alone.txt
check "one process says something" [ -s alone.txt ]
same_links() { ranks "$1" links "$2" >ranks.txt && cmp alone.txt ranks.txt; }
for count in 1 2 3 4; do
    check "neighbourhood collectives: the same bytes on $count ranks" same_links $count neighbor
done
# The smallest network has two nodes.
check "the same bytes on more ranks than nodes" same_links 6 neighbor
for count in 2 4; do
    check "pairs of messages: the same bytes on $count ranks" same_links $count pairs
done
check "a wrong transport is refused once" exits 2 ranks 2 links pigeons
check "a killed rank ends the run" fails ranks 3 links neighbor 1
check "and the launcher says which" says 'exited on signal 9|KILLED BY SIGNAL: 9|EXIT CODE: 9'

# ---- methods of the network: iterates, rates and counts
"$B/tests/methods" >alone_methods.txt
same_methods() { ranks "$1" methods "$2" >ranks.txt && cmp alone_methods.txt ranks.txt; }
for count in 2 3 4; do
    check "every method gives the same bytes on $count ranks" same_methods $count neighbor
done
check "and by pairs of messages" same_methods 3 pairs

# ---- sweeps whose trials are shared out
check "a sweep without ranks" exits 0 alone tiny one
for count in 2 3; do
    check "a sweep on $count ranks" exits 0 sweep $count tiny "shared$count"
    check "the first rank alone speaks" counts 1 '^tiny: 12 trials \(0 reused\)'
    check "makes the same bytes" same_tables one "shared$count"
    check "run.txt knows the ranks" grep -qx "run.ranks = $count" "shared$count/run.txt"
done
check "run.txt knows the library" grep -qE '^run.comm = (Open MPI|MPICH)' shared2/run.txt
check "the key is that without ranks" [ "$(grep ^run.key one/run.txt)" = "$(grep ^run.key shared2/run.txt)" ]
check "every trial was run once" [ "$(sort -u shared3/ran.log | wc -l)-$(wc -l <shared3/ran.log)" = 12-12 ]
check "ranks find a current result" exits 0 sweep 2 tiny one
check "and say so once" counts 1 'is current'
check "a wrong option" exits 2 sweep 3 tiny x --jbos 2
check "is refused once" counts 1 '^error: '
check "help" exits 0 ranks 2 tiny --help
check "is given once" counts 1 '^Usage: tiny'
check "a verb for one process" exits 0 ranks 2 tiny greet --name Ada
check "runs once" counts 1 '^hello, Ada$'
check "a trial that crashes on a rank" exits 1 sweep 2 tiny crash --abort-at 3 --quiet
check "is one crashed trial of a whole table" grep -q '^3,odd,1,crashed,' crash/trials.csv
check "parts of parts" exits 0 sweep 2 tiny parts --shard 1/2
check "and the others" exits 0 sweep 2 tiny parts --shard 2/2
check "are joined" exits 0 alone tiny parts
check "without running any again" says '12 trials \(12 reused\)'
check "to the same bytes" same_tables one parts

# ---- sweeps whose trials are networks
check "networks without ranks" exits 0 alone spread net
for count in 1 2 4; do
    check "networks on $count ranks" exits 0 sweep $count spread "net$count"
    check "the same bytes" cmp net/trials.csv "net$count/trials.csv"
done
check "networks shared out, each to one rank" exits 0 sweep 3 spread apart --apart
check "the same bytes" cmp net/trials.csv apart/trials.csv
check "a rank that is killed in the middle" fails sweep 3 spread killed --kill-at 3
check "the run says what is left" says 'stopped in the middle|KILLED BY SIGNAL: 9|EXIT CODE: 9'
check "no half table" [ ! -e killed/trials.csv ]
check "no half row" [ "$(find killed/.trials -name '*.rows' | wc -l)" -eq 3 ]
check "no run.txt" [ ! -e killed/run.txt ]
check "the same command goes on" exits 0 sweep 3 spread killed
check "with the trials that were kept" says '6 trials \(3 reused\)'
check "to the same bytes" cmp net/trials.csv killed/trials.csv
check "a rank that gives up" fails sweep 3 spread gave --give-up-at 2
check "says why" says '^error: this rank was told to give up'
check "and leaves no table" [ ! -e gave/trials.csv ]
check "the first one giving up" fails sweep 3 spread gave --give-up-at 2 --rank 0
check "takes the others with it" says '^error: this rank was told to give up'

finish mpi
