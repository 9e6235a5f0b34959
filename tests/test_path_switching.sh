#!/bin/sh
# The verbs plan and run of path_switching, seen from outside: the numbers of a plan, logs of a known
# law, runs that are stopped in every way and gone on, and what is said of bad input.
# shellcheck disable=SC2016 # awk programs
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

updates() { "$B/path_switching" "$@"; }
plan() { updates plan --versions 4 --tokens-per-version 10e9 --params 1.2e9 "$@"; }
same() { cmp -s "$1" "$2" || { cmp "$1" "$2"; return 1; }; }
# agrees PYTHON: a condition on the JSON d of $output.
agrees() { echo "$output" | python3 -c "import json, sys; d = json.load(sys.stdin); p = {r['paradigm']: r for r in d['paradigms']}; sys.exit(not ($1))"; }
# refuses CODE SENTENCE PATTERN ARGUMENT…: one line.
refuses() {
    expected=$1 sentence=$2 pattern=$3
    shift 3
    check "$sentence" exits "$expected" updates "$@"
    check "$sentence: says what and where" says "^error: .*$pattern"
    check "$sentence: in one sentence" test "$(echo "$output" | wc -l)" -eq 1
}

# ---- costs: 10, 4 and 5.8 units, shares of 1, 0.4 and 0.58, by hand; alpha is the user's input

check "a plan" exits 0 plan --alpha 0.6
check "of four versions" says '^ 1  ptfs +1 +3 +6 +10 +1 '
check "of continual training" says '^ 2  cpt +1 +2 +3 +4 +0.4 '
check "of path switching" says '^ 3  path_switching:alpha=0.6 +1 +2.6 +4.2 +5.8 +0.58 '
check "says what is taken to be so" says 'taken to be so: a GPU \(h100\)'
check "as JSON" exits 0 plan --alpha 0.6 --json
check "has units of 10, 4, 5.8" agrees 'all(abs(p[k]["versions"][3]["units"] - u) < 1e-12 for k, u in (("ptfs", 10), ("cpt", 4), ("path_switching:alpha=0.6", 5.8)))'
check "and shares of 0.4 and 0.58" agrees 'p["cpt"]["versions"][3]["ratio"] == 0.4 and abs(p["path_switching:alpha=0.6"]["versions"][3]["ratio"] - 0.58) < 1e-15'
# 6 x 1.2e9 x 10e9 operations, at 0.4 x 989e12 a second and 2.5 an hour
check "operations, hours and money" agrees 'd["unit_flops"] == 7.2e19 and abs(d["unit_gpu_hours"] / (7.2e19 / (0.4 * 989e12) / 3600) - 1) < 1e-12 and abs(d["unit_money"] / d["unit_gpu_hours"] - 2.5) < 1e-12'
# a trunk keeps parameters and two moments, 12 bytes each; one path the moments alone
check "bytes that are kept" agrees 'p["path_switching:alpha=0.6"]["kept_bytes"] == 12 * 1.2e9 and p["cpt"]["kept_bytes"] == 8 * 1.2e9 and p["ptfs"]["kept_bytes"] == 0'
check "and are released" agrees 'p["ptfs"]["versions"][3]["released_bytes"] == 4 * 4 * 1.2e9'
check "from two versions on it costs less than from scratch" agrees '[c["from"] for c in p["path_switching:alpha=0.6"]["cheaper"][:2]] == [2, None]'
check "no loss without logs" agrees '"loss" not in p["ptfs"]["versions"][0] and "logs" not in d'
check "another alpha" exits 0 plan --alpha 0.2 --json
check "is another cost" agrees 'abs(p["path_switching:alpha=0.2"]["versions"][3]["units"] - 4.6) < 1e-12'
check "what the user says of GPUs" exits 0 plan --gpu a100 --peak-flops 1e15 --mfu 0.5 --price 0 --json
check "counts" agrees 'd["peak_flops"] == 1e15 and d["unit_money"] == 0 and abs(d["unit_gpu_hours"] - 7.2e19 / 5e14 / 3600) < 1e-9'
check "branches that share more than alpha says" exits 0 plan --paradigms path_switching:shape=multistep
check "are said to" says 'two versions train 2.12 T, not 2.6'

check "what takes many updates" exits 0 plan --paradigms 'trunk:average=lawa,window=0.01 trunk:average=ema,samples=600 path_switching:alpha=0.0004' --json
check "is counted like all else" agrees 'all(r["kept_bytes"] == 12 * 1.2e9 for r in p.values()) and not d["notes"]'
check "a file that cannot be written" exits 1 plan --out /nosuch/plan.csv
check "is not said to be drawn" sh -c '! echo "$1" | grep figure' - "$output"

