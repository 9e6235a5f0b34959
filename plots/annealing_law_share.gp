# The share of a run to anneal (a constant rate, then a cosine to 0) that ends lowest, against the
# length of the run in lengths of a fitted one: what happens (full points and lines) and what the
# annealing law says after a fit to constant and cosine (open, dashed).
set xlabel "steps, in fitted runs"
set ylabel "best share of annealing"
set yrange [0:1.05]
set xrange [0.8:5.2]
set key outside right center samplen 1.5
worlds = system("awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next} $c[\"question\"] == \"share\" {w = $c[\"study\"] \"|\" $c[\"data\"]; if (!seen[w]++) print w}' '".dir."/summary.csv'")
of(k) = strcol("question") eq "share" && strcol("schedule") eq "best" && strcol("study")."|".strcol("data") eq word(worlds, k) ? column("schedule_index") + 1 : NaN
name(k) = word(worlds, k)[strstrt(word(worlds, k), "|") + 1:*]
if (!words(worlds)) { @absent; plot NaN notitle } else {
plot for [k = 1:words(worlds)] dir."/summary.csv" using (of(k)):"measured_median" with linespoints linetype k title name(k) noenhanced, \
     for [k = 1:words(worlds)] dir."/summary.csv" using (of(k)):"predicted_median" with linespoints linetype k dashtype 2 pointtype 6 linewidth 0.6 notitle, \
     NaN with linespoints linetype 8 dashtype 2 pointtype 6 linewidth 0.6 title "by its annealing law"
}
