# Does the ranking hold at other lengths and rates? Loss of the last version less that of training from
# scratch with the same peak, by the peak and by the updates T that each version is worth: blue is better than
# from scratch, orange worse; mean over seeds. Dots: the peaks that are best for the paradigm itself at that
# length, each for one seed by the losses of the others.
arms = ""
do for [arm in each("summary", "study=horizons", "arm")] { if (arm ne "ptfs") { arms = arms." ".arm } }
last = word(ends("summary", "study=horizons", "version"), 2)
cells(arm) = spread("summary", "study=horizons version=".last." arm=".arm, "peak level_index steps", "gap")
chosen(arm) = where("summary", "study=horizons version=".last." arm=".arm." tuned=1")
peaks = each("summary", "study=horizons", "peak")
lengths = each("summary", "study=horizons", "steps")
if (!words(arms)) { @absent; plot NaN notitle } else {
set multiplot layout 1, words(arms) margins 0.1, 0.86, 0.2, 0.88 spacing 0.02
set tics font small
set palette defined (-1 "#0072b2", 0 "#f5f5f5", 1 "#d55e00")
wide = ends("summary", "study=horizons version=".last, "gap")
bound = -word(wide, 1) > word(wide, 2) ? -word(wide, 1) : word(wide, 2) + 0
set cbrange [-1000 * bound:1000 * bound]
set cblabel "loss less that of ptfs (thousandths of a nat)"
unset grid
unset key
set xlabel "peak rate"
set ylabel "T (updates)"
set xrange [0.5:words(peaks) + 0.5]
set yrange [-0.5:words(lengths) - 0.5]
set xtics ("" 0)
set for [k = 1:words(peaks)] xtics add (sprintf("%g", real(word(peaks, k))) k) rotate by 45 right
set ytics ("" 0)
do for [a = 1:words(arms)] {
    arm = word(arms, a)
    if (a < words(arms)) { unset colorbox } else { set colorbox user origin 0.88, 0.2 size 0.02, 0.68 }
    set for [k = 1:words(lengths)] ytics add (a == 1 ? word(lengths, k) : "" k - 1)
    set title arm noenhanced font small offset 0, -0.6
    plot cells(arm) using (position(peaks, strcol("peak"))):"level_index":(1000 * column("mean")) with image pixels, \
         cells(arm) using (position(peaks, strcol("peak"))):(column("level_index") - 0.12):(sprintf("%+.0f", 1000 * column("mean"))) \
             with labels font small, \
         chosen(arm) using (position(peaks, strcol("peak"))):(column("level_index") + 0.2) \
             with points pointtype 7 pointsize 1 linecolor rgb "#000000"
    set ylabel ""
}
unset multiplot
}