refuses 2 "no size" 'expected --tokens-per-version and --params' plan --versions 4
refuses 2 "an unknown GPU" "gpu 'h10' is not one of .*h100" plan --tokens-per-version 1e9 --params 1e9 --gpu h10
refuses 2 "an unknown paradigm" "paradigm 'ctp' is not one of" plan --tokens-per-version 1e9 --params 1e9 --paradigms 'ptfs ctp'
refuses 2 "a paradigm planned twice" '--paradigms: ptfs:shape=cosine.* is there twice, as 1 and 3: leave one out' plan --tokens-per-version 1e9 --params 1e9 --paradigms 'ptfs cpt ptfs:shape=cosine'
refuses 2 "no number" "expected a number, found 'many'" plan --tokens-per-version many --params 1e9
refuses 2 "an unknown option" "'?--alhpa" plan --alhpa 0.5

# ---- losses: logs of the law with the constants of arXiv 2505.07796's figure 3, without noise. The
# law by itself (dossier, section 5; computed with other code) puts version 4 at the losses below.

known() {
    awk -v kind="$1" -v last="$2" 'BEGIN { peak = 2e-4; pi = atan2(0, -1); warmup = 100
        for (s = 1; s <= last; s++) {
            x = (s - warmup) / (last - warmup)
            rate = s <= warmup ? peak * s / warmup : kind == "constant" ? peak : peak * (0.1 + 0.9 * 0.5 * (1 + cos(pi * x)))
            area += rate
            if (s > warmup) { m = 0.999 * m + before - rate; s2 += m }
            before = rate
            if (s % 10 == 0) printf "%d,%.10g,%.10f\n", s, rate, 3.057 + 0.490 * area ^ -0.497 - 0.299 * s2
        } }'
}
{ echo step,lr,loss && known cosine 10000; } >cosine.csv
{ echo step,lr,loss && known constant 20000; } >constant.csv
law() { plan --steps 10000 --json "$@"; }
check "with logs" exits 0 law --logs 'cosine.csv constant.csv' --paradigms 'ptfs cpt path_switching:alpha=0.2 path_switching wsd_s wsd_s:alpha=0.2 cpt_floor trunk:average=ema schedule_free' --out plan.csv
# 1e-3: the dossier's numbers are without warm-up.
for pair in ptfs:3.2381 cpt:3.2404 path_switching:alpha=0.2:3.2018 path_switching:3.1901 wsd_s:3.2137 wsd_s:alpha=0.2:3.2082 cpt_floor:3.3801; do
    check "the law's loss of ${pair%:*}" agrees "abs(p['${pair%:*}']['versions'][3]['loss'] - ${pair##*:}) < 1e-3"
done
check "lies in its interval" agrees 'all(v["low"] < v["loss"] < v["high"] for r in d["paradigms"] if r["paradigm"] not in ("trunk:average=ema", "schedule_free") for v in r["versions"])'
check "differences are of the first paradigm's losses" agrees 'all(abs(v["gap"] - (v["loss"] - p["ptfs"]["versions"][v["version"] - 1]["loss"])) < 1e-12 for k in ("cpt", "wsd_s") for v in p[k]["versions"])'
check "an average's is not known" agrees 'all(p[k]["versions"][3]["loss"] is None for k in ("trunk:average=ema", "schedule_free"))'
check "logs were checked on one another" agrees 'd["checked"] == 2 and d["decay_seen"] and d["widened"] >= 1'
check "what the law cannot tell is said" agrees 'any("replay" in note for note in d["notes"])'
check "a log without a decay" exits 0 law --logs constant.csv
check "does not tell what one gains" agrees 'not d["decay_seen"] and d["parameters_of_law"]["C"] is None'
check "and is said not to" agrees 'any("no log holds a decay" in note for note in d["notes"])'
width='p["ptfs"]["versions"][3]["high"] - p["ptfs"]["versions"][3]["loss"]'
check "intervals are wide" agrees "$width > 0.03"
check "another law" exits 0 law --logs constant.csv --law linear_rate
check "knows no more of it" agrees 'not d["decay_seen"]'
check "nor is it narrower" agrees "$width > 0.03"
refuses 2 "a law without decays" 'no term for a decay of the rate: take annealing' plan --tokens-per-version 1e9 --params 1e9 --logs constant.csv --law power
check "two threads" exits 0 env OMP_NUM_THREADS=2 "$B/path_switching" plan --tokens-per-version 10e9 --params 1.2e9 --logs 'cosine.csv constant.csv' --steps 5000 --out two.csv
check "and one" exits 0 plan --logs 'cosine.csv constant.csv' --steps 5000 --out one.csv
check "say the same" same one.csv two.csv
check "tokens per step say T" exits 0 plan --logs cosine.csv --tokens-per-step 1e6 --json
check "in steps" agrees 'd["steps"] == 10000'
for tokens in 3e10 1e-10; do
    refuses 2 "steps of $tokens tokens" 'steps of so many, expected from 1 to 2\^53' plan --tokens-per-version 10e9 --params 1e9 --logs cosine.csv --tokens-per-step $tokens
