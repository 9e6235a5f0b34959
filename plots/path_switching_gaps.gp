# How far is each paradigm's version from the one trained from scratch on all data (ptfs, the line at 0)?
# Differences of runs of one seed: mean over seeds and 99 % interval. Above the line is worse.
order = "ours cpt wsd_s ema ptfs wsm lawa trunk ptfs_wsd cpt_reset schedule_free infinite cpt_floor"
# The order gives each its line; more than eight: the same colours once more, filled the other way round.
set linetype 9 linecolor rgb "#0072b2" dashtype 2 pointtype 6 pointsize 0.6
set linetype 10 linecolor rgb "#d55e00" dashtype 2 pointtype 4 pointsize 0.6
set linetype 11 linecolor rgb "#009e73" dashtype 2 pointtype 8 pointsize 0.7
set linetype 12 linecolor rgb "#cc79a7" dashtype 2 pointtype 10 pointsize 0.7
set linetype 13 linecolor rgb "#000000" dashtype 4 pointtype 2 pointsize 0.7
set linetype cycle 13
drawn = ""
do for [arm in each("summary", "study=versions", "arm")] { if (arm ne "ptfs" && position(order, arm)) { drawn = drawn." ".arm } }
gap(arm) = spread("summary", "study=versions arm=".arm, "version gap_low gap_high", "gap_mean")
# A single seed has no interval.
end(name) = abs(column(name)) < 1e300 ? column(name) : column("mean")
if (!words(drawn)) { @absent; plot NaN notitle } else {
set xlabel "version"
set ylabel "loss less that of ptfs (nats a byte)"
set xrange [0.6:*]
set xtics 1
set offsets 0, 0.25, graph 0.05, graph 0.05
set key outside right center noenhanced samplen 2
plot 0 with lines linetype 5 linewidth 0.8 title "ptfs", \
     for [a = 1:words(drawn)] gap(word(drawn, a)) using (column("version") + 0.04 * (a - 0.5 * (words(drawn) + 1))):"mean":(end("gap_low")):(end("gap_high")) \
         with yerrorlines linetype position(order, word(drawn, a)) title word(drawn, a)
}
