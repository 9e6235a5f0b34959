# The steps (rates) that the nodes would choose alone, as a band from the smallest to the largest,
# and the one they agree on, their mean, while a run converges.
trial = system("awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i} $c[\"study\"] == \"network\" {print $c[\"trial\"]; exit}' '".dir."/trials.csv'")
set logscale y
set format y "10^{%T}"
if (term eq "dumb") set format y "1e%T"
set xlabel "iteration"
set ylabel "rate"
set key top left
mine(x) = column("trial") == trial + 0 && column("step") > 0 ? x : NaN
if (!strlen(trial)) { @absent; plot NaN notitle } else {
plot dir."/curves.csv" using (mine(column("step"))):"local_least":"local_largest" with filledcurves linecolor rgb "#c9e1f1" title "smallest to largest of the nodes' own", \
     dir."/curves.csv" using (mine(column("step"))):"rate_mean" with lines linetype 2 title "agreed"
}
