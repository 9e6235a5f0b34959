#!/bin/sh
# The verbs fit, forecast and advise of annealing_law, seen from outside: logs of a known law in
# many formats, broken ones, and what is said of them.
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

law() { "$B/annealing_law" "$@"; }
# field KEY FIELD: of the object KEY in the JSON of $output.
field() { echo "$output" | awk -v key="\"$1\":" -v name="\"$2\":" '$1 == key { inside = 1 } inside && $1 == name { sub(/,$/, "", $2); print $2; exit }'; }
number() { echo "$output" | sed -n "s/^[[:space:]]*\"$1\":[[:space:]]*\([^,]*\),*\$/\1/p" | head -n 1; }
within() { awk -v a="$1" -v low="$2" -v high="$3" 'BEGIN { exit !(a != "" && low != "null" && a + 0 >= low + 0 && a + 0 <= high + 0) }' || { echo "$1 is not in $2 … $3" && return 1; }; }
near() { within "$1" "$(awk -v b="$2" -v t="$3" 'BEGIN { print b - t }')" "$(awk -v b="$2" -v t="$3" 'BEGIN { print b + t }')"; }
holds() { within "$2" "$(field "$1" low)" "$(field "$1" high)"; }

# ---- a known law: L0 2.6, A 0.43, alpha 0.55, C 0.41, lambda 0.998; warm-up 500, a row of noise
# 5e-4 every 50 steps. `kind` is constant or cosine (to 0.1); the rows up to step `last`.
known() {
    awk -v kind="$1" -v last="$2" -v seed="$3" 'BEGIN { T = 20000; W = 500; peak = 6e-4; pi = atan2(0, -1)
        before = 0
        for (s = 1; s <= last; s++) {
            x = (s - W) / (T - W)
            rate = s <= W ? peak * s / W : kind == "constant" ? peak : peak * (0.1 + 0.9 * 0.5 * (1 + cos(pi * x)))
            area += rate
            if (s > W) { m = 0.998 * m + before - rate; s2 += m }
            before = rate
            if (s % 50) continue
            sum = 0
            for (k = 0; k < 12; k++) { seed = (seed * 16807) % 2147483647; sum += seed / 2147483647 }
            printf "%d %.17g %.8f\n", s, rate, (2.6 + 0.43 * area ^ -0.55 - 0.41 * s2) * exp(5e-4 * (sum - 6))
        } }'
}
cd "$work" || exit 1
known cosine 20000 11 >cosine.rows
known constant 20000 12 >constant.rows
for name in cosine constant; do
    awk 'BEGIN { print "step,lr,loss" } { print $1 "," $2 "," $3 }' $name.rows >$name.csv
done
awk '{ printf "s:%d trl:%s lr:%.6f norm:1.0\n", $1, $3, $2 }' cosine.rows >main.log
awk '{ printf "iter %d: loss %s, time 10.0ms, mfu 30.00%%\n", $1, $3 }' cosine.rows >nanogpt.txt
awk '{ printf " [2024-01-01 00:00:00] iteration %d/ 20000 | consumed samples: 1 | learning rate: %.6E | lm loss: %.6E | number of nan iterations: 0 |\n", $1, $2, $3 }' cosine.rows >megatron.txt
awk 'BEGIN { print "{\"log_history\": [" } { printf "%s{\"epoch\": 0.1, \"learning_rate\": %s, \"loss\": %s, \"step\": %d}", (NR > 1 ? ",\n" : ""), $2, $3, $1 } END { print "]}" }' cosine.rows >trainer_state.json
schedule=cosine:warmup=500,peak=6e-4,floor=0.1,total=20000

