# Can the order be foretold? The annealing law is fitted to losses along version 1 of training from scratch
# and along the trunk, and asked for versions 2 to 4. Across: by how much path switching (or the trunk) ends
# above training from scratch; upwards: what the law says. A point for each version, length and seed: in the
# shaded quarters the law has the sign right, on the line the size too.
arms = ""
do for [arm in each("summary", "study=prediction", "arm")] { if (arm ne "ptfs") { arms = arms." ".arm } }
cells(arm, version) = where("summary", "study=prediction arm=".arm." version=".version)
order = "ours cpt wsd_s ema ptfs wsm lawa trunk"
later = "version~[2-9]"
if (!words(arms)) { @absent; plot NaN notitle } else {
set xlabel "loss less that of ptfs, measured (nats a byte)"
set ylabel "foretold"
set key outside right center noenhanced
set size square
set xzeroaxis linetype 8
set yzeroaxis linetype 8
# The same span on both axes.
seen = ends("summary", "study=prediction ".later, "gap")." ".ends("summary", "study=prediction ".later, "foretold")
low = 0; high = 0
do for [x in seen] { low = x + 0 < low ? x + 0 : low; high = x + 0 > high ? x + 0 : high }
edge = 0.06 * (high - low)
set xrange [low - edge:high + edge]
set yrange [low - edge:high + edge]
set object 1 rectangle from 0, 0 to high + edge, high + edge fillcolor rgb "#eef4f8" behind linewidth 0
set object 2 rectangle from low - edge, low - edge to 0, 0 fillcolor rgb "#eef4f8" behind linewidth 0
plot x with lines linetype 8 linewidth 0.7 notitle, \
     for [arm in arms] for [v = 2:4] cells(arm, v) using "gap":"foretold" \
         with points linetype position(order, arm) pointsize (0.4 + 0.25 * v) title arm.", version ".v
}
