# How many steps after the rate's turn the loss turns, against the slope of the rate before it (in
# peaks a step). Left: the rate goes down, then up; right: up, then down. Three spectra of the exact
# recursion, the printed equation, and small networks (median and tenths over seeds).
set logscale x
set xlabel "slope (peaks a step)"
set ylabel "lag of the loss (steps)"
set format x "10^{%T}"
if (term eq "dumb") set format x "1e%T"
set key at screen 0.5, screen 0.02 center bottom horizontal maxrows 2 samplen 1.5 font small
mine(study, turn) = strcol("question") eq "delay" && strcol("study") eq study && column("schedule_index") == turn ? column("level") : NaN
kernels = system("awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next} $c[\"study\"] == \"recursion\" && !seen[$c[\"data\"]]++ {print $c[\"data\"]}' '".dir."/summary.csv'")
kernel(k, turn) = strcol("data") eq word(kernels, k) ? mine("recursion", turn) : NaN
file = dir."/summary.csv"
set multiplot layout 1, 2 margins 0.1, 0.98, 0.28, 0.92 spacing 0.09
do for [turn = 0:1] {
    set title (turn == 0) ? "annealed, then re-warmed" : "re-warmed, then annealed" font small offset 0, -0.6
    plot for [k = 1:words(kernels)] file using (kernel(k, turn)):"measured_median" with linespoints linetype k title word(kernels, k)[8:*] noenhanced, \
         file using (mine("printed", turn)):"measured_median" with linespoints linetype 5 title "printed equation", \
         file using (mine("delay", turn)):"measured_median":"measured_q10":"measured_q90" with yerrorbars linetype 4 title "own networks"
    @next
}
unset multiplot
