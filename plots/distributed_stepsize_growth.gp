# Rounds (left) and bytes (right) to an error of a millionth against the number of nodes of a random
# network, medians, curvatures differing by 10; the last four with the best constant step (rate) for each
# problem. Flooding moves every node's numbers over every edge in each iteration: few rounds, and bytes
# that grow with the number of nodes times that of edges.
methods = "average_flood average_field push_pull push_diging ab frost"
titles = "'flooding' 'finite field' 'Push-Pull' 'Push-DIGing' 'AB' 'FROST'"
rows(method) = "< awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i} NR == 1 || ($c[\"study\"] == \"cost\" && $c[\"method\"] == \"".method."\" && $c[\"network\"] ~ /^random/ && $c[\"level\"] == 10 && $c[\"n_diverged\"] == 0 && $c[\"failed_median\"] == 0)' '".dir."/summary.csv'"
set multiplot layout 1, 2 margins 0.1, 0.98, 0.14, 0.8 spacing 0.12, 0.1
set logscale xy
set xlabel "nodes"
set xtics (5, 10, 20, 50, 100)
set format y "10^{%T}"
if (term eq "dumb") set format y "1e%T"
set key at screen 0.5, 0.99 center top maxrows 2
set offsets graph 0.05, graph 0.05, graph 0.05, graph 0.05
do for [what in "rounds bytes"] {
    set ylabel what
    plot for [m = 1:words(methods)] rows(word(methods, m)) using "nodes":what."_median" with linespoints linetype m title word(titles, m)
    unset key
}
unset multiplot