done
check "six versions from a log of one" exits 0 plan --versions 6 --logs cosine.csv --json
check "are said to lie far beyond it" agrees 'any("version 6 are foretold 6 times as many steps on as the longest log goes, step 10000: far" in note for note in d["notes"])'
check "a log that goes down to nothing" exits 0 sh -c '{ echo step,lr,loss && awk -F, "{ print \$1 \",\" \$2 \",\" \$3 - 3.177 }" cosine.csv | tail -n +2; } >nothing.csv'
check "has a law" exits 0 plan --logs nothing.csv
check "with a floor at its bound, which is said" says '^note +L0 is at its bound: the logs say too little of it'
check "a log without rates" exits 0 sh -c "cut -d, -f1,3 cosine.csv >bare.csv"
refuses 2 "asks for its schedule" 'bare.csv: has no rates: say what the schedule was' plan --tokens-per-version 1e9 --params 1e9 --logs bare.csv
check "and takes it" exits 0 law --logs bare.csv --schedule cosine:peak=2e-4,warmup=100,floor=0.1
check "to the same loss" agrees "abs(p['ptfs']['versions'][3]['loss'] - 3.2381) < 1e-3"
check "a schedule that ends before the log" exits 0 law --logs bare.csv --schedule linear:peak=2e-4,warmup=100,floor=0.1,total=5000
check "is said to" agrees 'any("ends at step 5000; up to step 10000 its rate is taken to stay" in note for note in d["notes"])'
check "one that goes on far behind it" exits 0 law --logs bare.csv --schedule wsd:peak=2e-4,warmup=100,total=30000000
check "is taken to its end" agrees 'd["logs"][0]["last_step"] == 10000 and not d["decay_seen"]'
check "fewer than forty validation losses" exits 0 sh -c "awk -F, 'NR == 1 { print \"step,lr,train_loss,val_loss\"; next } { print \$1 \",\" \$2 \",\" \$3 \",\" (NR % 26 == 1 ? \$3 + 0.1 : \"\") }' cosine.csv >few.csv"
check "among many of training" exits 0 law --logs few.csv
check "give way to those" agrees 'd["logs"][0]["loss"] == "training" and abs(p["ptfs"]["versions"][3]["loss"] - 3.2381) < 1e-3'
check "unless asked for" exits 0 law --logs few.csv --loss validation
check "then they are fitted" agrees 'd["logs"][0]["loss"] == "validation" and d["logs"][0]["points"] == 38'
refuses 1 "a missing log" 'none.csv: cannot be read' plan --tokens-per-version 1e9 --params 1e9 --logs none.csv
refuses 2 "a log as --out" 'would be written over the log' plan --tokens-per-version 1e9 --params 1e9 --logs cosine.csv --out cosine.csv
head -n 12 cosine.csv >few.csv
refuses 1 "a log too short" 'few.csv: a fit needs 20 training losses' plan --tokens-per-version 1e9 --params 1e9 --logs few.csv
if command -v gnuplot >/dev/null; then
    check "make figure knows the plan by its heading" exits 0 make -s -C "$tree" figure LOG="$work/plan.csv"
    check "and draws it" test -s plan.png
    check "also without losses" exits 0 plan --out costs.csv
    check "in a figure" exits 0 make -s -C "$tree" figure LOG="$work/costs.csv"
else
    skipped=$((skipped + 4))
fi

# ---- runs on a text of words in an order that has something to learn

awk 'BEGIN { s = 1; split("the rate falls and loss follows as a stone drops into still water", w, " ")
    for (k = 0; k < 40000; k++) { s = (s * 16807) % 2147483647; printf "%s%s", w[s % 13 + 1], s % 11 ? " " : ".\n" } }' >words.txt
