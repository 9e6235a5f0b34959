# Where runs end, by rate and start, on the one-dimensional set of the coexistence figure, from
# below 1/lambda (left line) to above the critical rate (right line). Below 1/lambda they converge
# from afar as well; above it a large cycle draws them in, long before the critical rate.
set logscale x
set xlabel "rate (step size) η, in units of 1/λ"
set ylabel "start w, in units of 1/λ"
set xtics (0.8, 1, 1.2, 1.4, 1.6, 1.8, 2)
set key outside top center horizontal
unset grid
if (!words(sets("basins"))) { @absent }
ended(outcome) = strcol("study") eq "basins" && strcol("outcome") eq outcome ? column("rate") * column("lambda") : NaN
known = "absent crashed reached cycling"
elsewhere = "(strcol('study') eq 'basins' && !strstrt(known, strcol('outcome')) ? column('rate') * column('lambda') : NaN)"
inverse = "(strcol('study') eq 'coexistence_edge' ? column('predicted') * column('lambda') : NaN)"
critical = "(strcol('study') eq 'coexistence' && column('level') == 1 ? column('rate') * column('lambda') : NaN)"
plot dir."/trials.csv" using (ended("reached")):(column("level") * column("lambda")) \
         with points linetype 1 pointtype 5 pointsize 1.3 title "converges", \
     dir."/trials.csv" using (ended("cycling")):(column("level") * column("lambda")) \
         with points linetype 7 pointtype 5 pointsize 1.3 title "cycles", \
     dir."/trials.csv" using @elsewhere:(column("level") * column("lambda")) \
         with points linetype 5 pointtype 5 pointsize 1.3 title "neither", \
     dir."/trials.csv" using @inverse:(-2):(0):(4) \
         with vectors nohead linetype 5 notitle, \
     dir."/trials.csv" using @critical:(-2):(0):(4) \
         with vectors nohead linetype 5 notitle
