# Error of averaging on networks that pull messages towards some nodes, against their imbalance. Sums
# of messages alone are wrong by what the Perron vector says (circles); divided by the same sums of ones
# they are exact.
rows(method) = "< awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i} NR == 1 || ($c[\"study\"] == \"unbalanced\" && $c[\"method\"] == \"".method."\")' '".dir."/trials.csv'"
set logscale xy
set offsets graph 0.03, graph 0.03, 0, 0
set format y "10^{%T}"
if (term eq "dumb") set format y "1e%T"
set xlabel "imbalance: largest entry of the Perron vector times the number of nodes, less 1"
set ylabel "error"
set key center right
floored(x) = x > 1e-16 ? x : 1e-16
plot rows("unnormalised") using (column("imbalance") - 1):"predicted" with points pointtype 6 pointsize 1.4 linecolor rgb "#999999" title "predicted", \
     rows("unnormalised") using (column("imbalance") - 1):"measured" with points linetype 2 title "without division", \
     rows("ratio") using (column("imbalance") - 1):(floored(column("error"))) with points linetype 1 title "ratio consensus"
