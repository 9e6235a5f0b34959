#!/bin/sh
# The verb advise of large_stepsize, seen from outside: answers known by hand, bad input.
set -u
B=${B:-build/cpu}
cd "$(dirname "$0")/.." || exit 1
. tests/tools/check.sh
case $B in /*) ;; *) B=$PWD/$B ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
skipped=0

advise() { "$B/large_stepsize" advise "$@"; }

# file NAME LINE…: one line an argument.
file() {
    name=$1
    shift
    printf '%s\n' "$@" >"$work/$name"
}

# number KEY: of the JSON in $output, the first one of this name.
number() { echo "$output" | sed -n "s/^[[:space:]]*\"$1\":[[:space:]]*\([^,]*\),*\$/\1/p" | head -n 1; }
# near KEY VALUE TOLERANCE (relative)
near() {
    got=$(number "$1")
    awk -v a="$got" -v b="$2" -v t="$3" \
        'BEGIN { d = a - b; if (d < 0) d = -d; s = b < 0 ? -b : b; exit !(a != "" && a != "null" && d <= t * s) }' ||
        { echo "$1 is $got, not $2" && return 1; }
}
is() { [ "$(number "$1")" = "$2" ] || { echo "$1 is $(number "$1"), not $2" && return 1; }; }
# runs METHOD: it settled.
runs() { echo "$output" | grep -A 4 "\"name\":[[:space:]]*\"$1\"" | grep -q '"outcome":[[:space:]]*"reached"'; }

# ---- one row of length 1: lambda w = sigma(-w), and the curvature there is
# lambda (1 + w - lambda w²). Bisection to the last bit; 1e-9 is what the solver's w allows.
file one.libsvm '1 1:1' '-1 1:-1'
critical=$(awk 'BEGIN { l = 1e-3; a = 0; b = 100
    for (k = 0; k < 200; k++) { w = (a + b) / 2; if (l * w < 1 / (1 + exp(w))) a = w; else b = w }
    printf "%.15g", 2 / (l * (1 + w - l * w * w)) }')
check "one row" exits 0 advise --data "$work/one.libsvm" --no-bias --lambda 1e-3 --json
check "its critical step" near critical_rate "$critical" 1e-9
check "its margin from below" near margin_low 1 1e-9
check "its margin from above" near margin_high 1 1e-9
check "L = 1/4 + lambda" near smooth 0.251 1e-12
check "kappa = L/lambda" near kappa 251 1e-12
check "the step is half the critical one" near recommended_rate "$(awk "BEGIN { printf \"%.15g\", $critical / 2 }")" 1e-9
check "it is run, and settles" is recommended_outcome '"reached"'
check "rows are not scaled" near own_recommended_rate "$(number recommended_rate)" 1e-12
check "separable is true" is separable true
check "every method settles" runs newton

# Rows ten times as long: the same problem, and rates for the own rows a hundredth.
file ten.libsvm '1 1:10' '-1 1:-10'
check "longer rows" exits 0 advise --data "$work/ten.libsvm" --no-bias --lambda 1e-3 --json
check "are scaled" near scale 0.1 1e-12
check "the same critical step" near critical_rate "$critical" 1e-9
check "a hundredth of it for the own rows" near own_critical_rate "$(awk "BEGIN { printf \"%.15g\", $critical / 100 }")" 1e-9
check "with lambda a hundredfold" near own_lambda 0.1 1e-12

# w = 6 or so: from lambda w = sigma(-w), for rows ten times as long a tenth of it.
check "weights are written" exits 0 advise --data "$work/ten.libsvm" --no-bias --lambda 1e-3 --quiet --weights "$work/w.csv"
# shellcheck disable=SC2016 # an awk program
check "for the own rows" awk -F, -v c="$critical" 'NR == 1 { good = $0 == "feature,weight" }
    NR == 2 { w = 10 * $2; d = 1e-3 * w - 1 / (1 + exp(w)); good = good && $1 == 1 && d * d < 1e-24 }
    END { exit !(good && NR == 2) }' "$work/w.csv"

# Rows 3 and 1 with labels + and -: the middle is 2 = -intercept/weight when lambda is small.
file two.csv 'x,class' '3,yes' '1,no' '3,yes' '1,no'
check "a CSV file with words as classes" exits 0 advise --data "$work/two.csv" --positive yes --lambda 1e-6 --quiet --weights "$work/v.csv"
check "says which class is which" says '2 x yes \(positive\), 2 x no'
# shellcheck disable=SC2016 # an awk program
check "the intercept is in the file's units" awk -F, '$1 == 1 { w = $2 } $1 == "intercept" { b = $2 }
    END { x = -b / w; exit !(x > 1.5 && x < 2.5 && w > 0) }' "$work/v.csv"

# ---- not separable: both labels at the same place
file both.libsvm '1 1:1 2:1' '-1 1:1 2:1' '1 2:1' '-1 1:1'
check "overlapping classes" exits 0 advise --data "$work/both.libsvm" --lambda 1e-2 --json --quiet
check "are said not to be separable" is separable false
check "with a proof" near margin_low 0 0
check "without a step that needs a margin" says '"impossible"'
check "and warned of" exits 0 advise --data "$work/both.libsvm" --lambda 1e-2
check "in a sentence" says 'warning: the data are not separable'
check "unless quiet" exits 0 advise --data "$work/both.libsvm" --lambda 1e-2 --quiet
check "then no warning" test "$(echo "$output" | grep -c warning)" -eq 0
# 199 rows of length 1 and one of 0.01: the critical step is above 1/lambda.
yes '1 1:1' | head -n 199 >"$work/mixed.libsvm"
echo '-1 1:-0.01' >>"$work/mixed.libsvm"
check "coexistence is warned of" exits 0 advise --data "$work/mixed.libsvm" --no-bias --lambda 1e-6
check "in words" says 'two-point cycle can coexist'
check "the step stays below 1/lambda" exits 0 advise --data "$work/mixed.libsvm" --no-bias --lambda 1e-6 --json --quiet
check "with a tenth to spare, or half the critical one" awk -v r="$(number recommended_rate)" 'BEGIN { exit !(r > 0 && r <= 0.9e6 * (1 + 1e-12)) }'
check "a budget that is too small" exits 0 advise --data "$work/mixed.libsvm" --no-bias --max-gradients 2
check "is said to be" says 'did not settle within --max-gradients'

# ---- the same data as LIBSVM and CSV, sparse and dense, on any number of threads
file dense.csv '1,2,0,1' '0,1,1,0' '1,0,2,1' '2,0,1,0' '1,1,0,1'
file sparse.libsvm '1 1:1 2:2' '0 2:1 3:1' '1 1:1 3:2' '0 1:2 3:1' '1 1:1 2:1'
check "dense" exits 0 advise --data "$work/dense.csv" --lambda 1e-3 --json --quiet
dense=$(number optimum) rate=$(number recommended_rate)
check "sparse" exits 0 advise --data "$work/sparse.libsvm" --lambda 1e-3 --json --quiet --threads 2
check "the same minimum" near optimum "$dense" 1e-12
check "the same step" near recommended_rate "$rate" 1e-9
check "gzip" sh -c "gzip -k '$work/dense.csv'"
check "is read" exits 0 advise --data "$work/dense.csv.gz" --quiet
check "labels 1 and 2" file onetwo.libsvm '1 1:1' '2 1:2'
check "need no choice: the larger one is positive" exits 0 advise --data "$work/onetwo.libsvm" --quiet
check "and are named" says '1 x 2 \(positive\), 1 x 1'
file fixed.csv '1,5,0' '2,5,1' '3,5,1'
check "a constant column is no error" exits 0 advise --data "$work/fixed.csv"
check "but a warning" says 'warning: .*1 of 2 columns are constant'
file holes.libsvm '1 1:1 4:1' '-1 1:2'
check "an empty column neither" exits 0 advise --data "$work/holes.libsvm"
check "but a warning too" says 'warning: .*2 of 4 columns are 0 in every row'

# ---- wrong input: one sentence each, exit 1
# refuses SENTENCE PATTERN ARGUMENT…
refuses() {
    sentence=$1 pattern=$2
    shift 2
    check "$sentence" exits 1 advise "$@"
    check "$sentence: says where and what" says "^error: .*$pattern"
    check "$sentence: one sentence" test "$(echo "$output" | grep -vc '^warning: ')" -eq 1
}
file label.libsvm '1 1:1' 'x 1:2'
refuses "a wrong label" 'label.libsvm:2: expected a number as label' --data "$work/label.libsvm"
file nan.csv '1,2,0' '1,nan,1'
refuses "NaN" 'nan.csv:2: column 2: expected a finite number' --data "$work/nan.csv"
file short.csv '1,2,0' '1,1'
refuses "a short row" 'short.csv:2: expected 3 cells' --data "$work/short.csv"
: >"$work/empty.csv"
refuses "an empty file" 'empty.csv: the file is empty' --data "$work/empty.csv"
file single.csv '1,0' '2,0'
refuses "a single class" 'every label is 0; expected two classes' --data "$work/single.csv"
file three.csv '1,a' '2,b' '3,c'
refuses "three classes" 'the labels are a, b, c; expected two classes, or --positive' --data "$work/three.csv"
check "three classes, one chosen" exits 0 advise --data "$work/three.csv" --positive b --quiet
refuses "an unknown class" '--positive d: there is no such label; the labels are a, b, c' --data "$work/three.csv" --positive d
refuses "one class twice" 'name the same label' --data "$work/three.csv" --positive a --negative a
file twice.libsvm '1 1:1 1:2' '-1 1:1'
refuses "an index twice" 'twice.libsvm:1: expected each index once' --data "$work/twice.libsvm"
file zeros.csv '0,0,1' '0,0,0'
refuses "nothing but zeros" 'every feature is 0' --data "$work/zeros.csv"
refuses "a missing file" 'none.csv: cannot be read: No such file' --data "$work/none.csv"
refuses "a folder" 'is a folder, expected a file' --data "$work"
refuses "a label column that is not there" "label column 'y'" --data "$work/two.csv" --label-column y

check "no file is a wrong command line" exits 2 advise
check "and says so" says 'expected --data FILE'
cp "$work/two.csv" "$work/kept.csv"
check "weights over the data" exits 2 advise --data "$work/two.csv" --positive yes --weights "$work/../$(basename "$work")/two.csv"
check "are refused" says 'two.csv would be written over the data: choose another file'
check "and the data are as they were" cmp "$work/two.csv" "$work/kept.csv"
check "an unknown method too" exits 2 advise --data "$work/one.libsvm" --methods 'newton nwton'
check "by name" says "'nwton'"
check "an unknown format too" exits 2 advise --data "$work/one.libsvm" --format xml
check "help" exits 0 advise --help
check "with examples first" says 'advise --data my.libsvm'

# ---- real data, where they are. The margin of digits 0-v-1: LP and hard-margin dual, gamma 0.1205.
digits=data/cache/digits/digits.csv.gz
if [ -f "$digits" ]; then
    check "digits" exits 0 advise --data "$digits" --positive 0 --negative 1 --lambda 1e-4 --json --quiet
    check "digits: the margin" near margin_low 0.1205 1e-3
    check "digits: its two bounds meet" near margin_high "$(number margin_low)" 1.1e-3
    check "digits: the step settles" is recommended_outcome '"reached"'
    check "digits: bytes" is storage '"uint8"'
else
    skipped=$((skipped + 5))
fi
# iris against scikit-learn: golden/advise.py. Both reach the minimum to rounding; the weights,
# where F is flat to 1e-16, to its root.
iris=data/cache/iris/iris.csv
if [ -f "$iris" ]; then
    check "iris" exits 0 advise --data "$iris" --skip-lines 1 --positive 0 --json --quiet --weights "$work/iris.csv"
    check "iris: the minimum" near optimum "$(sed -n 's/^optimum,//p' tests/golden/advise.csv)" 1e-9
    # shellcheck disable=SC2016 # an awk program
    check "iris: the weights" awk -F, 'NR == FNR { if ($1 != "optimum") w[$1] = $2; next }
        FNR > 1 { d = $2 - w[$1]; n++; if (d * d > 1e-14) bad = 1 }
        END { exit bad || n != 5 }' tests/golden/advise.csv "$work/iris.csv"
else
    skipped=$((skipped + 3))
fi

[ "$skipped" -eq 0 ] || echo "data/cache is not filled: run data/fetch.sh"
echo "advise: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
