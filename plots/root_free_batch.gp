# Which rate is best at each size of the batch, steps held (left: on a grid of half decades), and what is the
# running mean square then, the median over the network's numbers, of rf times the batch (right)?
# A point for each seed, methods a little apart; lines: geometric means over seeds, whose slopes R6 judges.
# Theory: where gradients are mostly noise their squares fall as the batch grows. Times the batch they stay
# put, and the best rate grows as that of SGD; without (rf_plain) they fall, and the rate need not grow. At
# large batches the mean of the gradient takes over.
methods = each("trials", "study=batch", "method")
best(method) = where("trials", "study=batch rank=0 method=".method)
shift(k) = 0.035 * (k - 0.5 * (words(methods) + 1))
if (!words(methods)) { @absent; plot NaN notitle } else {
set multiplot layout 1, 2 margins 0.12, 0.98, 0.14, 0.9 spacing 0.13
# Powers of ten on even axes, so that the mean of a seed's points is that of logarithms.
set format y (term eq "dumb" ? "1e%g" : "10^{%g}")
set ytics 1
set xlabel "batch (examples)"
set xtics ()
set for [b in each("trials", "study=batch", "batch")] xtics add (b log10(b))
set offsets graph 0.08, graph 0.08, graph 0.05, graph 0.05
set autoscale yfix
set key at screen 0.5, 0.99 center top maxrows 1 noenhanced
do for [measure in "rate curvature_median"] {
    set ylabel (measure eq "rate" ? "best rate" : "mean square (rf: times batch)")
    plot for [k = 1:words(methods)] best(word(methods, k)) using (log10(column("batch")) + shift(k)):(log10(column(measure))) \
             with points linetype k pointsize 1 notitle, \
         for [k = 1:words(methods)] best(word(methods, k)) using (log10(column("batch")) + shift(k)):(log10(column(measure))) \
             smooth unique with lines linetype k notitle, \
         for [k = 1:words(methods)] NaN with linespoints linetype k pointsize 1 title word(methods, k)
    unset key
}
unset multiplot
}
