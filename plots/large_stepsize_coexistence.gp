# Where a run from w = 0 ends, against its rate, on a one-dimensional set whose critical rate
# exceeds 1/lambda. Between the two it falls into a cycle of the predicted size, although the
# minimiser is stable there: what converges locally need not converge from afar.
set xlabel "rate (step size) η"
set ylabel "amplitude of the last steps"
set xrange [0:*]
set yrange [0:*]
set xtics font small
set key left center
if (!words(sets("coexistence"))) { @absent }
ended(outcome) = strcol("study") eq "coexistence" && strcol("outcome") eq outcome ? column("rate") : NaN
critical = "(strcol('study') eq 'coexistence' && column('level') == 1 ? column('rate') : NaN)"
inverse = "(strcol('study') eq 'coexistence_edge' ? column('predicted') : NaN)"
plot dir."/trials.csv" using @critical:"measured" with impulses linetype 8 notitle, \
     dir."/trials.csv" using @critical:"measured":("critical rate  ") with labels right notitle, \
     dir."/trials.csv" using @inverse:"predicted" with impulses linetype 8 notitle, \
     dir."/trials.csv" using @inverse:"predicted":("1/λ") with labels offset 0, 1 notitle, \
     dir."/trials.csv" using (ended("cycling")):"predicted" with lines linetype 5 title "cycle, predicted", \
     dir."/trials.csv" using (ended("cycling")):"measured" \
         with points linetype 2 pointsize 0.8 title "cycle, measured", \
     dir."/trials.csv" using (ended("reached")):"measured" \
         with points linetype 1 pointsize 0.8 title "converged"