recovered() {
    what=$1
    shift
    check "$what" exits 0 law fit --json --quiet "$@"
    for pair in L0:2.6 A:0.43 alpha:0.55 C:0.41 lambda:0.998; do
        check "$what: ${pair%:*} in its interval" holds "${pair%:*}" "${pair#*:}"
    done
}
# 90 % intervals; the seeds are fixed.
recovered "two logs" --log constant.csv --log cosine.csv
check "narrow ones" near "$(field L0 value)" 2.6 0.02
check "rows are counted" test "$(number rows)" = 400
recovered "megatron" --log megatron.txt --log constant.csv
recovered "trainer_state.json" --log trainer_state.json --log constant.csv
recovered "a log without rates, with its schedule" --log nanogpt.txt --schedule $schedule --log constant.csv --schedule log
recovered "rates of 6 decimals, with the schedule" --log main.log --log constant.csv --schedule $schedule --schedule log
check "rounded rates are said to be" exits 0 law fit --log main.log --json
check "with a number" says 'rounded to 1e-06|rounded to 6 decimals'
check "a constant log" exits 0 law fit --log constant.csv
check "does not know C" says '^C +- +unknown'
check "nor lambda" says '^lambda +- +unknown'
check "and has a floor" says '^L0 +2\.[56]'
check "unknown ones are null" exits 0 law fit --log constant.csv --json
check "in JSON" test "$(field C value)" = null

# short KIND ROWS NOISE SEED: loss of a power of the area, or above a floor of 2 and along a cosine.
short() {
    awk -v kind="$1" -v last="$2" -v noise="$3" -v seed="$4" 'BEGIN { T = 1000; W = 50; peak = 3e-3; pi = atan2(0, -1); print "step,rate,loss"
        for (s = 0; s <= last; s += kind == "power" ? last / 30 : 5) {
            high = kind == "power" ? 1 : 0.1 + 0.45 * (1 + cos(pi * s / T))
            rate = s < W ? peak * s / W : peak * high
            area = kind == "power" ? peak * (s < W ? s * s / 100 : s - 25) : area + rate
            seed = (seed * 16807) % 2147483647
            loss = kind == "power" ? 3 * (area + 0.03) ^ -0.12 : 2 + (area + 0.05) ^ -0.4
            printf "%d,%.9g,%.6f\n", s, rate, loss + noise * (seed / 2147483647 - 0.5)
        } }'
}
short power 1000 0.02 11 >floorless.csv
check "a log without a floor" exits 0 law fit --log floorless.csv --from 0 --resamples 20 --quiet
check "has it at its bound" says '^L0 +0 .* at its bound'
check "and values outside their own intervals" test "$(echo "$output" | awk '$4 == "…" && ($2 < $3 || $2 > $5)' | wc -l)" -gt 0
check "which are said to be so" test -z "$(echo "$output" | awk '$4 == "…" && ($2 < $3 || $2 > $5) && !/not determined: nearly all resamples lie to one side/')"

# ---- the figure's data
check "points are written" exits 0 law fit --log constant.csv --log cosine.csv --out fit.csv
check "with a heading" test "$(head -n 1 fit.csv)" = log,step,rate,loss,fitted,low,high,file
check "and both logs" awk -F, 'NR > 1 { n[$1]++ } END { exit !(n[1] > 300 && n[2] > 300) }' fit.csv
if command -v gnuplot >/dev/null; then
    check "they are drawn" exits 0 env LC_ALL=C.UTF-8 gnuplot -e "log='fit.csv'; out='fit.svg'; term='svg'" "$tree/plots/style.gp" "$tree/plots/own_log_fit.gp"
    check "into a figure" grep -q '<path' fit.svg
    check "with the files' names" test "$(grep -oE '>(law, )?(1 constant|2 cosine)\.csv<' fit.svg | sort -u | wc -l)" -eq 4
    check "make figure knows them by their heading" exits 0 make -s -C "$tree" figure LOG="$work/fit.csv"
    check "as a picture beside them" test -s fit.png
    cut -d, -f1-7 fit.csv >nameless.csv
    check "and those of former versions, without the files" exits 0 make -s -C "$tree" figure LOG="$work/nameless.csv"
    printf 'a,b\n1,2\n' >other.csv
    check "and says of another file what it draws" grep -q "neither a log of 'train' nor" <<EOF
