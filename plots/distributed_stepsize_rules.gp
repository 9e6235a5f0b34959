# Error of the worst of 20 nodes against iterations, averages formed exactly, one network and data
# set. Left: the nodes' curvatures differ by 10, right: by 100. With steps (rates) of their own the
# nodes end beside the optimum. The arithmetic mean of the steps is fast on the left and diverges on
# the right; the step from the mean of the curvatures never does.
levels = "10 100"
methods = "uncoordinated mean harmonic average least global"
titles = "'own steps' 'mean (the paper)' 'harmonic mean' 'mean curvature' 'smallest' 'of the mean gradient'"
curve(method, level) = "< awk -F, 'FNR == 1 {delete c; for (i = 1; i <= NF; i++) c[$i] = i; if (NR != 1) print; next} FILENAME ~ /trials.csv$/ {if ($c[\"study\"] == \"coordinated\" && $c[\"method\"] == \"".method."\" && $c[\"level\"] == ".level." && $c[\"repeat\"] == 0) t = $c[\"trial\"]; next} t != \"\" && $c[\"trial\"] == t' '".dir."/trials.csv' '".dir."/curves.csv'"
set multiplot layout 1, 2 margins 0.1, 0.98, 0.14, 0.8 spacing 0.06, 0.1
set logscale y
set format y "10^{%T}"
if (term eq "dumb") set format y "1e%T"
set xlabel "iteration"
set ylabel "error"
set yrange [1e-7:1e3]
set xrange [0:150]
set key at screen 0.5, 0.99 center top maxrows 2
do for [k = 1:2] {
    set title sprintf("curvatures differ by %s", word(levels, k)) offset 0, -0.8
    plot for [m = 1:words(methods)] curve(word(methods, m), word(levels, k)) using "step":"error" with lines linetype m title word(titles, m)
    unset key
    set ylabel ""
    set format y ""
}
unset multiplot
