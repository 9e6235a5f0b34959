#!/bin/sh
# root_free compare seen from outside: images and text, budgets in runs and in time, what it keeps,
# Ctrl-C, and wrong input.
set -u
B=${B:-build/cpu}
cd "$(dirname "$0")/.." || exit 1
. tests/tools/check.sh
case $B in /*) ;; *) B=$PWD/$B ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
skipped=0
export OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive
cd "$work" || exit 1

# draw IMAGES HEIGHT WIDTH PREFIX: in the format of MNIST, three kinds of stripes under noise.
draw() {
    LC_ALL=C awk -v images="$1" -v height="$2" -v width="$3" -v pixels="$4images" -v kinds="$4labels" 'BEGIN {
    s = 1
    printf "%c%c%c%c%c%c%c%c%c%c%c%c%c%c%c%c", 0, 0, 8, 3, 0, 0, int(images / 256), images % 256, 0, 0, 0, height, 0, 0, 0, width >pixels
    printf "%c%c%c%c%c%c%c%c", 0, 0, 8, 1, 0, 0, int(images / 256), images % 256 >kinds
    for (k = 0; k < images; k++) {
        s = (s * 16807) % 2147483647; kind = s % 3; shift = int(s / 3) % 4
        printf "%c", kind >kinds
        for (y = 0; y < height; y++) for (x = 0; x < width; x++) {
            s = (s * 16807) % 2147483647
            at = kind == 0 ? x : kind == 1 ? y : x + y
            printf "%c", 1 + ((at + shift) % 4 < 2 ? 90 : 0) + s % 160 >pixels
        }
    } }' 2>awk_said
}
draw 500 8 8 ''
# Words in an order that has something to learn: 200 kB.
awk 'BEGIN { s = 1; split("the rate falls and loss follows as a stone drops into still water", w, " ")
    for (k = 0; k < 36000; k++) { s = (s * 16807) % 2147483647; printf "%s%s", w[s % 13 + 1], s % 11 ? " " : ".\n" } }' >words.txt

compare() { "$B/root_free" compare "$@"; }
images=idx:images=images,labels=labels
small="--data $images --model mlp:layers=1,width=16 --batch 16"
# shellcheck disable=SC2086 # a list of options
quick() { compare $small --steps 24 --seeds 3 "$@"; }
rows() { grep -c "$1" "$2"; }
same() { cmp -s "$1" "$2" || { cmp "$1" "$2"; return 1; }; }
# column NAME FILE: its number.
column() { head -n 1 "$2" | tr , '\n' | grep -nx "$1" | cut -d: -f1; }

# ---- images, a number of runs
check "images" exits 0 quick --optimizers sgd,adamw,rf --runs 6 --out a.csv
echo "$output" >a.txt
check "says what was found" says '^data       idx.*: [0-9]+ images for training, [0-9]+ for validation, [0-9]+ for testing; 3 kinds; 8 x 8, 1 channel$'
check "and how large the network is" says '^model      mlp.*: 1091 parameters$'
check "and how long a run is" says '^run        24 steps of 16 x 1: 384 images, .* passes; schedule cosine:warmup=1$'
check "and what is judged" says '^judged     by the error on [0-9]+ images for validation, [0-9]+ for testing$'
check "and where it searches" says '^  adamw +6 . 6 . 3 runs: adamw:beta1=.*rate=[0-9e.-]+$'
check "a search, finals and a report of every optimizer" test "$(rows ,search, a.csv)/$(rows ,final, a.csv)/$(rows ,report, a.csv)" = 18/18/9
check "a verdict" says '^(winner     |undecided  )(sgd|adamw|rf)'
check "no time is in it" test "$(grep -c about a.txt)" -eq "$(grep -c 'seeds would decide' a.txt)"

check "once more, in two processes" exits 0 quick --optimizers sgd,adamw,rf --runs 6 --out b.csv --jobs 2
echo "$output" >b.txt
check "the same answer" same a.txt b.txt
check "the same runs" same a.csv b.csv
check "in one" exits 0 quick --optimizers sgd,adamw,rf --runs 6 --jobs 1
echo "$output" >c.txt
check "the same answer without a file" same a.txt c.txt
check "another seed" exits 0 quick --optimizers sgd,adamw,rf --runs 6 --seed 2
check "another answer" test "$output" != "$(cat a.txt)"

# What the report is of: of the three configurations with the lowest error, then the lowest loss, on
# validation the one with the lowest mean over three seeds. The test split is for reports alone,
# on seeds that everyone shares.
error=$(column validation_error a.csv) loss=$(column validation_loss a.csv) test_error=$(column test_error a.csv)
finalists() { grep ",search,$1," a.csv | LC_ALL=C sort -t, -k"$error,${error}g" -k"$loss,${loss}g" | head -n 3 | cut -d, -f4,5 | sort; }
best() {
    grep -E ",(search|final),$1," a.csv | awk -F, -v e="$error" -v l="$loss" '{ k = $4 "," $5; n[k]++; a[k] += $e; b[k] += $l }
        END { for (k in n) if (n[k] == 3) printf "%.12f %.12f %s\n", a[k], b[k], k }' | LC_ALL=C sort -k1,1g -k2,2g | head -n 1 | cut -d' ' -f3
}
for optimizer in sgd adamw rf; do
    check "$optimizer: the best of the search are finalists" test "$(finalists $optimizer)" = "$(grep ",final,$optimizer," a.csv | cut -d, -f4,5 | sort -u)"
    check "$optimizer: on two seeds more" test "$(grep ",final,$optimizer," a.csv | cut -d, -f6 | sort -u | tr '\n' ' ')" = "1000002 1000003 "
    check "$optimizer: the best of the finals is reported" test "$(best $optimizer)" = "$(grep ",report,$optimizer," a.csv | cut -d, -f4,5 | sort -u)"
    check "$optimizer: on the same seeds as all others" test "$(grep ",report,$optimizer," a.csv | cut -d, -f6 | tr '\n' ' ')" = "1 2 3 "
    check "$optimizer: another seed in the search" test "$(grep ",search,$optimizer," a.csv | cut -d, -f6 | sort -u)" = 1000001
    mean=$(grep ",report,$optimizer," a.csv | cut -d, -f"$test_error" | awk '{ s += $1 } END { printf "%.2f", 100 * s / NR }')
    check "$optimizer: its mean error is printed" grep -qE "^$optimizer .* $mean ± " a.txt
done
check "a search does not look at the test split" test "$(grep ,search, a.csv | cut -d, -f"$test_error" | sort -u)" = nan

# ---- finished runs are used again
check "more runs" exits 0 quick --optimizers sgd,adamw,rf --runs 8 --out b.csv
check "only these are run" test "$(rows ,search, b.csv)" -eq 24
check "and what was there stays" same a.csv - <<EOF
$(head -n "$(wc -l <a.csv)" b.csv)
EOF
check "a constant rate" exits 0 quick --schedule constant --optimizers sgd,rf --runs 2 --out s.csv
check "other steps of it" exits 0 quick --schedule constant --optimizers sgd,rf --runs 2 --out s.csv --steps 12
check "are other runs" test "$(rows ,search, s.csv)" -eq 8
cp images whole
printf 'x' | dd of=images bs=1 seek=700 conv=notrunc 2>/dev/null
check "other data" exits 0 quick --optimizers sgd,adamw --runs 2 --out a.csv
check "are other runs too" test "$(rows ,search, a.csv)" -eq 22
mv whole images

# Other sources may train otherwise: a program that differs in nothing but its hash of them.
sources=$(sed -n 's/.*SOURCES_SHA256 "\(.*\)"/\1/p' "$B/version.h")
LC_ALL=C sed "s/$sources/$(echo "$sources" | tr 0-9a-f 1-9a-f0)/g" "$B/root_free" >changed
chmod +x changed
check "runs of these sources" exits 0 quick --optimizers sgd,adamw --runs 2 --out o.csv
# shellcheck disable=SC2086 # a list of options
check "those of changed ones" exits 0 ./changed compare $small --steps 24 --seeds 3 --optimizers sgd,adamw --runs 2 --out o.csv
check "are not these" test "$(rows ,search, o.csv)" -eq 8

# ---- Ctrl-C; runs of a tenth of a second, each of which is saved at once
long="--model mlp:layers=1,width=16 --batch 16 --steps 12000 --seeds 2 --finalists 1 --optimizers sgd,adamw --runs 8 --jobs 1"
# shellcheck disable=SC2086 # a list of options
long() {
    file=$1
    shift
    compare --data $images $long --out "$file" "$@"
}
# shellcheck disable=SC2086 # a list of options
long_background() { exec "$B/root_free" compare --data $images $long --out i.csv; }
long_background >said 2>warned &
pid=$!
tries=0
while { [ ! -f i.csv ] || [ "$(wc -l <i.csv)" -lt 2 ]; } && [ $tries -lt 2000 ]; do
    sleep 0.02
    tries=$((tries + 1))
done
check "another writer of the same file" exits 1 long i.csv
check "is told to wait" says '^error: another comparison is writing into i.csv: wait for it'
check "a dry run reads it" exits 0 long i.csv --dry-run
kill -INT $pid
code=0
wait $pid || code=$?
check "the lock is gone" test ! -e i.csv.lock
check "Ctrl-C exits with 130" test $code -eq 130
check "says how to go on" grep -q '^interrupted; finished runs are in i.csv, and the same command goes on$' warned
check "prints what there is" grep -qE '^chosen$' said
check "and that nothing is decided" grep -qE '^undecided' said
check "not all was run" test "$(wc -l <i.csv)" -lt 21
check "the same command goes on" exits 0 long i.csv
echo "$output" >went_on.txt
check "to the same runs as one that was not stopped" exits 0 long j.csv
echo "$output" >whole.txt
check "the same answer after a stop" same went_on.txt whole.txt
check "the same file after a stop" same i.csv j.csv

# ---- text, judged by the loss
check "text" exits 0 compare --data words.txt --model transformer:layers=1,width=16,heads=2,context=16 --steps 24 --seeds 2 --optimizers sgd,muon --runs 3
check "is judged by the loss" says '^judged     by the loss on [0-9]+ tokens'
check "in nats" says ' behind by [0-9.]+ nats \('
check "no network named" exits 0 compare --data words.txt --steps 12 --seeds 2 --optimizers sgd,adamw --runs 2 --evaluation-batches 4
check "a small transformer" says '^model      transformer:layers=1'
check "images without one" exits 0 compare --data $images --steps 12 --seeds 2 --optimizers sgd,adamw --runs 2
check "a small convolutional one" says '^model      cnn:'
draw 120 30 20 odd_
check "images whose sides are odd once they are halved" exits 0 compare --data idx:images=odd_images,labels=odd_labels --steps 12 --seeds 2 --optimizers sgd,adamw --runs 1
check "get fewer pools" says '^model      cnn:style=vgg,widths=8-16-16,pools=1-0-0: '

# ---- a time
check "a time" exits 0 quick --optimizers sgd,adamw --budget 2s --out t.csv
check "says the runs that it buys" says '^  sgd +[0-9]+ . 6 . 3 runs, about [0-9.e-]+ s each: '
# On a busy machine it may not do for all that was planned.
tries=0
while says '^time       not enough' >said && [ $tries -lt 20 ]; do
    quick --optimizers sgd,adamw --budget 2s --out t.csv >went_on.txt
    output=$(cat went_on.txt)
    tries=$((tries + 1))
done
echo "$output" >t.txt
again=$(sed -n 's/^ *together.*--runs //p' t.txt)
check "the same command" exits 0 quick --optimizers sgd,adamw --budget 2s --out t.csv
echo "$output" >u.txt
check "has the same plan and answer" same t.txt u.txt
check "these runs by number" exits 0 quick --optimizers sgd,adamw --runs "$again"
# Seconds more are not said where none were asked for.
table() { sed -n '/^optimizer/,/^chosen/p' "$1"; }
echo "$output" >v.txt
check "give the same table" test "$(table t.txt)" = "$(table v.txt)"
# Runs that are expected to be twenty times as fast: all end early, together, and in time.
awk -F, -v OFS=, -v t="$(column time_s t.csv)" 'NR == 1 { print } /,timing,/ { if (!fast) fast = $t / 20; $t = fast; print }' t.csv >f.csv
started=$(date +%s)
check "a plan that takes much too long" exits 0 quick --optimizers sgd,adamw --budget 2s --out f.csv --jobs 1
check "is cut" says '^time       not enough for the searches as planned; runs that count: sgd [0-9]+ of [0-9]+, adamw [0-9]+ of [0-9]+$'
check "for all alike" test "$(echo "$output" | sed -n 's/^time.*sgd \([0-9]*\) of.*/\1/p')" = "$(echo "$output" | sed -n 's/^time.*adamw \([0-9]*\) of.*/\1/p')"
check "and in time" test $(($(date +%s) - started)) -lt 30
echo "$output" >f.txt
check "these runs by their number" exits 0 quick --optimizers sgd,adamw --runs "$(sed -n 's/^ *the same once more.*--runs \([0-9]*\); the same command.*/\1/p' f.txt)"
echo "$output" >g.txt
check "give the same table as what was cut" test "$(table f.txt)" = "$(table g.txt)"
check "too short a time" exits 2 compare --data $images --optimizers sgd,adamw --steps 5000 --budget 0.1s
check "says the least" says '^error: --budget 0.1s is too short: 2 optimizers with 4 runs .* take about .*or give --budget [0-9]+s$'
check "a dry run" exits 0 quick --optimizers sgd,adamw --runs 6 --dry-run --out dry.csv
check "runs nothing" says '^dry run: nothing more was run$'
check "writes nothing" test ! -e dry.csv

