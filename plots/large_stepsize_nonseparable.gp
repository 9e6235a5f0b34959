# Data that are not separable, without regularisation: the length of the cycle that gradient
# descent ends in, against its rate times the curvature H at the minimiser; 1 is convergence. Both
# runs are caught in cycles of length 3 well below 2/H, where the minimiser is still stable.
set xlabel "rate (step size) times curvature, η H"
set ylabel "length of the cycle"
set xrange [0:2.2]
set yrange [0:4]
set ytics ("1 (converges)" 1, "2" 2, "3" 3)
set key left top noenhanced
all = sets("nonseparable")
if (!words(all)) { @absent }
set arrow from 2, graph 0 to 2, graph 1 nohead linetype 8
set label "2/H" at 2.02, 2

runs = rows("nonseparable")
# Sets a little above and below, not on each other.
of(set) = strcol("set") eq set ? column("level") : NaN
plot for [k = 1:words(all)] runs using (of(word(all, k))):(column("measured") + 0.1 * k - 0.15) \
    with points linetype k pointsize 1.2 title word(all, k)
