# What does each paradigm do with the rate over four versions? The path of each version from random numbers to
# its release, in units of the data that one version brings (T updates). What versions have in common is
# trained once, and drawn in the colour of the first one that went there.
trials = each("trials", "study=schedules", "trial")
all = each("trials", "study=schedules", "arm")
trial(arm) = word(each("trials", "study=schedules arm=".arm, "trial"), 1)
curve(arm, version) = where("curves", "trial=".trial(arm)." arm=".arm." version=".version)
if (!words(trials)) { @absent; plot NaN notitle } else {
length = real(word(each("trials", "study=schedules", "steps"), 1))
# Some thirty points for T updates: enough to see, and a small file.
some = length > 60 ? int(length / 30) : 1
columns = words(all) > 9 ? 4 : 3
set multiplot layout (words(all) + columns - 1) / columns, columns margins 0.08, 0.98, 0.13, 0.86 spacing 0.02, 0.07
peak = word(ends("curves", "trial=".trial(word(all, 1)), "rate"), 2) + 0
set xrange [0:4.2]
set xtics 1 font small
set yrange [0:1.15]
set ytics ("0" 0, "peak" 1) font small
set key at screen 0.5, 0.99 center top maxrows 1
do for [k = 1:words(all)] {
    arm = word(all, k)
    set title arm noenhanced font small offset 0, -0.9
    if (k % columns != 1) { set ytics ("" 0, "" 1) } else { set ytics ("0" 0, "peak" 1) }
    set format x (k > words(all) - columns ? "%g" : "")
    set xlabel (k > words(all) - columns ? "updates / T" : "") font small offset 0, 0.5
    plot for [v = 4:1:-1] curve(arm, v) every some using (column("step") / length):(column("rate") / peak) \
             with lines linetype v linewidth 1.2 title sprintf("version %d", v)
    unset key
}
unset multiplot
}
