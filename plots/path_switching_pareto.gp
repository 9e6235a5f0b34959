# What does each paradigm pay for its versions so far (in units of the T updates that one version's data are
# worth, shared ones counted once), and what loss does it get for that? Mean over seeds; bars from the least
# to the largest seed; points of one cost are drawn a little apart. Below and to the left is better.
order = "ours cpt wsd_s ema ptfs wsm lawa trunk ptfs_wsd cpt_reset schedule_free infinite cpt_floor"
# The order gives each its line; more than eight: the same colours once more, filled the other way round.
set linetype 9 linecolor rgb "#0072b2" dashtype 2 pointtype 6 pointsize 0.6
set linetype 10 linecolor rgb "#d55e00" dashtype 2 pointtype 4 pointsize 0.6
set linetype 11 linecolor rgb "#009e73" dashtype 2 pointtype 8 pointsize 0.7
set linetype 12 linecolor rgb "#cc79a7" dashtype 2 pointtype 10 pointsize 0.7
set linetype 13 linecolor rgb "#000000" dashtype 4 pointtype 2 pointsize 0.7
set linetype cycle 13
arms = ""
do for [arm in each("summary", "study=versions", "arm")] { if (position(order, arm)) { arms = arms." ".arm } }
versions = each("summary", "study=versions", "version")
last = word(versions, words(versions))
first = words(versions) > 3 ? words(versions) - 2 : 1
point(arm, version) = spread("summary", "study=versions arm=".arm." version=".version, "cost_steps steps", "loss")
# Those of one path, whose cost is the version's number, a little apart.
shift(a, k) = column("cost_steps") == k * column("steps") ? 0.025 * k * (a - 0.5 * (words(arms) + 1)) : 0
if (!words(arms)) { @absent; plot NaN notitle } else {
set multiplot layout 1, words(versions) - first + 1 margins 0.1, 0.98, 0.14, 0.76 spacing 0.06
set offsets graph 0.08, graph 0.08, graph 0.08, graph 0.08
set tics font small
set xlabel "cost / T"
set ylabel "loss (nats a byte)"
set key at screen 0.5, 0.99 center top maxrows 3 noenhanced font small
do for [k = first:words(versions)] {
    set title "version ".word(versions, k) font small offset 0, -0.6
    plot for [a = 1:words(arms)] point(word(arms, a), word(versions, k)) using (column("cost_steps") / column("steps") + shift(a, k)):"mean":"least":"largest" \
             with yerrorbars linetype position(order, word(arms, a)) dashtype 1 pointsize 1 notitle, \
         for [a = 1:words(arms)] NaN with points linetype position(order, word(arms, a)) pointsize 1 title word(arms, a)
    unset key
    set ylabel ""
}
unset multiplot
}
