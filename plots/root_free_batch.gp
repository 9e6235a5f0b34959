# Which rate is best at each size of the batch, steps held (left: a point for each seed, on a grid of half
# decades), and what is the running mean square then, of rf times the batch (right: median, and 10 to 90 %
# over the network's numbers, first seed)? Theory: where gradients are mostly noise their squares fall as the
# batch grows. Times the batch they stay put, and the best rate grows as that of SGD; without (rf_plain) they
# fall, and the rate need not grow. At large batches the mean of the gradient takes over.
methods = each("trials", "study=batch", "method")
best(method) = where("trials", "study=batch rank=0 method=".method)
first(method) = where("trials", "study=batch rank=0 repeat=0 method=".method)
shift(k) = 1.08 ** (k - 0.5 * (words(methods) + 1))
if (!words(methods)) { @absent; plot NaN notitle } else {
set multiplot layout 1, 2 margins 0.12, 0.98, 0.14, 0.86 spacing 0.12
set logscale xy
set format y "10^{%T}"
if (term eq "dumb") { set format y "1e%T" }
set xlabel "batch (examples)"
set xrange [5:800]
set xtics (8, 32, 128, 512)
set ylabel "best rate"
set key at screen 0.5, 0.99 center top maxrows 1 noenhanced
plot for [k = 1:words(methods)] best(word(methods, k)) using (column("batch") * shift(k)):"rate" \
         with points linetype k pointsize 1 notitle, \
     for [k = 1:words(methods)] first(word(methods, k)) using (column("batch") * shift(k)):"rate" \
         with linespoints linetype k pointsize 1 title word(methods, k)
unset key
set ylabel "mean square (rf: times batch)"
set yrange [1e-8:*]
plot for [k = 1:words(methods)] first(word(methods, k)) using (column("batch") * shift(k)):"curvature_median":"curvature_low":"curvature_high" \
         with yerrorbars linetype k pointsize 1, \
     for [k = 1:words(methods)] first(word(methods, k)) using (column("batch") * shift(k)):"curvature_median" with lines linetype k
unset multiplot
}
