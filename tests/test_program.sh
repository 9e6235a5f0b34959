#!/bin/sh
# The frame of an experiment program, seen from outside: build/…/tests/tiny.
set -u
B=${B:-build/cpu}
tree=$(cd "$(dirname "$0")/.." && pwd)
case $B in /*) ;; *) B=$tree/$B ;; esac
tiny=$B/tests/tiny
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0
failed=0

# expect STATUS WHAT COMMAND…: the command ends with this status; its words are in ./said.
expect() {
    wanted=$1 what=$2
    shift 2
    "$@" >said 2>&1
    status=$?
    if [ "$status" -eq "$wanted" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what: exit $status instead of $wanted"
        cat said
    fi
}
says() { expect 0 "$1" grep -qe "$2" words; }
run() { "$tiny" --experiments "$tree/tests/programs" "$@"; }
keep() { cp said words; }
same() { cmp "$1/trials.csv" "$2/trials.csv" && cmp "$1/curves.csv" "$2/curves.csv" && cmp "$1/summary.csv" "$2/summary.csv"; }
runs() { wc -l <"$1/ran.log"; }
is() { [ "$1" = "$2" ]; }

expect 0 "an ordinary run" run --out a
keep
says "the run says what it did" '^tiny: 12 trials (0 reused) in .* s → a$'
says "the run counts verdicts" '^claims: .*undecided, 1 not run$'
expect 0 "the finished trials are cleared away" test ! -e a/.trials
expect 0 "a second run" run --out a
keep
says "a second run has nothing to do" '^a is current (key ......…): nothing to do$'
expect 0 "a second run runs no trial" is "$(runs a)" 12

run --out gone >/dev/null 2>&1 && rm gone/curves.csv
expect 0 "a run whose table was removed" run --out gone
expect 0 "the table is back" cmp a/curves.csv gone/curves.csv
expect 2 "claims that are not there" run --out a --claims nowhere.cfg --strict

expect 0 "one worker" run --out one --jobs 1
expect 0 "three workers" run --out three --jobs 3
expect 0 "the same bytes for one worker" same a one
expect 0 "the same bytes for three workers" same a three

expect 0 "a replay from run.txt" run --config a/run.txt --out replay
expect 0 "the same bytes from run.txt" same a replay
expect 0 "another seed" run --out seed --seed 2
expect 1 "other bytes for another seed" cmp -s a/trials.csv seed/trials.csv
expect 0 "the settings of a profile" run --out smoke --profile smoke
keep
says "a profile sets options" '^tiny: 4 trials'
expect 0 "a flag over the settings" run --out flag --profile smoke --trials 5
keep
says "a flag overrides the profile" '^tiny: 5 trials'
expect 0 "the profile is replayed" run --config smoke/run.txt --out smoke2
expect 0 "the profile is recorded" grep -q '^run.profile = smoke$' smoke2/run.txt

expect 1 "a crash" run --out crash --abort-at 3
keep
says "a crash is counted" '12 trials (0 reused, 1 crashed)'
says "a crash ends the run with one sentence" '^error: 1 of 12 trials crashed; the same command tries them again$'
expect 0 "a run with a crash is written whole" test -e crash/run.txt -a -e crash/claims.csv
says "a crash is named" 'warning: trial 3 (odd one): its worker died of Aborted'
expect 0 "a crashed trial has its row" grep -q '^3,odd,1,crashed,' crash/trials.csv
expect 0 "eleven trials survive" is "$(grep -c reached crash/trials.csv)" 11
expect 1 "a crash is not the last word" run --out crash --abort-at 3
keep
says "the crashed trial alone is tried again" '12 trials (11 reused, 1 crashed)'

# Killed in the middle; nothing may be left running, and nothing finished is lost.
"$tiny" --experiments "$tree/tests/programs" --out killed --pause 0.15 --quiet >said 2>&1 &
parent=$!
sleep 0.5
expect 1 "a second run into a busy folder" run --out killed
keep
says "a busy folder is refused in words" 'another run is writing into killed'
: >killed/run.txt
expect 1 "judging in a busy folder" "$tiny" claims --out killed --claims "$tree/tests/programs/tiny/claims.cfg"
keep
says "judging waits for the run" 'another run is writing into killed'
kill -9 "$parent"
wait "$parent" 2>/dev/null
sleep 0.3
kept=$(find killed/.trials -name '*.rows' | wc -l)
expect 0 "some trials were finished" test "$kept" -gt 0
before=$(runs killed)
expect 0 "going on after a kill" run --out killed
keep
says "finished trials are reused" "($kept reused)"
expect 0 "finished trials are not run again" is "$(runs killed)" $((before + 12 - kept))
expect 0 "the same bytes after a kill" same a killed

# Signals to the whole group, as a terminal sends Ctrl-C: workers leave them to their parent.
cat >interrupt.py <<'P'
import os, signal, subprocess, sys, time
run = subprocess.Popen(sys.argv[2:], start_new_session=True)
time.sleep(0.5)
os.killpg(run.pid, signal.Signals[sys.argv[1]])
sys.exit(run.wait())
P
for signal in SIGINT SIGTERM; do
    command -v python3 >/dev/null || continue
    expect 130 "$signal" python3 interrupt.py $signal "$tiny" --experiments "$tree/tests/programs" --out $signal --pause 0.15
    keep
    says "$signal says what is kept" '^interrupted: [1-9][0-9]* of 12 trials are kept; the same command goes on from there$'
    expect 1 "$signal is no crash" grep 'crashed' words
    expect 0 "going on after $signal" run --out $signal
    expect 0 "the same bytes after $signal" same a $signal
done

for k in 1 2 3; do expect 0 "shard $k" run --out parts --shard $k/3; done
expect 0 "a shard makes no table" test ! -e parts/trials.csv
expect 0 "joining the shards" run --out parts
keep
says "shards are reused" '12 trials (12 reused)'
expect 0 "the same bytes from shards" same a parts

expect 2 "a wrong shard" run --out x --shard 4/3
expect 2 "a wrong flag" run --out x --jbos 2
expect 2 "an unknown verb" "$tiny" fit
keep
says "an unknown verb lists the verbs" 'known: run, claims, compare, greet$'
expect 2 "an unknown profile" run --out x --profile huge
expect 2 "an absent device" run --out x --device cuda
expect 2 "an unknown device" run --out x --device abacus
expect 2 "ranks without MPI" env OMPI_COMM_WORLD_SIZE=4 "$tiny" --experiments "$tree/tests/programs" --out x
keep
says "ranks are told of shards" '4 ranks were launched, .*--shard RANK/4'
expect 0 "one rank is no cluster" env OMPI_COMM_WORLD_SIZE=1 "$tiny" --experiments "$tree/tests/programs" --out rank
expect 0 "shards may be ranks" env OMPI_COMM_WORLD_SIZE=2 "$tiny" --experiments "$tree/tests/programs" --out ranks --shard 1/2
expect 0 "wrong command lines leave nothing behind" test ! -e x

expect 0 "a dry run" run --out dry --dry-run
keep
says "a dry run counts by label" '^ *6  even$'
expect 0 "a dry run writes nothing" test ! -e dry
expect 0 "a dry run where a run was" run --out a --dry-run
keep
says "a dry run estimates" 'judged by the last run'

expect 0 "a verb of the experiment" "$tiny" greet --name Ada
keep
says "the verb has its own options" '^hello, Ada$'
expect 0 "help" "$tiny" --help
keep
says "help lists the frame's verbs" 'compare A B'
says "help lists the experiment's verbs" 'greet somebody'
says "help begins with examples" 'tiny --trials 4'

# Claims are judged again when their file changes, and only then.
cp "$tree/tests/programs/tiny/claims.cfg" mine.cfg
sed -i 's/^expect    = 10$/expect = 20/' mine.cfg
expect 0 "changed claims" run --out a --claims mine.cfg
expect 0 "a wrong constant turns the verdict" grep -q '^T.near,.*not reproduced' a/claims.csv
expect 0 "run.txt knows the changed claims" grep -q "^run.claims = $(sha256sum <mine.cfg | cut -d' ' -f1)" a/run.txt
expect 0 "no trial was run for it" is "$(runs a)" 12
expect 3 "--strict" run --out a --claims mine.cfg --strict
expect 3 "--strict of the verb" "$tiny" claims --out a --claims mine.cfg --strict
expect 0 "the verb claims" "$tiny" claims --out a --claims "$tree/tests/programs/tiny/claims.cfg"
keep
says "second-hand sentences are not the paper's" 'as others report it; 6 pairs'
says "a larger run is asked for" 'judged from profile laptop on'
expect 0 "run.txt knows which claims were judged" grep -q "^run.claims = $(sha256sum <"$tree/tests/programs/tiny/claims.cfg" | cut -d' ' -f1)" a/run.txt
cp -r a kept
sed -i 's/undecided/reproduced/' kept/claims.csv
cp -r kept printed
expect 0 "claims that are only printed" "$tiny" claims --print --out kept
keep
says "they are printed as they stand" 'reproduced'
expect 0 "and the folder is as it was" diff -r kept printed
expect 0 "a larger profile judges more" "$tiny" claims --out a --profile laptop --claims "$tree/tests/programs/tiny/claims.cfg"
expect 0 "the larger claim is judged" grep -q '^T.large,.*,reproduced,' a/claims.csv

expect 0 "comparing equal folders" "$tiny" compare one three
expect 1 "comparing other numbers" "$tiny" compare one crash
keep
says "the trial is named" 'trials 3$'
cp -r one turned
sed -i 's/undecided/reproduced/' turned/claims.csv
expect 2 "comparing other verdicts" "$tiny" compare one turned
expect 1 "comparing nothing" "$tiny" compare a nowhere
cp -r one another
sed -i 's/^run.program = .*/run.program = another/' another/run.txt
expect 2 "comparing two programs" "$tiny" compare one another
keep
says "both are named" '^error: one holds results of tiny, another of another: expected two folders of one program$'
expect 0 "in one sentence" test "$(wc -l <words)" -eq 1

if command -v python3 >/dev/null; then
    expect 0 "verify.py agrees" python3 "$tree/plots/verify.py" one "$tree/tests/programs/tiny/claims.cfg"
    # A thousand cases: every kind on every quantity, judged by two programs.
    expect 0 "making cases" python3 "$tree/tests/golden/claims.py" cases
    expect 0 "judging cases" "$tiny" claims --out cases --claims cases/claims.cfg
    expect 0 "verify.py agrees on all cases" python3 "$tree/plots/verify.py" cases cases/claims.cfg
    keep
    says "there are many cases" '^[0-9][0-9][0-9] verdicts recomputed, all agree$'
    expect 1 "verify.py notices a turned verdict" python3 "$tree/plots/verify.py" turned "$tree/tests/programs/tiny/claims.cfg"
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
