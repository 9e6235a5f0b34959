# Does it hold for other sizes of network? Loss of the last version less that of training from scratch, by the
# network's parameters; mean over seeds and 99 % interval.
arms = ""
do for [arm in each("summary", "study=sizes", "arm")] { if (arm ne "ptfs") { arms = arms." ".arm } }
last = word(ends("summary", "study=sizes", "version"), 2)
gap(arm) = spread("summary", "study=sizes version=".last." arm=".arm, "parameters gap_low gap_high", "gap_mean")
# A single seed has no interval.
end(name) = abs(column(name)) < 1e300 ? column(name) : column("mean")
order = "ours cpt"
if (!words(arms)) { @absent; plot NaN notitle } else {
set xlabel "parameters"
set ylabel "loss less that of ptfs, version ".last." (nats a byte)"
set logscale x
set xtics ("" 1)
set offsets graph 0.1, graph 0.1, graph 0.1, graph 0.1
set key outside top center horizontal noenhanced
plot 0 with lines linetype 5 linewidth 0.8 title "ptfs", \
     for [arm in arms] gap(arm) using "parameters":"mean":(end("gap_low")):(end("gap_high")):xticlabels(gprintf("%.0s %c", column("parameters"))) \
         with yerrorlines linetype position(order, arm) pointsize 1 title arm
}
