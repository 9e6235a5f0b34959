#!/bin/sh
# root_free seen from outside: budgets are equal, the search never looks at the test split, the
# same bytes for one worker, two workers and two threads, data that are not there.
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
search() {
    with_data --studies search --tasks cnn_digits --search-runs 3 --methods 'sgd rmsprop rf rf_bfloat16' \
        --more-tasks '' --matrix-methods if_shampoo "$@"
}
same() { cmp -s "$1" "$2" || { cmp "$1" "$2"; return 1; }; }

# table CONDITION: rows of trials.csv, as python expressions over the rows r of a list `rows`
table() {
    python3 - "$1" "$2" <<'END'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1] + "/trials.csv")))
of = lambda **k: [r for r in rows if all(r[c] == v for c, v in k.items())]
runs = lambda m, c: of(method=m, role="search", configuration=c) + of(method=m, role="final", configuration=c)
mean = lambda m, r: sum(float(q["validation_error"]) for q in runs(m, r["configuration"])) / 3
error = lambda r: 2.0 if r["outcome"] == "diverged" else float(r["validation_error"])
methods = sorted({r["method"] for r in of(role="search")})
assert eval(sys.argv[2]), sys.argv[2]
END
}

# ---- a search is fair

if [ -e "$tree/data/cache/digits/digits.csv.gz" ]; then
    check "a search" exits 0 search --out one
    check "of five methods" table one 'len(methods) == 5'
    check "with the same number of configurations" table one \
        'all(len(of(method=m, role="search")) == 3 for m in methods)'
    check "and of reports" table one 'all(len(of(method=m, role="report")) == 2 for m in methods)'
    check "and of runs of its two best" table one 'all(len(of(method=m, role="final")) == 4 for m in methods)'
    check "it never looks at the test split" table one \
        'all(r["test_error"] == "nan" for r in of(role="search") + of(role="final"))'
    check "reports do" table one 'all(float(r["test_error"]) <= 1 for r in of(role="report"))'
    check "its seeds are none of the reports'" table one \
        'not {r["seed"] for r in of(role="search") + of(role="final")} & {r["seed"] for r in of(role="report")}'
    check "what is reported is the best on the validation split" table one \
        'all(r["optimizer"] == of(method=r["method"], role="search", rank="0")[0]["optimizer"] for r in of(role="report"))'
    check "by the mean of its runs" table one \
        'all(mean(m, of(method=m, role="search", rank="0")[0]) <= mean(m, of(method=m, role="search", rank="1")[0]) for m in methods)'
    check "among the best of one run, of which one that diverged is the worst" table one \
        'all(error(r) <= error(of(method=r["method"], role="search", rank="2")[0]) for r in of(role="search"))'
    check "variants get the same configurations" table one \
        '[(r["optimizer"], r["rate"]) for r in of(method="rf", role="search")] == [(r["optimizer"].replace(";state=bfloat16", ""), r["rate"]) for r in of(method="rf_bfloat16", role="search")]'
    check "the heir has the rate of the root method" table one \
        '{r["rate"] for r in of(method="rf", role="reused")} == {r["rate"] for r in of(method="rmsprop", role="report")}'

    check "with two workers" exits 0 search --out workers --jobs 2
    check "with two threads" exits 0 search --out threads --threads 2
    for file in trials summary; do
        check "$file.csv with two workers: the same bytes" same one/$file.csv workers/$file.csv
        check "$file.csv with two threads: the same bytes" same one/$file.csv threads/$file.csv
    done
else
    echo "skipped: searches (no digits; data/fetch.sh digits fetches them)"
fi

# ---- what is not there, and what is wrong

check "without data" exits 0 run --data nowhere --studies 'search gap' --out absent
check "all rows say so" table absent 'rows and all(r["outcome"] == "absent" for r in rows)'

refused() { # OPTION VALUE SENTENCE
    check "$1 $2" exits 2 with_data --studies 'search gap' --out refused "$1" "$2"
    check "$1 $2: one clear sentence" says "$3"
}
refused --tasks cats "task 'cats' is not one of cnn, vit"
refused --methods sdg "method 'sdg' is not one of sgd, signsgd"
refused --matrix-methods sdg "method 'sdg' is not one of sgd, signsgd"
refused --schedules cosin "schedule 'cosin' is not one of constant, multistep, cosine"
refused --gap-tasks cats "task 'cats' is not one of cnn, vit"

finish root_free
