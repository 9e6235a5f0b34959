# Random separable sets on which gradient descent from 0 ends in a cycle, per thousand, against the
# rate as a share of the smaller of 1/lambda and the critical rate (median over batches of a
# thousand sets; bars: 10 % to 90 % quantiles). Both limits are not safe by themselves: close to
# them a few sets fail. At half of the smaller one none should.
set xlabel "rate (step size) η / min(1/λ, η_{crit})"
set ylabel "failing sets per thousand"
set key outside top center horizontal
set xrange [0.45:1.02]
set yrange [-0.5:*]
here = 'strcol("study") eq "search" && column("level_index") <= 4'
if (!words(sets("search"))) { @absent }
plot dir."/summary.csv" using (@here ? column("level") : NaN):"measured_median" \
         with lines linetype 1 notitle, \
     dir."/summary.csv" using (@here ? column("level") : NaN):"measured_median":"measured_q10":"measured_q90" \
         with yerrorbars linetype 1 pointsize 1 title "below both limits"
