# How many times fewer steps a large rate needs than a small one until the risk on fresh rows is
# within a tenth of that of the regularised minimiser, against the number of rows n, for shares of
# flipped labels. Left: the rate n^(1/3) against 1; right: one near the critical against 1/L.
# Points: medians over repeats, shares of one n a little apart; bars: 10-90 % quantiles. Dashed: the
# ratio n^(1/3) of the rates.
set logscale xy
set xlabel "rows n"
set xtics (128, 512, "2k" 2048, "8k" 8192)
noises = system("awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i} $c[\"study\"] == \"payoff\" && !seen[$c[\"level\"]]++ {print $c[\"level\"] + 0}' '".dir."/summary.csv'")
share(k) = k > words(noises) ? 0 : 100 * word(noises, k)
of(k, method) = strcol("study") eq "payoff" && strcol("method") eq method && column("level_index") == k - 1 \
    ? column("size") : NaN
set offsets graph 0.05, graph 0.05, 0, 0

set multiplot layout 1, 2 margins 0.1, 0.79, 0.14, 0.92 spacing 0.08
set key at screen 0.8, screen 0.7 left top
set ylabel "speed-up"
do for [method in "gd_sample_cube_root gd_near_critical"] {
    if (!words(noises)) { @absent }
    set title (method eq "gd_near_critical" ? "near-critical rate against 1/L" : "n^{1/3} against 1")
    plot for [k = 1:words(noises)] dir."/summary.csv" \
             using (of(k, method) * 1.06**(k - 0.5 * (words(noises) + 1))):"measured_median":"measured_q10":"measured_q90" \
             with yerrorbars linetype k pointsize 0.7 title sprintf("%g %% flipped", share(k)), \
         rows("payoff") using (of(1, "gd_sample_cube_root")):(method eq "gd_sample_cube_root" ? column("predicted") : NaN) \
             with lines linetype 5 title "n^{⅓}"
    @next
}
unset multiplot
