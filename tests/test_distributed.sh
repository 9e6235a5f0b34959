#!/bin/sh
# distributed_stepsize seen from outside: the smoke profile for one and two workers and for ranks,
# the verb plan on good and bad networks.
set -u
B=${B:-build/cpu}
cd "$(dirname "$0")/.." || exit 1
. tests/tools/check.sh
case $B in /*) ;; *) B=$PWD/$B ;; esac
tree=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
skipped=0
export OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive
cd "$work" || exit 1

program=$B/distributed_stepsize
smoke() { "$program" --profile smoke --experiments "$tree/experiments" --data "$tree/data/cache" --quiet "$@"; }
plan() { "$program" plan "$@"; }
same() { cmp -s "$1" "$2" || { cmp "$1" "$2"; return 1; }; }

# ---- the same bytes for workers and for ranks

check "smoke" exits 0 smoke --out one
check "smoke with three workers" exits 0 smoke --out three --jobs 3
for table in trials curves network summary claims; do
    check "$table.csv: the same bytes" same one/$table.csv three/$table.csv
done

some='network coordinated cost precision faults refresh'
# ranks COUNT OUT [OPTION…]
ranks() {
    count=$1 out=$2
    shift 2
    # shellcheck disable=SC2086 # a list
    mpirun --oversubscribe ${allow:-} -n "$count" "$program" --profile smoke --experiments "$tree/experiments" \
        --data "$tree/data/cache" --quiet --studies "$some" --out "$out" "$@"
}
with_ranks=
if command -v mpirun >/dev/null && ldd "$program" | grep -q libmpi; then
    with_ranks=yes
    [ "$(id -u)" -ne 0 ] || allow=--allow-run-as-root
    check "studies of runs, in one process" exits 0 smoke --studies "$some" --out alone
    for n in 2 3; do
        check "on $n ranks" exits 0 ranks $n ranks$n
        for table in trials curves network summary; do
            check "$table.csv on $n ranks: the same bytes" same alone/$table.csv ranks$n/$table.csv
        done
    done
    check "trials shared out among ranks" exits 0 ranks 2 shared --ranks-share trials
    for table in trials curves network summary; do
        check "$table.csv of shared trials: the same bytes" same alone/$table.csv shared/$table.csv
    done
else
    echo "skipped: ranks (no mpirun, or built without MPI)"
    skipped=$((skipped + 1))
fi

# ---- plan: networks that are good, and that are not

printf '# who hears whom\nalice bob\nbob carol\ncarol alice\nbob alice\n' >good.txt
check "a network by names" exits 0 plan --graph good.txt
check "it is told about" says "3 nodes, 4 edges, directed, strongly connected"
plan --graph good.txt --json >good.json
check "its JSON is JSON" python3 -c 'import json; d = json.load(open("good.json")); assert d["diameter"] == 2 and abs(d["imbalance"] - 4 / 3) < 1e-9 and d["coordinations"][0]["error"] < 1e-15'

refused() { # NAME CODE SENTENCE
    check "$1" exits "$2" plan --graph "$1.txt"
    check "$1: one clear sentence" says "$3"
    check "$1: no more than that" test "$(echo "$output" | wc -l)" -eq 1
}
printf 'a b\nb c\nc a\nd a\n' >one-way.txt
refused one-way 1 "nothing gets to node d"
printf 'a b\nb a\nc d\nd c\n' >apart.txt
refused apart 1 "not strongly connected"
printf 'a b\na a\nb a\n' >loop.txt
refused loop 1 "loop.txt:2: an edge from node a to itself"
: >empty.txt
refused empty 1 "no edges"
printf 'a b\nb\n' >short.txt
refused short 1 "short.txt:2:"
refused missing 1 "missing.txt: no such file"

# ---- plan with data: rows dealt to the nodes, and a file for each of them

awk 'BEGIN { for (i = 1; i <= 60; i++) print sin(i) "," cos(3 * i) "," (sin(i) + 0.3 * cos(7 * i) > 0) }' >rows.csv
check "rows of one file" exits 0 plan --graph good.txt --data rows.csv
check "the methods are run on them" says "dlas_ftc:rule=average"
mkdir each && for k in 1 2 3; do awk -v k=$k 'NR % 3 == k - 1' rows.csv >each/$k.csv; done
check "a file for each node" exits 0 plan --graph good.txt --data each
rm each/3.csv
check "a file too few" exits 1 plan --graph good.txt --data each
check "is said" says "2 files for 3 nodes"
mkdir called && for node in alice bob carol; do cp rows.csv called/$node.csv; done
check "files by the nodes' names" exits 0 plan --graph good.txt --data called
mv called/bob.csv called/zoe.csv
check "a file by another name" exits 1 plan --graph good.txt --data called
check "is said" says "file carol.csv where that of node bob was expected"
awk '{ print "7," $0 }' rows.csv >constant.csv
check "a column that says nothing" exits 2 plan --graph good.txt --data constant.csv
check "and what helps" says "problem 'file:path=constant.csv,lambda=0.001'"
check "does" exits 0 plan --graph good.txt --problem file:path=constant.csv,lambda=0.001
check "a method that wants an undirected network is left out" exits 0 plan --graph good.txt --data rows.csv --methods extra
check "and said to be" says "wants an undirected network"

if [ "$with_ranks" ]; then
    plan --graph random:nodes=7,share=0.2 --data rows.csv --json >alone.json
    # shellcheck disable=SC2086 # a list
    check "plan on three ranks" exits 0 mpirun --oversubscribe ${allow:-} -n 3 "$program" plan \
        --graph random:nodes=7,share=0.2 --data rows.csv --json
    check "says the same" test "$output" = "$(cat alone.json)"
fi

finish distributed
