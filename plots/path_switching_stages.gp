# Two stages: which rate should the first one have, and how far should the second decay? Left: version 1 under
# a cosine of 1, 2 or 4 times its length or a constant rate (inf), and version 2, which goes on from there, is
# warmed up again and decays. Right: version 2 from one trunk, decayed to a share of the peak (0.1 elsewhere).
# A circle for each seed, and their mean.
stages = each("trials", "study=stages", "arm")
decays = each("trials", "study=decays", "arm")
after(arm) = arm[strstrt(arm, "_") + 1:*]
mean(study, version) = spread("trials", "study=".study." domain=all version=".version, "arm", "loss")
seeds(study, version) = where("trials", "study=".study." domain=all version=".version)
if (!words(stages) && !words(decays)) { @absent; plot NaN notitle } else {
set multiplot layout 1, 2 margins 0.13, 0.98, 0.14, 0.9 spacing 0.13
set offsets 0, 0, graph 0.05, graph 0.05
set ylabel "loss (nats a byte)"
set key at screen 0.5, 0.99 center top maxrows 1
set xrange [0.5:4.5]
set xtics ("" 0)
set for [k = 1:words(stages)] xtics add (after(word(stages, k)) k)
set xlabel "cycle of stage 1 / T"
set yrange [*:*]
plot for [v = 1:2] seeds("stages", v) using (position(stages, strcol("arm"))):"loss" \
         with points pointtype 6 pointsize 0.6 linecolor rgb "#999999" notitle, \
     for [v = 1:2] mean("stages", v) using (position(stages, strcol("arm"))):"mean" \
         with linespoints linetype v pointsize 1.2 title sprintf("version %d", v)
set xtics ("" 0)
set for [k = 1:words(decays)] xtics add (after(word(decays, k)) k)
set xlabel "last rate of stage 2 / peak"
unset ylabel
unset key
if (words(decays)) {
plot seeds("decays", 2) using (position(decays, strcol("arm"))):"loss" with points pointtype 6 pointsize 0.6 linecolor rgb "#999999", \
     mean("decays", 2) using (position(decays, strcol("arm"))):"mean" with linespoints linetype 2 pointsize 1.2
}
unset multiplot
}
