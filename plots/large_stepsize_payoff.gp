# How many times fewer steps the rate n^(1/3) needs than the rate 1 until the risk on fresh rows
# is within a tenth of that of the regularised minimiser, against the number of rows n, for shares
# of flipped labels. Points: medians over repeats; bars: 10-90 % quantiles. Dashed: n^(1/3) times.
set logscale xy
set xlabel "rows n"
set ylabel "speed-up"
set xtics (128, 256, 512, 1024, 2048, 4096, 8192)
set ytics 2
set yrange [*:*] noextend
set key outside right center
if (!words(sets("payoff"))) { @absent }
noises = system("awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i} $c[\"study\"] == \"payoff\" && !seen[$c[\"level\"]]++ {print $c[\"level\"] + 0}' '".dir."/summary.csv'")
of(k) = strcol("study") eq "payoff" && column("level_index") == k - 1 ? column("size") : NaN
plot for [k = 1:words(noises)] dir."/summary.csv" \
         using (of(k) * 1.06**(k - 0.5 * (words(noises) + 1))):"measured_median":"measured_q10":"measured_q90" \
         with yerrorbars linetype k dashtype 1 pointsize 0.8 title sprintf("%g %% flipped", 100 * word(noises, k)), \
     rows("payoff") using (of(1)):"predicted" with lines linetype 5 title "n^⅓"
