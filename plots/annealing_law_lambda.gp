# How long does the loss remember a drop of the rate? The annealing law with its lambda held, against
# the memory 1/(1 − λ) in steps. Left: the fit's objective on what it was fitted to. Right: its mean
# error on schedules that it has not seen. Fitted to constant and cosine; own networks: a line a seed.
set logscale xy
set key bottom right samplen 1.5 font small
scan = "awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i} NR == 1 || ($c[\"law\"] == \"annealing_scan\" && $c[\"fitted\"] == \"two\")"
rows_of(study, data, repeat) = "< ".scan." && (NR == 1 || ($c[\"study\"] == \"".study."\" && index($c[\"data\"], \"".data."\") == 1 && $c[\"repeat\"] == ".repeat."))' '".dir."/trials.csv'"
seeds = int(system("awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next} $c[\"study\"] == \"curves\" && $c[\"repeat\"] > m {m = $c[\"repeat\"]} END {print m + 0}' '".dir."/trials.csv'"))
set multiplot layout 1, 2 margins 0.11, 0.98, 0.14, 0.95 spacing 0.12
set xlabel "memory 1/(1 − λ) (steps)"
set format y "10^{%T}"
if (term eq "dumb") set format y "1e%T"
set yrange [1e-9:*] # room for the legend
set ylabel "objective on fitted curves"
plot rows_of("public", "figure2", 0) using "level":"objective" with linespoints linetype 5 title "40 points of the paper", \
     rows_of("public", "25M", 0) using "level":"objective" with linespoints linetype 1 title "25M", \
     rows_of("public", "100M", 0) using "level":"objective" with linespoints linetype 2 title "100M", \
     for [r = 0:seeds] rows_of("curves", "", r) using "level":"objective" with lines linetype 3 linewidth 0.6 notitle, \
     NaN with lines linetype 3 title "own networks", \
     for [r = 0:2] rows_of("recursion", "", r) using "level":"objective" with lines linetype 4 linewidth 0.6 notitle, \
     NaN with lines linetype 4 title "recursion"
unset key
set autoscale y
set ylabel "mean error on unseen schedules (nats)"
plot rows_of("public", "25M", 0) using "level":"mae" with linespoints linetype 1, \
     rows_of("public", "100M", 0) using "level":"mae" with linespoints linetype 2, \
     for [r = 0:seeds] rows_of("curves", "", r) using "level":"mae" with lines linetype 3 linewidth 0.6, \
     for [r = 0:2] rows_of("recursion", "", r) using "level":"mae" with lines linetype 4 linewidth 0.6
unset multiplot
