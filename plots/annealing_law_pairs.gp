# Pairs of schedules with the same S1 and S2 at their end, which the annealing law cannot tell apart:
# a schedule and a staircase of three rates. Left: the rates. Right: the loss of small networks at the
# end of both, a line a seed. Level lines would say that the two sums are enough.
asked = "awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next} $c[\"study\"] == \"pairs\" && $c[\"outcome\"] == \"spent\" "
pairs = int(system(asked."{if ($c[\"schedule_index\"] >= n) n = $c[\"schedule_index\"] + 1} END {print n + 0}' '".dir."/trials.csv'"))
seeds = int(system(asked."{if ($c[\"repeat\"] > m) m = $c[\"repeat\"]} END {print m + 0}' '".dir."/trials.csv'"))
trial = system(asked."{print $c[\"trial\"]; exit}' '".dir."/trials.csv'")
if (!pairs) { @absent; plot NaN notitle } else {
set multiplot layout pairs, 2 margins 0.14, 0.98, 0.13, 0.96 spacing 0.15, 0.12
unset key
do for [p = 0:pairs - 1] {
    name = system(asked."&& $c[\"schedule_index\"] == ".p." && $c[\"level_index\"] == 0 {split($c[\"schedule\"], n, \":\"); print n[1]; exit}' '".dir."/trials.csv'")
    set ylabel "rate η" offset 1, 0
    set xlabel (p == pairs - 1 ? "step" : "")
    set xrange [0:*]
    set yrange [0:*]
    set ytics 0.001
    set xtics autofreq
    set key bottom left samplen 1.5
    plot for [m = 0:1] dir."/curves.csv" using (column("trial") == trial + 0 && column("schedule_index") == 2 * p + m ? column("step") : NaN):"rate" \
         with steps linetype (m + 1) title (m ? "staircase" : name)
    unset key
    set ylabel "loss at the end (nats)"
    set xlabel ""
    set xrange [-0.3:1.3]
    set autoscale y
    set ytics autofreq
    set xtics (name 0, "staircase" 1)
    ends(r) = "< awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i} NR == 1 || ($c[\"study\"] == \"pairs\" && $c[\"repeat\"] == ".r." && $c[\"schedule_index\"] == ".p.")' '".dir."/trials.csv'"
    plot for [r = 0:seeds] ends(r) \
         using "level":"measured" with linespoints linetype 1 linewidth 0.7
}
unset multiplot
}
