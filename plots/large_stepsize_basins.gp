# Where runs end, by rate and start w (on an axis that is logarithmic on both sides of 0), on the
# one-dimensional set of the coexistence figure. Below 1/lambda (left line) almost all runs converge.
# Above it only those from an island around the minimiser do, although it is stable up to the
# critical rate (right line): runs from 0 miss the island and end in a large cycle.
set logscale x
set nonlinear y via asinh(y) inverse sinh(y)
set xlabel "rate (step size) η, in units of 1/λ"
set ylabel "start w"
set xtics (0.8, 1, 1.2, 1.4, 1.6, 1.8, 2)
set ytics ("-10^6" -1e6, "-10^4" -1e4, "-100" -100, "0" 0, "100" 100, "10^4" 1e4, "10^6" 1e6)
set key outside top center horizontal
unset grid
if (!words(sets("basins"))) { @absent }
ended(outcome) = strcol("study") eq "basins" && strcol("outcome") eq outcome ? column("rate") * column("lambda") : NaN
known = "absent crashed reached cycling"
elsewhere = "(strcol('study') eq 'basins' && !strstrt(known, strcol('outcome')) ? column('rate') * column('lambda') : NaN)"
inverse = "(strcol('study') eq 'coexistence_edge' ? column('predicted') * column('lambda') : NaN)"
critical = "(strcol('study') eq 'coexistence' && column('level') == 1 ? column('rate') * column('lambda') : NaN)"
plot dir."/trials.csv" using (ended("reached")):"level" \
         with points linetype 1 pointtype 5 pointsize 1.3 title "converges", \
     dir."/trials.csv" using (ended("cycling")):"level" \
         with points linetype 7 pointtype 5 pointsize 1.3 title "cycles", \
     dir."/trials.csv" using @elsewhere:"level" \
         with points linetype 5 pointtype 5 pointsize 1.3 title "neither", \
     dir."/trials.csv" using @inverse:(-2e6):(0):(4e6) \
         with vectors nohead linetype 5 notitle, \
     dir."/trials.csv" using @critical:(-2e6):(0):(4e6) \
         with vectors nohead linetype 5 notitle
