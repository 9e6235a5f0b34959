# Error of one coordination against the number of nodes, median and 10 to 90 % over networks, in double
# precision. The textbook method of finite-time consensus fails from some 15 nodes on; the same
# recursion in a finite field, flooding and ratio consensus with stopping do not.
methods = "hankel hankel_light hankel_checked sundaram stopping finite_field flood"
titles = "'textbook' 'textbook, self-weight 0.05' 'nine channels, checked' 'learned functional' 'ratio consensus' 'finite field' 'flooding'"
rows(method, network) = "< awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i} NR == 1 || ($c[\"study\"] == \"precision\" && $c[\"method\"] == \"".method."\" && $c[\"network\"] == \"".network."\")' '".dir."/summary.csv'"
set multiplot layout 1, 2 margins 0.1, 0.98, 0.14, 0.72 spacing 0.06, 0.1
set logscale xy
set format y "10^{%T}"
if (term eq "dumb") set format y "1e%T"
set xlabel "nodes"
set xtics (5, 10, 20, 50, 100)
set ylabel "error"
set yrange [1e-17:1e3]
set offsets graph 0.05, graph 0.05, 0, 0
set key at screen 0.5, 0.99 center top maxrows 3 samplen 1.5 font small
do for [network in "sparse ring"] {
    set title network offset 0, -0.8
    plot for [m = 1:words(methods)] rows(word(methods, m), network) using "nodes":(column("error_median") > 1e-16 ? column("error_median") : 1e-16):(column("error_q10") > 1e-16 ? column("error_q10") : 1e-16):"error_q90" with yerrorlines linetype m title word(titles, m)
    unset key
    set ylabel ""
    set format y ""
}
unset multiplot
