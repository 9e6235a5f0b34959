# Who wins when everybody pays the same? Training from scratch with fewer updates for each version, and
# continuing or resuming with more, so that four versions cost what path switching takes. Left: loss of each
# version against what was spent so far, in units of its T. Right: the last version: a circle for each seed,
# and their mean.
arms = each("trials", "study=equal", "arm")
order = "ours cpt_long wsd_s_long none ptfs_short"
last = word(ends("trials", "study=equal", "version"), 2)
mean(arm, version) = spread("trials", "study=equal domain=all arm=".arm.version, "version cost_steps", "loss")
if (!words(arms)) { @absent; plot NaN notitle } else {
length = real(word(each("trials", "study=equal arm=ours", "steps"), 1))
set multiplot layout 1, 2
set tmargin at screen 0.95
set bmargin at screen 0.18
set lmargin at screen 0.12
set rmargin at screen 0.52
set xlabel "cost / T"
set ylabel "loss (nats a byte)"
set xrange [0:*]
set offsets 0, graph 0.05, graph 0.05, graph 0.05
set key top right noenhanced
plot for [arm in arms] mean(arm, "") using (column("cost_steps") / length):"mean":"least":"largest" \
         with yerrorlines linetype position(order, arm) pointsize 0.8 title arm
unset key
set lmargin at screen 0.7
set rmargin at screen 0.97
set xlabel "loss, version ".last
set xtics rotate by 45 right font small
unset ylabel
set autoscale x
set offsets graph 0.1, graph 0.1, 0, 0
set yrange [words(arms) + 0.6:0.4]
set ytics ("" 0)
set for [k = 1:words(arms)] ytics add (word(arms, k) k) noenhanced
plot for [arm in arms] where("trials", "study=equal domain=all version=".last." arm=".arm) using "loss":(position(arms, arm)) \
         with points pointtype 6 pointsize 0.7 linecolor rgb "#999999", \
     for [arm in arms] mean(arm, " version=".last) using "mean":(position(arms, arm)) \
         with points linetype position(order, arm) pointsize 1.4
unset multiplot
}