$(make -s -C "$tree" figure LOG="$work/other.csv" 2>&1)
EOF
else
    skipped=$((skipped + 7))
fi
cp constant.csv 'a,"b".csv'
check "a name that no cell holds" exits 0 law fit --log 'a,"b".csv' --resamples 20 --quiet --out named.csv
check "is changed" test "$(tail -n 1 named.csv | cut -d, -f8)" = a__b_.csv

# ---- thinned, cut off, with NaN, with a restart
{ head -n 1 cosine.csv; awk -F, 'NR % 10 == 1 && NR > 1' cosine.csv; } >thin.csv
check "a tenth of the rows" exits 0 law fit --json --quiet --log thin.csv --log constant.csv --warmup 500
thinned=$(field C value) floor=$(field L0 value)
check "a tenth of the rows, with every rate" exits 0 law fit --json --quiet --log thin.csv --schedule $schedule --log constant.csv --schedule log
# Chords of the cosine are 1e-3 of the peak below it at most, and S2 is made of its slopes.
check "the rows' rates say the same as all rates" near "$thinned" "$(field C value)" 0.005
check "of the floor too" near "$floor" "$(field L0 value)" 0.001
{ head -n 200 cosine.csv; printf '10000,0.0003'; } >cut.csv
check "a file cut off in a line" exits 0 law fit --log cut.csv
check "loses that line, and says so" says '1 cut off or garbled'
awk -F, 'NR % 40 == 20 { print $1 "," $2 ",NaN"; next } { print }' cosine.csv >nan.csv
recovered "NaN among the losses" --log nan.csv --log constant.csv
check "are left out, and counted" exits 0 law fit --log nan.csv
check "in words" says '10 with a loss that is NaN or infinite'
{ head -n 251 cosine.csv | awk -F, 'NR > 201 { print $1 "," $2 "," $3 + 1; next } { print }'; tail -n +202 cosine.csv; } >restart.csv
recovered "a restart" --log restart.csv --log constant.csv
check "training and validation apart" sh -c "awk -F, 'NR == 1 { print \"step,lr,train/loss,val/loss\"; next } { print \$1 \",\" \$2 \",\" \$3 + 0.5 \",\" \$3 }' cosine.csv >both.csv"
check "validation where there is enough" exits 0 law fit --log both.csv --json
check "is chosen" test "$(number loss)" = '"validation"'
check "training when asked" exits 0 law fit --log both.csv --json --loss train
check "is fitted" within "$(field L0 value)" 2.8 3.4

# ---- few validation losses, as `annealing_law train` writes: 20 and ten times as many for training
awk -F, 'NR == 1 { print "step,lr,train/loss,val/loss"; next } { print $1 "," $2 "," $3 "," (NR % 20 == 1 ? $3 + 0.1 : "") }' cosine.csv >few.csv
check "few validation losses" exits 0 law fit --log few.csv --json --resamples 20
check "give way to training" test "$(number loss)" = '"training"'
check "unless asked for" exits 0 law fit --log few.csv --json --resamples 20 --loss validation
check "then they are fitted" test "$(number loss)" = '"validation"'
awk -F, 'NR == 1 || NR % 20 == 1' few.csv >fewer.csv
check "as few of training" exits 0 law fit --log fewer.csv --json --resamples 20
check "do not go before them" test "$(number loss)" = '"validation"'
check "advice on such a log" exits 0 law advise --log few.csv --steps 20000 --json --quiet --resamples 20
check "is of its training loss" test "$(number loss)" = '"training"'
check "advice on too few" exits 1 law advise --log few.csv --steps 20000 --loss validation
check "says what the log has more of" says '^error: few.csv: .* needs 40 validation losses above 0 .*found 20 of 20; --loss train would find 39[0-9];'
check "advice on few of either" exits 1 law advise --log fewer.csv --steps 20000
check "says what to do" says '^error: fewer.csv: .*; log it more often;'