# ---- spaces of the user's
check "keys of the user's" exits 0 quick --optimizers sgd:momentum=0.9,adamw:beta2=0.9..0.99,rate=1e-4..1e-2,decay=0.1,rf --runs 2 --out k.csv
check "are kept as they are" test "$(grep -c 'search,sgd:momentum=0.9,sgd:momentum=0.9,' k.csv)" -eq 2
check "and the rate is searched" test "$(grep ',search,sgd:momentum=0.9,' k.csv | cut -d, -f5 | sort -u | wc -l)" -eq 2
check "in the range that is given" says '^  adamw:beta2=0.9..0.99,rate=1e-4..1e-2,decay=0.1 +2 . 6 . 3 runs: adamw:beta2=0.9..0.99,decay=0.1 rate=1e-4..1e-2$'
check "an optimizer by its kind" exits 0 quick --optimizers sgd,adam:beta2=0.99,rate=1e-3..1e-2 --runs 2
check "is searched too" says '^  adam:beta2.*: adam:beta2=0.99 rate=1e-3..1e-2$'
check "a rate far too large" exits 0 quick --optimizers sgd:rate=1e9,adamw --runs 2
check "fails, in the one run of what has no range" says '^sgd:rate=1e9 +1 +1 +failed +failed +failed +3 of 3'
check "and stands behind" says '^winner     adamw: all others had runs that failed$'
check "without a configuration" says 'sgd:rate=1e9 +none: every run failed'
check "two of them" exits 0 quick --optimizers sgd:rate=1e9,sgd:rate=1e8 --runs 2
check "are undecided" says '^undecided  everyone has runs that failed$'
check "rates that change nothing" exits 0 quick --optimizers sgd:rate=1e-30,sgd:rate=2e-30 --runs 5 --out same.csv
check "have nothing to search" says 'sgd:rate=1e-30 +had nothing to search'
check "are run once, and reported" test "$(rows ,search, same.csv)/$(rows ,final, same.csv)/$(rows ,report, same.csv)" = 2/0/6
check "are behind by nothing, without an interval" says 'is behind by 0.00 points$'
check "of which few seeds show nothing" says 'under each of the 3 seeds they are equal; so few show nothing'

