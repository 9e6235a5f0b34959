# How many steps after the rate's turn the loss turns, against the slope of the rate before it (in
# peaks a step). Left: the rate goes down, then up; right: up, then down. Above: three spectra of the
# exact recursion and the printed equation. Below: small networks (median and tenths over seeds),
# whose runs are shorter and whose slopes are therefore steeper.
set logscale x
set format x "10^{%T}"
if (term eq "dumb") set format x "1e%T"
mine(study, turn) = strcol("question") eq "delay" && strcol("study") eq study && column("schedule_index") == turn ? column("level") : NaN
kernels = system("awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next} $c[\"study\"] == \"recursion\" && !seen[$c[\"data\"]]++ {print $c[\"data\"]}' '".dir."/summary.csv'")
kernel(k, turn) = strcol("data") eq word(kernels, k) ? mine("recursion", turn) : NaN
file = dir."/summary.csv"
lags(study) = int(system("awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next} $c[\"question\"] == \"delay\" && $c[\"study\"] ".study."= \"delay\"' '".file."' | wc -l"))
set xtics font small
set ytics font small
set xzeroaxis linetype 8 linewidth 0.6
set offsets graph 0.06, graph 0.06, graph 0.08, graph 0.08
set multiplot layout 2, 2 margins 0.14, 0.98, 0.16, 0.94 spacing 0.09, 0.13
do for [turn = 0:1] {
    set title (turn == 0) ? "annealed, then re-warmed" : "re-warmed, then annealed" font small offset 0, -0.6
    if (turn == 0) { set ylabel "lag of the loss (steps)"; unset key } else { unset ylabel; set key top left samplen 1.5 font small; set offsets graph 0.06, graph 0.06, graph 1.3, graph 0.08 }
    if (!lags("!")) { set xrange [1e-4:1]; set yrange [0:1]; plot NaN notitle } else {
    plot for [k = 1:words(kernels)] file using (kernel(k, turn)):"measured_median" with linespoints linetype k title word(kernels, k)[8:*] noenhanced, \
         file using (mine("printed", turn)):"measured_median" with linespoints linetype 5 title "printed equation"
    }
}
set xlabel "slope (peaks a step)"
set offsets graph 0.06, graph 0.06, graph 0.08, graph 0.08
unset title
unset key
set autoscale
do for [turn = 0:1] {
    if (turn == 0) { set ylabel "lag, own networks" } else { unset ylabel }
    if (!lags("=")) { set xrange [1e-4:1]; set yrange [0:1]; plot NaN notitle } else {
    plot file using (mine("delay", turn)):"measured_median" with lines linetype 4 linewidth 0.6 notitle, \
         file using (mine("delay", turn)):"measured_median":"measured_q10":"measured_q90" with yerrorbars linetype 4
    }
}
unset multiplot
