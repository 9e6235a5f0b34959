#!/bin/sh
# The program annealing_law seen from outside: train, stopped in every way and gone on; schedule;
# and the reproducing face on a small text.
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

# Words in an order that has something to learn: 300 kB, the same everywhere.
awk 'BEGIN { s = 1; split("the rate falls and loss follows as a stone drops into still water", w, " ")
    for (k = 0; k < 55000; k++) { s = (s * 16807) % 2147483647; printf "%s%s", w[s % 13 + 1], s % 11 ? " " : ".\n" } }' >"$work/words.txt"

cd "$work" || exit 1
tiny=transformer:layers=1,width=32,heads=2,context=32
law() { "$B/annealing_law" "$@"; }
train() { law train --data words.txt --model $tiny --log-every 10 "$@"; }
last() { tail -n 1 "$1" | cut -d, -f"$2"; }
rows() { wc -l <"$1"; }
less() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a < b) }'; }
same() { cmp -s "$1" "$2" || { cmp "$1" "$2"; return 1; }; }

# ---- one run
check "a run" exits 0 train --schedule wsd --steps 400 --seed 1 --log a.csv
check "says what was found" says '^data       words.txt: [0-9]+ tokens for training, [0-9]+ for validation'
check "and its parameters" says '^model .*: [0-9]+ parameters'
check "and the machine" says '^machine    cpu, 1 thread, OpenBLAS'
check "how it ended" says '^step 400: training loss [0-9.]+, validation loss [0-9.]+'
check "and how to draw it" says 'figure: .*a.csv'
check "the log has a heading" test "$(head -n 1 a.csv)" = step,rate,train_loss,validation_loss,validation_accuracy,gradient_norm
check "a row for the start and one for each ten steps" test "$(rows a.csv)" -eq 42
check "the last rate is 0" test "$(last a.csv 2)" = 0
check "it begins at ln 256" less "$(sed -n 2p a.csv | cut -d, -f4)" 5.65
check "and not below" less 5.45 "$(sed -n 2p a.csv | cut -d, -f4)"
check "it learns" less "$(last a.csv 4)" 2
cp a.csv kept.csv
check "a second time" exits 0 train --schedule wsd --steps 400 --seed 1 --log a.csv
check "nothing is run" says '^goes on from step 400'
check "and nothing changes" same a.csv kept.csv
check "two threads" exits 0 env OMP_NUM_THREADS=2 "$B/annealing_law" train --data words.txt --model $tiny --log-every 10 --schedule wsd --steps 400 --seed 1 --log b.csv
check "make the same log" same a.csv b.csv
check "and the same parameters" same a.csv.checkpoint b.csv.checkpoint
check "another seed" exits 0 train --schedule wsd --steps 20 --seed 2 --log c.csv
check "makes another log" test "$(sed -n 2p a.csv)" != "$(sed -n 2p c.csv)"

# ---- stopped and gone on
# stopped SIGNAL LOG: starts the run in the background, waits for some rows, sends the signal.
stopped() {
    rm -f "$2" "$2.checkpoint"
    "$B/annealing_law" train --data words.txt --model $tiny --log-every 10 --schedule wsd --steps 400 --seed 1 --save-every 0 --log "$2" >said 2>&1 &
    pid=$!
    tries=0
    while { [ ! -f "$2" ] || [ "$(rows "$2")" -lt 5 ]; } && [ $tries -lt 2000 ]; do
        sleep 0.02
        tries=$((tries + 1))
    done
    kill "-$1" $pid
    code=0
    wait $pid 2>/dev/null || code=$?
    output=$(cat said)
    [ "$(rows "$2")" -ge 5 ] && [ "$(rows "$2")" -lt 42 ]
}
check "Ctrl-C" stopped INT i.csv
check "exits with 130" test "$code" -eq 130
check "with a sentence how to go on" says '^interrupted after step [0-9]+ of 400; .* the same command goes on'
check "the same command" exits 0 train --schedule wsd --steps 400 --seed 1 --log i.csv
check "goes on from there" says '^goes on from step [1-9][0-9]*0 '
check "to the same log" same a.csv i.csv
check "and the same parameters" same a.csv.checkpoint i.csv.checkpoint
check "kill -9" stopped KILL k.csv
check "the same command with --resume" exits 0 train --schedule wsd --steps 400 --seed 1 --log k.csv --resume
check "goes on" says '^goes on from step [1-9][0-9]*0 '
check "to the same log after a kill" same a.csv k.csv
check "leaving no half-written file" test ! -e k.csv.part

# ---- nothing of the user's is lost or mixed
# refuses CODE SENTENCE PATTERN ARGUMENT…: one line besides what was found, and a.csv stays.
refuses() {
    expected=$1 sentence=$2 pattern=$3
    shift 3
    check "$sentence" exits "$expected" train "$@"
    check "$sentence: says what and where" says "^error: .*$pattern"
    check "$sentence: in one sentence" test "$(echo "$output" | grep -Evc '^(data|model|optimizer|schedule|run|machine)  ')" -eq 1
    check "$sentence: touches nothing" same a.csv kept.csv
}
refuses 2 "other steps" "'steps = 400' there, 'steps = 500' here; choose another --log, or --fresh to write over it" --schedule wsd --steps 500 --seed 1 --log a.csv
refuses 2 "another schedule" "'schedule = wsd' there, 'schedule = cosine' here" --schedule cosine --steps 400 --seed 1 --log a.csv
cp words.txt kept.txt
echo more >>words.txt
refuses 2 "changed data" "'run.data = " --schedule wsd --steps 400 --seed 1 --log a.csv
mv kept.txt words.txt
refuses 1 "no checkpoint to resume" 'there is no checkpoint to go on from' --steps 10 --log new.csv --resume
echo mine >mine.csv
refuses 2 "a file of the user's as log" 'mine.csv: is there already, without a checkpoint' --steps 10 --log mine.csv
check "is left alone" test "$(cat mine.csv)" = mine
head -c 5000 a.csv.checkpoint >cut.checkpoint
refuses 1 "a checkpoint cut off" 'is cut off: 5000 of [0-9]+ bytes' --schedule wsd --steps 400 --seed 1 --log a.csv --checkpoint cut.checkpoint
refuses 2 "the text as log" 'words.txt is trained on: choose another' --steps 10 --log words.txt --fresh
check "--fresh starts over" exits 0 train --schedule wsd --steps 20 --seed 2 --log i.csv --fresh
check "and writes anew" same c.csv i.csv

