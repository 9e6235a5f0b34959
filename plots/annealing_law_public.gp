# Published curves of a model of 25 M parameters (arXiv 2503.12811): the annealing law, its lambda
# too, is fitted to three curves (first column) and asked for six others. Above: the rate. Middle:
# validation loss (points) and law (line). Below: what is left between them.
asked = "awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i} $c[\"study\"] == \"public\" && $c[\"data\"] == \"25M\" && $c[\"fitted\"] == \"three\" && $c[\"law\"] == \"annealing_refit\" "
trial = system(asked."{print $c[\"trial\"]; exit}' '".dir."/trials.csv'")
names = system(asked."&& $c[\"schedule_index\"] >= 3 {split($c[\"schedule\"], n, \":\"); print n[1]}' '".dir."/trials.csv'")
of(k) = column("trial") == trial + 0 && column("schedule_index") == k ? column("step") : NaN
panels = words(names) + 1
first(p) = p == 0 ? 0 : p + 2
last(p) = p == 0 ? 2 : p + 2
title_of(p) = p == 0 ? "fitted" : word(names, p)
if (!words(names)) { @absent; plot NaN notitle } else {
peak = system("awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next} $c[\"trial\"] == ".trial." && $c[\"rate\"] > m {m = $c[\"rate\"]} END {print m}' '".dir."/curves.csv'") + 0
range = system("awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next} $c[\"trial\"] == ".trial." {v = $c[\"validation_loss\"]; r = $c[\"residual\"]; r = r < 0 ? -r : r; if (!n++ || v < a) a = v; if (v > b) b = v; if (r > w) w = r} END {print a - 0.05 * (b - a), b + 0.05 * (b - a), 1.1 * w}' '".dir."/curves.csv'")
set multiplot layout 3, panels columnsfirst margins 0.125, 0.98, 0.12, 0.93 spacing 0.018, 0.03
unset key
set xtics font small
set ytics font small
do for [p = 0:panels - 1] {
    wide = (p == 0) ? "%g" : ""
    set format y wide
    set format x ""
    longest = int(system("awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next} $c[\"trial\"] == ".trial." && $c[\"schedule_index\"] == ".first(p)." && $c[\"step\"] > m {m = $c[\"step\"]} END {print m}' '".dir."/curves.csv'"))
    set xrange [0:longest]
    digits = 10 ** floor(log10(longest / 2))
    set xtics (digits * floor(longest / 2 / digits))
    if (p == 0) { set xtics add (0) }
    name = title_of(p)
    if (strstrt(name, "_20000")) { name = name[1:strstrt(name, "_20000") - 1] }
    while (strstrt(name, "_")) { name = name[1:strstrt(name, "_") - 1]." ".name[strstrt(name, "_") + 1:*] }
    set title name font small offset 0, -0.7
    set ylabel ((p == 0) ? "rate η" : "") font small
    set yrange [0:1.08 * peak]
    set ytics (0, peak)
    plot for [k = first(p):last(p)] dir."/curves.csv" using (of(k)):"rate" with lines linetype (p == 0 ? k + 2 : 1)
    unset title
    set ytics autofreq
    set ylabel ((p == 0) ? "loss (nats)" : "") font small
    set yrange [word(range, 1) + 0:word(range, 2) + 0]
    plot for [k = first(p):last(p)] dir."/curves.csv" using (of(k)):"validation_loss" with points linetype 1 pointsize 0.35, \
         for [k = first(p):last(p)] dir."/curves.csv" using (of(k)):"predicted" with lines linetype 2
    set ylabel ((p == 0) ? "loss − law" : "") font small
    set yrange [-(word(range, 3) + 0):word(range, 3) + 0]
    set format x "%g"
    if (p == 0) { set xlabel "step" font small offset 0, 0.4 } else { unset xlabel }
    plot 0 with lines linetype 8, \
         for [k = first(p):last(p)] dir."/curves.csv" using (of(k)):"residual" with linespoints linetype 1 pointsize 0.3 linewidth 0.6
    unset xlabel
}
unset multiplot
}
