# Two walks over one problem, the second in other coordinates or with another factor on the loss: how far
# apart are they, as a share of their matrices' length? Left: along the steps; right: at the end, by law. Blue
# circles: theory says that the two are one walk, and what is seen is the rounding of float32. Orange squares:
# it says that they are not, as when the start of the preconditioner or its damping is left behind. At the
# left edge: the same to the last bit.
laws = each("trials", "study=exact level=1", "setting method")
others = each("trials", "study=exact level=0", "setting method")
curve(law) = where("curves", "kind=difference setting=".former(law)." method=".latter(law))
name(x) = strcol("method").": ".strcol("setting")
seen(x) = x > 1e-9 ? x : 1e-9
if (!words(laws)) { @absent; plot NaN notitle } else {
set multiplot layout 1, 2
set tmargin at screen 0.97
set bmargin at screen 0.14
set lmargin at screen 0.13
set rmargin at screen 0.4
set logscale y
set format y "10^{%T}"
if (term eq "dumb") { set format y "1e%T" }
set yrange [1e-9:30]
set ytics 1e-8, 100
set xlabel "step"
set ylabel "relative difference"
unset key
plot for [law in others] curve(law) using "x":"value" with lines linetype 2, \
     for [law in laws] curve(law) using "x":"value" with lines linetype 1
set lmargin at screen 0.73
set rmargin at screen 0.97
unset logscale y
set logscale x
set xrange [1e-9:30]
set yrange [words(laws) + words(others) - 0.3:-0.7]
set ytics ("" -1) noenhanced font small
set format x "10^{%T}"
if (term eq "dumb") { set format x "1e%T" }
set xtics 1e-8, 1e4
unset ylabel
set xlabel "the same, at the end"
plot where("trials", "study=exact level=1") using (seen(column("measured"))):0:yticlabels(name(0)) \
         with points linetype 1 pointsize 1.2, \
     where("trials", "study=exact level=0") using (seen(column("measured"))):(column(0) + words(laws)):yticlabels(name(0)) \
         with points linetype 2 pointsize 1.2
unset multiplot
}