# ---- wrong input
refuses 1 "a missing file" 'none/none.*(No such file|cannot be read)' --data none/none --log n.csv
: >empty
refuses 1 "an empty file" 'empty: ' --data ./empty --log n.csv
refuses 2 "an unknown schedule" "schedule 'wds' is not one of constant" --schedule wds --log n.csv
refuses 2 "an unknown key of it" "decays" --schedule wsd:decays=1 --log n.csv
refuses 2 "an unknown model" "'transfomer'" --model transfomer --log n.csv
refuses 2 "an unknown optimizer" "'adanw'" --optimizer adanw --log n.csv
refuses 2 "intervals that do not fit" '--evaluate-every 15 is no multiple of --log-every 10' --evaluate-every 15 --log n.csv
refuses 1 "a folder that is not there" 'cannot be written' --steps 10 --log none/n.csv
refuses 2 "no log" 'expected --log FILE' --steps 10
check "no data" exits 2 law train --log n.csv
check "is a wrong command line" says 'expected --data FILE'
check "none of these left a log" test ! -e n.csv

# ---- a dry run
check "a dry run" exits 0 train --steps 400 --log dry.csv --dry-run
check "says the memory by purpose" says '^ +[0-9.]+ MB  optimizer state$'
check "in all" says '^ +[0-9.]+ MB  in all$'
check "and the work" says 'floating-point operations a step'
check "and writes nothing" test ! -e dry.csv

# ---- divergence is a result
check "a rate that is far too large" exits 0 train --schedule constant --rate 1e30 --optimizer sgd --steps 50 --log d.csv
check "is said to diverge" says '^diverged: .* at step [0-9]+'
check "and logged up to there" test "$(rows d.csv)" -ge 3

# ---- other data
check "a source of known entropy" exits 0 law train --data markov:states=8,order=1,seed=1 --model $tiny --steps 20 --log m.csv
check "says its entropy" says 'entropy [0-9.]+ nats a token'

# ---- schedules
check "all kinds of schedule" exits 0 law schedule --steps 50 --rate 0.5 --out all.csv
kinds=$(tail -n +2 all.csv | cut -d, -f2 | sort -u | wc -l)
check "ten or more" test "$kinds" -ge 10
check "have a rate for each step" test "$(rows all.csv)" -eq $((50 * kinds + 1))
# shellcheck disable=SC2016 # an awk program
check "between 0 and the peak" awk -F, 'NR > 1 && !($4 >= 0 && $4 <= 0.5) { bad = 1 } END { exit bad }' all.csv
check "two of them" exits 0 law schedule --steps 10 --schedule 'cosine wsd:decay=0.5,shape=linear'
check "commas become semicolons" says '^1,wsd:decay=0.5;shape=linear,10,0$'
check "a wrong one" exits 2 law schedule --schedule 'cosine cosin' --out wrong.csv
check "leaves no file" test ! -e wrong.csv -a ! -e wrong.csv.part

# ---- the reproducing face
mkdir -p cache/gcide
cp words.txt cache/gcide/gcide.txt
smoke() { law --profile smoke --experiments "$tree/experiments" --quiet "$@"; }
check "the smoke profile" exits 0 smoke --data cache --out one --jobs 1 --threads 1
check "with two workers of two threads" exits 0 smoke --data cache --out two --jobs 2 --threads 2
for table in trials curves summary claims; do check "$table.csv: the same bytes" same one/$table.csv two/$table.csv; done
check "every run ends" test "$(grep -c ',runs,.*,spent,40,' one/trials.csv)" -eq 10
check "run.txt replays" exits 0 smoke --data cache --config one/run.txt --out three
check "to the same bytes" same one/trials.csv three/trials.csv
check "without its data" exits 0 smoke --data none --out absent
check "the runs are absent" test "$(grep -c ',runs,.*,absent,' absent/trials.csv)" -eq 10
check "and their claims not run" grep -q '^A6.wsd,.*not run' absent/claims.csv

if command -v gnuplot >/dev/null; then
    check "the log is drawn" exits 0 gnuplot -e "log='a.csv'; out='a.svg'; term='svg'" "$tree/plots/style.gp" "$tree/plots/training_log.gp"
    check "into a figure" grep -q '</svg>' a.svg
    for figure in runs schedules; do
        check "the figure $figure" exits 0 gnuplot -e "dir='one'; out='$figure.svg'; term='svg'" "$tree/plots/style.gp" "$tree/plots/annealing_law_$figure.gp"
        check "$figure: is one" grep -q '</svg>' $figure.svg
    done
else
    skipped=$((skipped + 6))
fi

echo "train: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
