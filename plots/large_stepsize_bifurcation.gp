# The last iterates of gradient descent on a single row, at every rate from below the critical
# one to past 2/lambda. One point: it converges. Above the critical rate there are two, then
# many: cycles and chaos, bounded all the same; only past 2/lambda do runs leave for infinity.
# The vertical scale is asinh: even near 0, logarithmic far from it.
set xlabel "rate (step size) η"
set ylabel "last iterates w"
set nonlinear y via asinh(y) inverse sinh(y)
set yrange [-1e5:1e5]
set ytics (-1e4, -1e3, -100, -10, -1, 1, 10, 100, 1e3, 1e4)
if (!words(sets("bifurcation"))) { @absent }
edge(study) = strcol("study") eq study && column("rate_index") == 0 ? column("predicted") : NaN
plot for [study in "bifurcation blow_up"] dir."/trials.csv" using (edge(study)):(-1e5):(0):(2e5) \
         with vectors nohead linetype 5 linewidth 0.7 notitle, \
     dir."/trials.csv" using (edge("bifurcation")):(3e4):("  critical rate") with labels left notitle, \
     dir."/trials.csv" using (edge("blow_up")):(30):("2/λ  ") with labels right notitle, \
     dir."/curves.csv" using "rate":"position" with points linetype 1 pointtype 7 pointsize 0.15 notitle
