# Where runs end, by rate and start, on the one-dimensional set of the coexistence figure, from
# below 1/lambda (left line) to above the critical rate (right line). Below 1/lambda they converge
# from afar as well; above it a large cycle draws them in, long before the critical rate.
set xlabel "rate (step size) η"
set ylabel "start w"
set xtics font small
set key outside top center horizontal
unset grid
if (!words(sets("basins"))) { @absent }
ended(outcome) = strcol("study") eq "basins" && strcol("outcome") eq outcome ? column("rate") : NaN
known = "absent crashed reached cycling"
elsewhere = "(strcol('study') eq 'basins' && !strstrt(known, strcol('outcome')) ? column('rate') : NaN)"
inverse = "(strcol('study') eq 'coexistence_edge' ? column('predicted') : NaN)"
critical = "(strcol('study') eq 'coexistence' && column('level') == 1 ? column('rate') : NaN)"
plot dir."/trials.csv" using (ended("reached")):"level" \
         with points linetype 1 pointtype 5 pointsize 1.1 title "converges", \
     dir."/trials.csv" using (ended("cycling")):"level" \
         with points linetype 7 pointtype 5 pointsize 1.1 title "cycles", \
     dir."/trials.csv" using @elsewhere:"level" \
         with points linetype 5 pointtype 5 pointsize 1.1 title "neither", \
     dir."/trials.csv" using @inverse:(column("predicted") * -2):(0):(column("predicted") * 4) \
         with vectors nohead linetype 5 notitle, \
     dir."/trials.csv" using @critical:(-2 / column("lambda")):(0):(4 / column("lambda")) \
         with vectors nohead linetype 5 notitle