# ---- JSON
if command -v python3 >/dev/null; then
    compare --data $images --model mlp:layers=1,width=16 --batch 16 --steps 24 --seeds 3 --optimizers sgd,adamw,rf --runs 6 --out b.csv --json >a.json 2>beside.txt
    check "JSON" python3 -c 'import json
d = json.load(open("a.json"))
assert d["verdict"] in ("winner", "undecided") and len(d["optimizers"]) == 3
for o in d["optimizers"]:
    assert len(o["search"]) == 6 and len(o["final"]) == 6 and len(o["report"]) == 3
    mean = sum(r["test_error"] for r in o["report"]) / 3
    assert abs(mean - o["test"]["estimate"]) < 1e-15
    assert min(r["validation_error"] for r in o["search"]) == o["validation_best"]
first, second = d["optimizers"][:2]
difference = [b["test_error"] - a["test_error"] for a, b in zip(first["report"], second["report"])]
assert abs(sum(difference) / 3 - second["behind"]["estimate"]) < 1e-15'
    check "sentences stand beside it" grep -q '^model  ' beside.txt
else
    skipped=$((skipped + 2))
fi

# ---- the frame's verb of the same name
mkdir one
check "two folders are the frame's" exits 1 compare one two
check "which says so" says '^error: '
check "its options are this one's" exits 2 compare --runs 3
check "which asks for data" says '^error: expected --data FILE'
check "the help" exits 0 compare --help
check "names both" says 'DIR_A'
check "the program's help" exits 0 "$B/root_free" --help
check "lists the folders'" says 'compare A B'
check "and this" says 'compare --.*data'

