# Where a run from w = 0 ends, against its rate, on a one-dimensional set whose critical rate
# exceeds 1/lambda. Between the two it falls into a cycle of the predicted size, although the
# minimiser is stable there: what converges locally need not converge from afar.
set xlabel "rate (step size) η, in units of 1/λ"
set ylabel "amplitude of the last steps, in units of 1/λ"
set xrange [0:*]
set yrange [0:*]
set key left center
if (!words(sets("coexistence"))) { @absent }
ended(outcome) = strcol("study") eq "coexistence" && strcol("outcome") eq outcome ? column("rate") * column("lambda") : NaN
amplitude(kind) = column(kind) * column("lambda")
critical = "(strcol('study') eq 'coexistence' && column('level') == 1 ? column('rate') * column('lambda') : NaN)"
inverse = "(strcol('study') eq 'coexistence_edge' ? column('predicted') * column('lambda') : NaN)"
plot dir."/trials.csv" using @critical:(amplitude("measured")) with impulses linetype 8 notitle, \
     dir."/trials.csv" using @critical:(amplitude("measured")):("critical rate  ") with labels right notitle, \
     dir."/trials.csv" using @inverse:(1) with impulses linetype 8 notitle, \
     dir."/trials.csv" using @inverse:(1):("1/λ") with labels offset 0, 1 notitle, \
     dir."/trials.csv" using (ended("cycling")):(amplitude("predicted")) with lines linetype 5 title "cycle, predicted", \
     dir."/trials.csv" using (ended("cycling")):(amplitude("measured")) \
         with points linetype 2 pointsize 0.8 title "cycle, measured", \
     dir."/trials.csv" using (ended("reached")):(amplitude("measured")) \
         with points linetype 1 pointsize 0.8 title "converged"
