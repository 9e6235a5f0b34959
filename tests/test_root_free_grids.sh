#!/bin/sh
# The studies of root_free beside the search, seen from outside: rates that are the best of a whole
# grid, published settings, exact laws; the same bytes for one worker and two.
set -u
B=${B:-build/cpu}
cd "$(dirname "$0")/.." || exit 1
. tests/tools/check.sh
case $B in /*) ;; *) B=$PWD/$B ;; esac
tree=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

export OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive
cd "$work" || exit 1

program=$B/root_free
run() { "$program" --profile smoke --experiments "$tree/experiments" --quiet "$@"; }
with_data() { run --data "$tree/data/cache" "$@"; }
same() { cmp -s "$1" "$2" || { cmp "$1" "$2"; return 1; }; }

# table FOLDER CONDITION: a python expression over the rows of trials.csv and curves.csv
table() {
    python3 - "$1" "$2" <<'END'
import csv, math, sys
read = lambda name: list(csv.DictReader(open(sys.argv[1] + "/" + name + ".csv")))
rows, curves = read("trials"), read("curves")
of = lambda **k: [r for r in rows if all(r[c] == v for c, v in k.items())]
def groups(chosen, *columns):
    found = {}
    for r in chosen:
        found.setdefault(tuple(r[c] for c in columns), []).append(r)
    return list(found.values())
def loss(r):
    return math.inf if r["validation_loss"] == "nan" else float(r["validation_loss"])
def is_ranked(grid):
    by_rank = sorted(grid, key=lambda r: int(r["rank"]))
    return [int(r["rank"]) for r in by_rank] == list(range(len(grid))) and \
        all(loss(a) <= loss(b) for a, b in zip(by_rank, by_rank[1:]))
assert eval(sys.argv[2]), sys.argv[2]
END
}

# ---- without data

laws() { run --studies 'stall exact' --stall-steps 200 "$@"; }
check "laws and the mean square alone need no data" exits 0 laws --data nowhere --out laws
check "what theory says is the same is, and what not is not" table laws \
    'all((float(r["measured"]) < 1e-4) == (r["level"] == "1") for r in of(study="exact") if r["setting"] != "fixed_point")'
check "the curves end there" table laws \
    'all(r["measured"] == [c["value"] for c in curves if c["trial"] == r["trial"]][-1] for r in of(study="exact") if r["setting"] != "fixed_point")'
check "the mean square has its states, levels and truths" table laws \
    'len(groups(of(study="stall"), "method", "level", "setting")) == 63'
check "it begins at 1" table laws \
    'all(abs(float(r["measured"]) - 1) < 0.05 for r in of(study="stall", method="rf", level_index="0", setting="truth=0.01"))'
check "with two workers" exits 0 laws --data nowhere --jobs 2 --out laws2
for file in trials curves summary; do
    check "$file.csv with two workers: the same bytes" same laws/$file.csv laws2/$file.csv
done
check "training without data" exits 0 run --studies 'batch power released' --data nowhere --out absent
check "all rows say so" table absent 'rows and all(r["outcome"] == "absent" for r in rows)'

# ---- with data

if [ -e "$tree/data/cache/digits/digits.csv.gz" ]; then
    grids() {
        with_data --studies 'batch power released' --power-seeds 2 \
            --released-states 'float32 bfloat16 frozen sgd' "$@"
    }
    check "grids and published settings" exits 0 grids --out grids
    check "each size of batch has a whole grid, ranked by the loss" table grids \
        'all(is_ranked(g) for g in groups(of(study="batch"), "method", "batch", "repeat"))'
    check "each power too" table grids \
        'all(is_ranked(g) and len(g) == 7 for g in groups(of(study="power", role="grid"), "task", "method", "power"))'
    check "what is reported is the best of its grid" table grids \
        'all({r["rate"] for r in g if r["role"] == "report"} == {r["rate"] for r in g if r["role"] == "grid" and r["rank"] == "0"} for g in groups(of(study="power"), "task", "method", "power"))'
    check "on other seeds" table grids \
        'not {r["seed"] for r in of(study="power", role="grid")} & {r["seed"] for r in of(study="power", role="report")}'
    check "no grid looks at the test split" table grids \
        'all(r["test_error"] == "nan" for r in of(role="grid"))'
    check "a mean square that is frozen, or slow in bfloat16, stays at 1" table grids \
        'all(abs(float(r["curvature_median"]) - 1) < 1e-9 for r in of(study="released") if r["method"] in ("rf_frozen", "rf_bfloat16"))'
    check "in float32 it has moved" table grids \
        'all(float(r["curvature_moved"]) > 0.99 for r in of(study="released", method="rf"))'
    check "gradient descent has the same rate and none" table grids \
        'all(r["curvature_median"] == "nan" and r["rate"] == of(study="released", setting=r["setting"])[0]["rate"] for r in of(study="released", method="sgd"))'
    check "frozen, it is gradient descent but for the damping" table grids \
        'all(abs(float(a["train_loss"]) - float(b["train_loss"])) < 1e-3 for a, b in zip(of(study="released", method="rf_frozen"), of(study="released", method="sgd")))'
    check "histograms of all three, each of 1" table grids \
        'len(groups(curves, "trial")) == 3 and all(abs(sum(float(c["value"]) for c in g) - 1) < 1e-9 for g in groups(curves, "trial"))'
    check "with two workers" exits 0 grids --jobs 2 --out grids2
    for file in trials curves summary; do
        check "$file.csv of grids with two workers: the same bytes" same grids/$file.csv grids2/$file.csv
    done
else
    echo "skipped: grids (no digits; data/fetch.sh digits fetches them)"
fi

# ---- what is wrong

refused() { # OPTION VALUE SENTENCE
    check "$1 $2" exits 2 with_data --studies 'batch power released' --out refused "$1" "$2"
    check "$1 $2: one clear sentence" says "$3"
}
refused --released-settings alexnet "published setting 'alexnet' is not one of resnet34, densenet121"
refused --released-states float8 "state 'float8' is not one of float32, bfloat16"
refused --batch-methods sdg "method of the study batch 'sdg' is not one of rf, rf_plain"
refused --power-methods adam "method of the study power 'adam' is not one of adam_p, signsgd"

finish root_free_grids