awk 'BEGIN { s = 7; split("far from any shore the slow tide carries what nobody had asked for", w, " ")
    for (k = 0; k < 40000; k++) { s = (s * 16807) % 2147483647; printf "%s%s", w[s % 13 + 1], s % 7 ? " " : "!\n" } }' >tides.txt
tiny=transformer:layers=1,width=16,heads=2,context=16
small() { updates run --data words.txt --model $tiny --steps 40 --versions 3 --evaluation-batches 4 "$@"; }

check "a run" exits 0 small --folder a --out a.csv --json --quiet
echo "$output" >a.json
check "updates are those of the closed formulas" python3 -c '
import json; d = json.load(open("a.json")); T = 40
cost = {"ptfs": lambda n: n * (n + 1) / 2, "cpt": lambda n: n, "wsd_s:alpha=0.6": lambda n: n, "path_switching:alpha=0.6": lambda n: 1.6 * n - 0.6}
assert len(d["rows"]) == 12
for r in d["rows"]: assert abs(r["cost_steps"] - T * cost[r["paradigm"]](r["version"])) < 1e-9, r'
check "version 1 of a cosine is one" python3 -c '
import json; rows = {(r["paradigm"], r["version"]): r for r in json.load(open("a.json"))["rows"]}
assert rows["ptfs", 1]["loss"] == rows["cpt", 1]["loss"] and rows["cpt", 1]["gap"] == 0 and rows["cpt", 2]["gap"] != 0'
check "a row for each release and text, and their mean" test "$(wc -l <a.csv)" -eq 25
check "again" exits 0 small --folder a --out again.csv
check "says what it will do" says '^updates    564 a seed; 648 if paradigms shared nothing with one another, 960 if nothing were shared'
check "trains nothing, to the same bytes" same a.csv again.csv
check "two threads" exits 0 env OMP_NUM_THREADS=2 "$B/path_switching" run --data words.txt --model $tiny --steps 40 --versions 3 --evaluation-batches 4 --folder t --out t.csv --quiet
check "make the same bytes" same a.csv t.csv
check "one paradigm alone" exits 0 small --folder p --out p.csv --quiet --paradigms path_switching:alpha=0.6
check "has the losses that it has among others" sh -c "grep ^path a.csv >path.csv; tail -n +2 p.csv | cmp - path.csv"

# started CODE SIGNAL FOLDER COUNT: stops a run by a signal once it has COUNT checkpoints.
stopped() {
    rm -rf "$2"
    "$B/path_switching" run --data words.txt --model $tiny --steps 40 --versions 3 --evaluation-batches 4 --folder "$2" --out "$2.csv" >said 2>&1 &
    pid=$!
    tries=0
    while [ "$(find "$2" -name '*.checkpoint' 2>/dev/null | wc -l)" -lt "$3" ] && [ $tries -lt 2000 ]; do
        sleep 0.01
        tries=$((tries + 1))
    done
    kill "-$1" $pid
    code=0
    wait $pid 2>/dev/null || code=$?
    output=$(cat said)
    [ ! -e "$2.csv" ]
}
for count in 1 4 9; do
    check "killed after $count stretches" stopped KILL k$count $count
    check "the same command" exits 0 small --folder k$count --out k$count.csv --quiet
    check "ends with the same bytes" same a.csv k$count.csv
done
check "Ctrl-C" stopped INT i 3
check "exits with 130" test "$code" -eq 130
check "with a sentence how to go on" says '^interrupted in seed 1, with [0-9]+ of its 564 updates done; .* the same command goes on'
check "which it does" exits 0 small --folder i --out i.csv --quiet
check "to the same bytes" same a.csv i.csv

# ---- texts in turn, several texts, rates

check "a shift of domain" exits 0 updates run --data 'words.txt tides.txt' --shift --model $tiny --steps 40 --folder s --out s.csv --quiet --paradigms 'ptfs cpt cpt:replay=0.25'
check "has a loss of each text" test "$(grep -c '^cpt,2,1,tides.txt,spent,' s.csv)" -eq 1
check "the mean is over the texts so far" python3 -c '
import csv; rows = {(r["version"], r["text"]): float(r["loss"]) for r in csv.DictReader(open("s.csv")) if r["paradigm"] == "cpt"}
assert rows["1", "all"] == rows["1", "words.txt"] and abs(rows["2", "all"] - (rows["2", "words.txt"] + rows["2", "tides.txt"]) / 2) < 1e-12'
check "several texts, each in every version" exits 0 updates run --data 'words.txt tides.txt' --versions 2 --model $tiny --steps 20 --folder m --paradigms 'ptfs cpt' --seeds 2
check "two seeds have an interval" says '^cpt +2 +40 +2 +[0-9.]+ +[-+][0-9.]+ ±[0-9.]+'
check "peaks that are tried" exits 0 updates run --data words.txt --versions 2 --model $tiny --steps 20 --folder r --paradigms ptfs --tune 1e-4,1e-2 --quiet
check "the better one is taken" says '^peak 0.01: loss of version 1 [0-9.]+, taken'
check "a rate that is far too large" exits 0 updates run --data words.txt --versions 2 --model $tiny --optimizer sgd --steps 20 --rate 1e30 --folder d --paradigms 'ptfs cpt' --quiet
check "is said to diverge" says '^cpt +2 +40 +2 +diverged'
check "a dry run" exits 0 small --folder none --dry-run
check "says the time" says '^time       about .* for 1 seed'
check "and leaves nothing" test ! -e none

