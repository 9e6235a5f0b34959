# Steps until the loss is below 1/eta, where the stable phase begins, against the rate, without
# regularisation. The bound (dashed, in the colour of its set) grows with the rate; the measured
# time does not. Rates at which the first point is low enough already are not drawn.
set logscale x 2
set logscale y
set format x "2^{%L}"
set format y "10^{%T}"
set xlabel "rate (step size) η"
set yrange [0.5:*]
set ylabel "steps until loss < 1/η"
set key outside top center horizontal maxrows 3 noenhanced
runs = rows("transition")
of(set) = column("level_index") == 0 && strcol("set") eq set \
    ? column("rate") : NaN

# Imbalanced sets are measured at one rate only, and there over n.
all = ""
do for [set in sets("transition")] { if (!strstrt(set, "imbalanced")) { all = all." ".set } }
if (!words(all)) { @absent }
plot for [k = 1:words(all)] runs using (of(word(all, k))):"measured" \
         with linespoints linetype k dashtype 1 title word(all, k), \
     for [k = 1:words(all)] runs using (of(word(all, k))):"predicted" \
         with lines linetype k dashtype 2 notitle, \
     keyentry with lines linetype 5 title "bound"
