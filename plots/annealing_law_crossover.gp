# Constant rate or cosine to 0: the loss at the end against the length of the run. Full: what
# happens (median over seeds); dashed: what the annealing law says after a fit to both at length 1.
set xlabel "steps, in fitted runs"
set ylabel "loss at the end"
set logscale x
worlds = system("awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next} $c[\"question\"] == \"crossover\" {w = $c[\"study\"] \"|\" $c[\"data\"]; if (!seen[w]++) print w}' '".dir."/summary.csv'")
of(k, schedule) = strcol("question") eq "crossover" && strcol("schedule") eq schedule && strcol("study")."|".strcol("data") eq word(worlds, k) ? column("level") : NaN
name(k) = word(worlds, k)[strstrt(word(worlds, k), "|") + 1:*]
if (!words(worlds)) { @absent; plot NaN notitle } else {
columns = words(worlds) > 4 ? 3 : words(worlds) > 1 ? 2 : 1
lines = (words(worlds) + columns - 1) / columns
set multiplot layout lines, columns margins 0.12, 0.98, 0.16, 0.94 spacing 0.09, 0.16
set xrange [0.11:5.6]
if (columns < 3) { set xtics (0.125, 0.25, 0.5, 1, 2, 3, 5) font small } else { set xtics (0.125, 0.5, 2, 5) font small }
set ytics font small
set key font small samplen 1.5
schedule(s) = word("constant cosine", s)
apart = lines * columns > words(worlds) # the key has a place of its own
if (apart) { unset key }
do for [k = 1:words(worlds)] {
    if (k > 1) { unset key }
    set title name(k) noenhanced font small offset 0, -0.6
    set xlabel (k + columns > words(worlds) ? "steps, in fitted runs" : "")
    set ylabel (k % columns == 1 || columns == 1 ? "loss at the end" : "") offset 1.5, 0
    plot for [s = 1:2] dir."/summary.csv" using (of(k, schedule(s))):"measured_median" with linespoints linetype s title schedule(s), \
         for [s = 1:2] dir."/summary.csv" using (of(k, schedule(s))):"predicted_median" with lines linetype s dashtype 2 linewidth 0.7 notitle, \
         NaN with lines linetype 8 dashtype 2 linewidth 0.7 title "by the law"
}
if (apart) {
    set key center center font small
    unset logscale; unset border; unset tics; unset title; unset xlabel; unset ylabel; unset grid
    plot [0:1] [0:1] for [s = 1:2] NaN with linespoints linetype s title schedule(s), \
         NaN with lines linetype 8 dashtype 2 linewidth 0.7 title "by the law"
}
unset multiplot
}
