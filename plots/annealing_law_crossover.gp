# Constant rate or cosine to 0: the loss at the end against the length of the run. Full: what
# happens (median over seeds); dashed: what the annealing law says after a fit to both at length 1.
set xlabel "steps, in fitted runs"
set ylabel "loss at the end"
set logscale x
worlds = system("awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next} $c[\"question\"] == \"crossover\" {w = $c[\"study\"] \"|\" $c[\"data\"]; if (!seen[w]++) print w}' '".dir."/summary.csv'")
of(k, schedule) = strcol("question") eq "crossover" && strcol("schedule") eq schedule && strcol("study")."|".strcol("data") eq word(worlds, k) ? column("level") : NaN
name(k) = word(worlds, k)[strstrt(word(worlds, k), "|") + 1:*]
if (!words(worlds)) { @absent; plot NaN notitle } else {
columns = words(worlds) > 1 ? 2 : 1
set multiplot layout (words(worlds) + 1) / 2, columns margins 0.13, 0.98, 0.16, 0.94 spacing 0.1, 0.13
set xrange [0.11:5.6]
set xtics (0.125, 0.25, 0.5, 1, 2, 3, 5) font small
set ytics font small
set key font small samplen 1.5
do for [k = 1:words(worlds)] {
    if (k > 1) { unset key }
    set title name(k) noenhanced font small offset 0, -0.6
    set xlabel (k + 2 > words(worlds) ? "steps, in fitted runs" : "")
    set ylabel (k % 2 ? "loss at the end" : "") offset 1.5, 0
    plot for [s = 1:2] dir."/summary.csv" using (of(k, word("constant cosine", s))):"measured_median" with linespoints linetype s title word("constant cosine", s), \
         for [s = 1:2] dir."/summary.csv" using (of(k, word("constant cosine", s))):"predicted_median" with lines linetype s dashtype 2 linewidth 0.7 notitle, \
         NaN with lines linetype 8 dashtype 2 linewidth 0.7 title "by the law"
}
unset multiplot
}