# ---- wrong input
# refuses CODE SENTENCE PATTERN ARGUMENT…
refuses() {
    expected=$1 sentence=$2 pattern=$3
    shift 3
    check "$sentence" exits "$expected" quick "$@"
    check "$sentence: says what" says "^error: .*$pattern"
}
refuses 2 "an unknown optimizer" "'adanw' is not one of sgd, signsgd, adamw" --optimizers sgd,adanw --runs 2
refuses 2 "one optimizer" "expected two or more" --optimizers sgd --runs 2
refuses 2 "the same twice" "'sgd' is given twice" --optimizers sgd,sgd --runs 2
refuses 2 "an unknown key" "unknown key 'beta9'; the keys of adamw are" --optimizers sgd,adamw:beta9=1 --runs 2
refuses 2 "a range upside down" "from the smaller number to the larger" --optimizers sgd,adamw:rate=1..0.1 --runs 2
refuses 2 "no range of rates" "no range of rates is known for 'adam'" --optimizers sgd,adam --runs 2
refuses 2 "no budget" "expected --budget TIME, such as 20m, or --runs NUMBER" --optimizers sgd,adamw
refuses 2 "two budgets" "exclude each other" --optimizers sgd,adamw --runs 2 --budget 2m
refuses 2 "a time that is none" "--budget '20 moons': expected a time" --optimizers sgd,adamw --budget '20 moons'
refuses 2 "half a run" "expected whole numbers, found 2.5" --optimizers sgd,adamw --runs 2.5
refuses 2 "runs for others" "found 3" --optimizers sgd,adamw --runs 2,3,4
refuses 2 "an unknown schedule" "schedule 'wds' is not one of" --optimizers sgd,adamw --runs 2 --schedule wds
refuses 2 "a model of text" "model of text" --optimizers sgd,adamw --runs 2 --model transformer
refuses 2 "a file of the user's" "labels: is there already" --optimizers sgd,adamw --runs 2 --out labels
refuses 1 "a folder that is not there" "cannot be written" --optimizers sgd,adamw --runs 2 --out none/x.csv
refuses 2 "data that are none" "no such file" --data nowhere --runs 2
check "the text as file of runs" exits 2 compare --data words.txt --runs 2 --out words.txt
check "says so" says 'choose another file'
head -c 300 words.txt >short.txt
check "a text too short" exits 1 compare --data ./short.txt --runs 2
check "says what is missing" says '^error: '

echo "compare: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
