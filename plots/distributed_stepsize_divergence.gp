# Share of runs that diverge, by the ratio of the nodes' largest curvature to their least, and by the
# safety factor. Left: the arithmetic mean of the steps; the line is where theory puts the edge for two
# nodes. Right: the step from the mean of the curvatures.
rows(method) = "< awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next} $c[\"study\"] == \"divergence\" && $c[\"method\"] == \"".method."\" && $c[\"filter\"] == 0 {k = $c[\"level\"] \",\" $c[\"safety\"]; n[k]++; d[k] += $c[\"diverged\"]} END {print \"level,safety,share\"; for (k in n) print k \",\" d[k] / n[k]}' '".dir."/trials.csv'"
set multiplot layout 1, 2 margins 0.13, 0.86, 0.14, 0.9 spacing 0.06, 0.1
set logscale x
set xlabel "ratio of curvatures"
set ylabel "safety factor"
set xrange [0.6:2000]
set yrange [0.1:1.15]
set ytics 0.25
set palette defined (0 "#f0f0f0", 1 "#d55e00")
set cbrange [0:1]
set cblabel "share that diverges"
unset key
unset grid
unset colorbox
edge(a) = 4 / a - 1 + sqrt((4 / a - 1)**2 - 1)
box = (term eq "pdf") ? 2.4 : (term eq "svg") ? 2.2 : 4
set parametric
set trange [0.2:1]
do for [method in "mean average"] {
    set title (method eq "mean" ? "mean step" : "mean curvature") offset 0, -0.8
    if (method eq "average") { set colorbox user origin 0.88, 0.14 size 0.02, 0.74; set ylabel ""; set format y "" }
    plot rows(method) using "level":"safety":"share" with points pointtype 5 pointsize box linecolor palette, \
         (method eq "mean" ? edge(t) : NaN), t with lines linetype 5
}
unset multiplot