# ---- forecast
{ head -n 1 cosine.csv; awk -F, 'NR > 1 && $1 <= 12000' cosine.csv; } >partial.csv
end=$(awk 'END { print $3 }' cosine.rows)
check "a forecast" exits 0 law forecast --log partial.csv --schedule $schedule --json --quiet --out forecast.csv
check "holds the end" within "$end" "$(number low)" "$(number high)"
check "is close" near "$(number forecast)" "$end" 0.02
check "of the last step" test "$(number step)" = 20000
check "with six cuts" test "$(echo "$output" | grep -c '"share"')" = 6
check "its curve goes on to the end" test "$(tail -n 1 forecast.csv | cut -d, -f2)" = 20000
check "the same on four threads" sh -c "OMP_NUM_THREADS=4 '$B/annealing_law' forecast --log partial.csv --schedule $schedule --json --quiet >four; OMP_NUM_THREADS=1 '$B/annealing_law' forecast --log partial.csv --schedule $schedule --json --quiet | cmp - four"
check "with words" exits 0 law forecast --log partial.csv --schedule cosine:warmup=500,floor=0.1 --steps 20000
check "a back-test" says '^ +80% .*(inside|OUTSIDE)'
check "and a verdict" says 'believe'
{ head -n 1 constant.csv; awk -F, 'NR > 1 && $1 <= 12000' constant.csv; } >stable.csv
wsd=wsd:warmup=500,peak=6e-4,decay=0.2,total=20000
check "a decay that the log does not know" exits 0 law forecast --log stable.csv --schedule $wsd
check "is said" says 'holds no decay of the rate.*Believe the range'
check "whatever the law" exits 0 law forecast --log stable.csv --schedule $wsd --law multi_power
check "is said too" says 'holds no decay of the rate.*Believe the range'
check "with a finished run before it" exits 0 law forecast --log cosine.csv --log stable.csv --schedule $wsd
check "it is known" says '(believe|wait)'
check "a forecast beyond the schedule" exits 0 law forecast --log partial.csv --schedule $schedule --steps 30000
check "says what it takes the rate for" says 'warning: .* ends at step 20000; up to step 30000 its rate is taken to stay 6e-05'
short cosine 250 0.3 4 >early.csv
check "a forecast from almost nothing" exits 0 law forecast --log early.csv --schedule cosine:floor=0.1,warmup=50,peak=3e-3,total=1000 --quiet --resamples 40 --out early_out.csv
check "is none" says '^forecast   training loss at step 1000: not determined by this log$'
check "nor is one of its back-test" says '^ +60% .* not determined by it$'
check "and is not to be believed" says '^The log does not determine it: '
check "no loss below 0 is printed" test -z "$(echo "$output" | awk '$1 ~ /%$/ && $3 $4 ~ /-[0-9]/')"
check "nor written" test "$(tail -n 1 early_out.csv | cut -d, -f5-7)" = nan,nan,nan
check "in JSON" exits 0 law forecast --log early.csv --schedule cosine:floor=0.1,warmup=50,peak=3e-3,total=1000 --quiet --resamples 40 --json
check "it is null" test "$(number forecast)" = null
check "a schedule that is not the log's" exits 0 law forecast --log partial.csv --schedule constant:peak=6e-4,total=20000,warmup=500
check "is said, and the log counts" says 'warning: .*leave the schedule .* at step'
check "and the break behind it" says 'warning: .*behind its end the rate goes from .* to the schedule.s 0.0006 at once'

