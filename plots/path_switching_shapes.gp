# Does the shape of the branch's decay matter? Loss of each version less that of training from scratch, by
# shape; mean over seeds and 99 % interval. The filled part is what continuing loses; below half of it, the
# grey line, a paradigm is called comparable.
arms = ""
do for [arm in each("summary", "study=shapes", "arm")] { if (arm[1:5] eq "ours_") { arms = arms." ".arm } }
gap(arm) = spread("summary", "study=shapes arm=".arm, "version gap_low gap_high", "gap_mean")
# A single seed has no interval.
end(name) = abs(column(name)) < 1e300 ? column(name) : column("mean")
if (!words(arms)) { @absent; plot NaN notitle } else {
set xlabel "version"
set ylabel "loss less that of ptfs (nats a byte)"
set xrange [0.7:*]
set xtics 1
set offsets 0, 0.3, graph 0.05, graph 0.05
set key outside right center noenhanced
plot gap("cpt") using "version":(0):"mean" with filledcurves linecolor rgb "#e5e5e5" title "cpt", \
     gap("cpt") using "version":(0.5 * column("mean")) with lines linetype 8 dashtype 1 linewidth 2 title "half of cpt", \
     for [a = 1:words(arms)] gap(word(arms, a)) using (column("version") + 0.05 * (a - 0.5 * (words(arms) + 1))):"mean":(end("gap_low")):(end("gap_high")) \
         with yerrorlines linetype a title word(arms, a)
}