# ---- a folder is one run's, of one build on one device

check "a run that is not to be touched" exits 0 sh -c 'cp -r p other && sed -i "s/^sources = .*/sources = 0/" other/configuration.txt'
refuses 2 "checkpoints of another build" 'other: holds the run of another build of this program \(sources differ\): .* choose another --folder' run --data words.txt --model $tiny --steps 40 --versions 3 --folder other --quiet
check "or of one that did not say" sh -c 'grep "^model\|^optimizer\|^batch\|^prec\|^parts\|^text" p/configuration.txt >other/configuration.txt'
refuses 2 "are not gone on from" 'holds the run of another build' run --data words.txt --model $tiny --steps 40 --versions 3 --folder other --quiet
check "another device" sh -c 'sed "s/^device = cpu/device = cuda/" p/configuration.txt >other/configuration.txt'
refuses 2 "nor from that" "another run \('device = cuda' there, 'device = cpu' here\)" run --data words.txt --model $tiny --steps 40 --versions 3 --folder other --quiet
python3 -c 'import fcntl, time; f = open("p/.lock", "r+"); fcntl.lockf(f, fcntl.LOCK_EX, 1); open("held", "w"); time.sleep(600)' &
holder=$!
while [ ! -e held ]; do sleep 0.01; done
refuses 1 "a second process in the folder" 'another run is writing into p: wait for it' run --data words.txt --model $tiny --steps 40 --versions 3 --folder p --quiet
kill $holder
wait $holder 2>/dev/null
refuses 2 "a paradigm twice" '--paradigms: ptfs:shape=cosine.* is there twice, as 1 and 3: leave one out' run --data words.txt --paradigms 'ptfs cpt ptfs:shape=cosine' --folder n

# ---- reproducing: what has no verb

refuses 2 "a profile of one's own texts" "unknown option --profile.*to reproduce, leave out 'run'" run --profile smoke
check "help" exits 0 updates --help
check "has run once" test "$(echo "$output" | grep -c '^  run ')" -eq 1
check "and what is done without" says '^  \(no verb\) +reproduce'
horizons() { refuses 2 "horizons of $1" "$2" --experiments "$tree/experiments" --texts words.txt --studies horizons --warmup 0 --quiet --out refused --horizons "$1"; }
horizons 0.4 '--horizons: expected whole numbers of updates, found 0.4'
horizons '10 20.5' '--horizons: expected whole numbers of updates, found 20.5'
refuses 2 "versions of no update at one cost" 'are 0 updates long: expected from 1' --experiments "$tree/experiments" --texts words.txt --studies equal --steps 1 --versions 10 --warmup 0 --quiet --out refused

refuses 2 "no text" "expected --data" run
refuses 2 "a missing text" "no such file, and the kind of data 'none.txt'" run --data none.txt --folder n
: >empty.txt
refuses 1 "an empty text" 'empty.txt: is empty' run --data empty.txt --folder n
refuses 2 "one text in turn" '--shift: expected several texts' run --data words.txt --shift --folder n
refuses 2 "a paradigm without room" 'alpha' run --data words.txt --paradigms path_switching:alpha=0.001 --steps 10 --folder n
refuses 2 "a folder of another run" "a: holds another run \('batch = 8' there, 'batch = 9' here\): choose another --folder" run --data words.txt --model $tiny --steps 40 --versions 3 --batch 9 --folder a --quiet
refuses 2 "a text as --out" 'words.txt would be written over a text' run --data words.txt --out words.txt --folder n
refuses 2 "a folder that is not there" '--out none/x.csv: nothing can be written into none' run --data words.txt --out none/x.csv --folder n
check "none of these left a folder" test ! -e n

finish path_switching