# ---- advise
check "advice" exits 0 law advise --log constant.csv --log cosine.csv --steps 20000 --json --quiet --out advised.csv --python advised.py
share=$(field advised decay)
check "of a share between the bounds" within "$share" 0.05 1
check "under two laws" test "$(echo "$output" | grep -c '"law":[[:space:]]*"')" -ge 2
check "a rate for every step" test "$(wc -l <advised.csv)" = 20001
check "is a schedule" exits 0 law schedule --schedule csv:file=advised.csv --steps 20000 --out again.csv
check "with the same rates" awk -F, 'NR == FNR { rate[$1] = $2; next } FNR > 1 && rate[$3 - 1] != $4 { bad = 1 } END { exit bad }' advised.csv again.csv
if command -v python3 >/dev/null; then
    # One rounding of each operation: relative 1e-14.
    check "in Python the same" python3 -c "
exec(open('advised.py').read())
rows = [line.split(',') for line in open('advised.csv')][1:]
assert all(abs(PEAK * share_of_peak(int(s)) - float(r)) <= 1e-14 * PEAK for s, r in rows)"
else
    skipped=$((skipped + 1))
fi
check "with words" exits 0 law advise --log constant.csv --log cosine.csv --steps 200000
check "a schedule" says '^ +--schedule .wsd:total=200000'
check "far from the log" says 'warning: 200000 steps are 10.0 times'
check "no decay, no advice" exits 1 law advise --log constant.csv --steps 20000
check "in one sentence" says '^error: the logs hold no decay of the rate'

# ---- wrong input: one sentence
refuses() {
    what=$1 code_expected=$2 pattern=$3
    shift 3
    check "$what" exits "$code_expected" law "$@"
    check "$what: says it" says "^error: .*$pattern"
    check "$what: in one line" test "$(echo "$output" | grep -vc '^warning: ')" -eq 1
}
refuses "no log" 2 'expected --log FILE' fit
refuses "no rates" 2 "has no rates: .*--schedule 'wsd:" fit --log nanogpt.txt
refuses "a missing file" 1 'none.csv: cannot be read' fit --log none.csv
refuses "an unknown law" 2 "'anealing'" fit --log cosine.csv --law anealing
refuses "a law for other data" 2 'not for curves' fit --log cosine.csv --law chinchilla
refuses "an unknown schedule" 2 "'cosin'" fit --log nanogpt.txt --schedule cosin:total=5
refuses "a schedule without an end" 2 'give total=STEPS' fit --log nanogpt.txt --schedule cosine:peak=1
refuses "more schedules than logs" 2 'is given 2 times for 1 log:' fit --log cosine.csv --schedule $wsd --schedule $wsd
refuses "fewer schedules than logs" 2 'is given 1 time for 2 logs' fit --log cosine.csv --log constant.csv --schedule $wsd
head -n 4 cosine.csv >short.csv
refuses "too little to fit" 1 'a fit needs 6 training losses above 0 from step 3 on .*found 3 of 3' fit --log short.csv
refuses "too little from there" 1 'from step 19900 on \(--from\) and found' fit --log cosine.csv --from 19900
{ cat cosine.csv; echo 900000000,6e-5,2.7; } >tokens.csv
refuses "tokens for steps" 1 'tokens.csv: goes to step 900000000.*--step-col names the column of the steps$' fit --log tokens.csv
refuses "a schedule without an end in sight" 1 'goes to step 900000000' fit --log nanogpt.txt --schedule cosine:peak=1,total=900000000
refuses "a forecast without a schedule" 2 'expected --schedule SPEC' forecast --log partial.csv
refuses "a forecast by a law without decays" 2 'no term for a decay of the rate: take annealing' forecast --log partial.csv --schedule $schedule --law power
refuses "a finished run" 1 'nothing is left to forecast' forecast --log cosine.csv --schedule $schedule
refuses "advice for no steps" 2 'expected --steps N' advise --log cosine.csv
refuses "a law asked twice" 2 'annealing stands there twice' advise --log cosine.csv --steps 9000 --laws 'annealing annealing'
refuses "the log as output" 2 'would be written over the log' fit --log cosine.csv --out ./cosine.csv
refuses "the log as Python output" 2 'would be written over the log' advise --log cosine.csv --steps 9000 --python cosine.csv
check "leaves it as it was" test "$(head -n 1 cosine.csv)" = step,lr,loss
awk -F, 'NR > 1 { $2 = 0; print $1 "," $2 "," $3; next } { print }' cosine.csv >zero.csv
refuses "rates of 0" 2 'its rates are all 0' fit --log zero.csv
refuses "one law" 2 'expected two to 4 laws' advise --log cosine.csv --steps 9000 --laws annealing
refuses "a loss that is not there" 1 'has no validation loss' fit --log cosine.csv --loss validation
refuses "a word for a loss" 2 'expected train or validation' fit --log cosine.csv --loss best
sed '1s/loss/cross_entropy/' cosine.csv >unknown.csv
refuses "a loss of an unknown name" 1 'unknown.csv: has no loss; there are step, lr, cross_entropy; choose one with --loss-col or --validation-col$' fit --log unknown.csv
check "chosen by it" exits 0 law fit --log unknown.csv --loss-col cross_entropy --json --resamples 20
printf 'a,b\n1,2\n' >other.csv
refuses "no training log" 1 'other.csv' fit --log other.csv
: >empty.csv
refuses "an empty file" 1 'is empty' fit --log empty.csv
for verb in fit forecast advise; do
    check "$verb --help" exits 0 law $verb --help
    check "$verb: examples" says "annealing_law $verb --log"
