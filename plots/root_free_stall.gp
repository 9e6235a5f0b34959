# Does the running mean square forget where it started? Without training: gradients of a known mean square
# (dashed), and what the optimizer's state says of it in the end, against the share beta2 that each step
# brings in (1 − beta2 in Adam's writing). Rounded to bfloat16 it stands still left of 2⁻⁹ (line); with
# stochastic rounding, and in float32, it does not. The grey curve is what exact arithmetic gives.
truths = each("trials", "study=stall", "setting")
methods = each("trials", "study=stall", "method")
titles = "'float32' 'bfloat16' 'bfloat16, stochastic'"
if (!words(truths)) { @absent; plot NaN notitle } else {
set multiplot layout 1, words(truths) margins 0.12, 0.98, 0.15, 0.82 spacing 0.03
set logscale xy
set format x "10^{%T}"
set format y "10^{%T}"
if (term eq "dumb") { set format x "1e%T"; set format y "1e%T" }
set tics font small
set xrange [8e-5:5e-2]
set yrange [3e-3:60]
set ylabel "mean square times batch"
set xlabel "share of a step, 1 − β_2"
set key at screen 0.5, 0.99 center top maxrows 1
set arrow 1 from 2**-9, graph 0 to 2**-9, graph 1 nohead linetype 8 dashtype 1
set label 1 "2^{−9}" at 2**-9, graph 0.04 right offset -0.4, 0 font small
do for [setting in truths] {
    truth = real(setting[strstrt(setting, "=") + 1:*])
    set title sprintf("true mean square %g", truth) font small offset 0, -0.6
    plot truth with lines linetype 5 linewidth 0.6 notitle, \
         where("trials", "study=stall setting=".setting." method=rf") using "level":"predicted" \
             with lines linetype 8 dashtype 1 linewidth 2 notitle, \
         for [k = 1:words(methods)] where("trials", "study=stall setting=".setting." method=".word(methods, k)) using "level":"measured" \
             with linespoints linetype k pointsize 0.9 title word(titles, k)
    unset key
    set ylabel ""
    set format y ""
}
unset multiplot
}
