# Small networks trained on text under schedules of equal length and peak, from equal starts on
# equal batches. Above: the rate. Below: the validation loss, a line for each seed.
heading = "awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i} $c[\"study\"] == \"runs\" && $c[\"outcome\"] == \"spent\""
schedules = system(heading." && $c[\"repeat\"] == 0 {print $c[\"schedule\"]}' '".dir."/trials.csv'")
trials(k) = system(heading." && $c[\"schedule\"] == \"".word(schedules, k)."\" {print $c[\"trial\"]}' '".dir."/trials.csv'")
of(trial) = column("trial") == trial + 0 ? column("step") : NaN
rate(trial) = column("trial") == trial + 0 && column("step") > 0 ? column("step") : NaN
firsts = ""
do for [k = 1:words(schedules)] { firsts = firsts." ".word(trials(k), 1) }
if (!words(schedules)) { @absent; plot NaN notitle } else {
set multiplot
set lmargin at screen 0.14
set rmargin at screen 0.73
set tmargin at screen 0.97
set bmargin at screen 0.68
set ylabel "rate η"
set xrange [0:*]
set yrange [0:*]
set format x ""
unset key
plot for [k = 1:words(schedules)] dir."/curves.csv" using (rate(word(firsts, k))):"rate" with lines linetype k
set tmargin at screen 0.63
set bmargin at screen 0.14
set ylabel "validation loss (nats a byte)"
set xlabel "step"
set format x "%g"
set autoscale y
set key at screen 0.74, screen 0.97 left top noenhanced samplen 1.5
# From a tenth of the way on: the fall at the start would hide the rest.
zoom = system(heading." {last = $c[\"steps\"]; first = first ? first : $c[\"trial\"]; end = $c[\"trial\"]; next} \
    END {while ((getline < \"".dir."/curves.csv\") > 0) {split($0, v, \",\"); \
        if (v[1] + 0 >= first + 0 && v[1] + 0 <= end + 0 && v[6] != \"nan\" && v[3] >= last / 10) { \
            if (!low || v[6] < low) low = v[6] + 0; if (v[6] > high) high = v[6] + 0}} \
        print low - 0.05 * (high - low), high}' '".dir."/trials.csv'")
set yrange [word(zoom, 1) + 0:word(zoom, 2) + 0]
plot for [k = 1:words(schedules)] for [trial in trials(k)] dir."/curves.csv" \
         using (of(trial)):"validation_loss" with lines linetype k linewidth 0.6 notitle, \
     for [k = 1:words(schedules)] NaN with lines linetype k title word(schedules, k)
unset multiplot
}