done

# ---- a log of every format: the same eight rows, with their rates the same numbers
logs=$tree/tests/logs
sample=
for name in stepbench.csv step_lr_loss.csv llmc_main.log megatron.txt trainer_state.json plain.jsonl wandb_history.csv wandb_history.jsonl; do
    check "$name" exits 0 law fit --log "$logs/$name" --loss train --from 0 --json --quiet --resamples 20
    [ "$sample" ] || sample=$(field A value)
    check "$name: the same law" near "$(field A value)" "$sample" 1e-3
done
check "TensorBoard: two files" exits 0 law fit --log "$logs/tensorboard_loss.csv" --rate-log "$logs/tensorboard_rate.csv" --from 0 --json --quiet
check "TensorBoard: the same law" near "$(field A value)" "$sample" 1e-3
check "a run of a chart" exits 0 law fit --log "$logs/wandb_chart.csv" --run 'base, wide' --loss train --from 0 --json --quiet
check "a run of a chart: the same law" near "$(field A value)" "$sample" 1e-3
awk -F, 'NR == 1 { print "step,rate"; next } { print $1 "," $2 }' "$logs/step_lr_loss.csv" >rates.csv
for name in nanogpt.txt algoperf.csv modded_nanogpt.txt; do
    refuses "$name has no rates" 2 'has no rates' fit --log "$logs/$name"
    check "$name with a schedule" exits 0 law fit --log "$logs/$name" --schedule csv:file=rates.csv,between=linear --from 0 --json --quiet
done

# ---- the public curves, where they are
public=$tree/data/cache/multi_power_law/25M
if [ -f "$public/cosine_24000.csv" ]; then
    # C2, linear warm-up: the dossier's own fit of these two; lambda was chosen from a grid there.
    check "public curves" exits 0 law fit --log "$public/constant_24000.csv" --log "$public/cosine_24000.csv" --json --quiet
    check "public curves: an excellent fit" within "$(number r2)" 0.998 1
    head -n 110 "$public/cosine_72000.csv" >public.csv
    check "public forecast" exits 0 law forecast --log "$public/cosine_24000.csv" --log "$public/wsd_20000_24000.csv" --log public.csv --schedule cosine:warmup=2160,floor=0.1,peak=3e-4,total=72000 --json --quiet
else
    skipped=$((skipped + 3))
fi

echo "own_log: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
