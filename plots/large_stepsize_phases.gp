# Two phases of runs with rates of order 1/sqrt(lambda), against 1/lambda. Left: the step of the
# last increase of the objective, where the unstable phase ends. Right: the steps after it.
# The unstable phase stays short while the stable one grows about as sqrt(1/lambda) (grey).
set logscale x
set format x "10^{%T}"
set xlabel "1/λ"
all = sets("scaling")
runs = rows("scaling")
methods = "gd_square_root gd_triple_square_root"
titles = "'η = γ/√λ' 'η = 3γ/√λ'"
of(set, method) = strcol("set") eq set \
    && column("level_index") == 1 && strcol("method") eq method ? 1 / column("lambda") : NaN

set multiplot layout 1, 2 margins 0.09, 0.97, 0.31, 0.92 spacing 0.1
set key at screen 0.08, screen 0.17 left top maxrows 3 width 2 noenhanced
set title "step of the last increase"
set yrange [-0.5:*]
if (!words(all)) { @absent }
plot for [m = 1:2] for [k = 1:words(all)] runs \
    using (of(word(all, k), word(methods, m))):"last_increase" \
    with linespoints linetype k dashtype m pointtype (m == 1 ? 7 : 6) pointsize 0.3 + 0.4 * m \
    title word(all, k).", ".word(titles, m)
unset key
set logscale y
set format y "10^{%T}"
set yrange [*:*]
if (!words(all)) { @absent }
set title "steps after it"
plot 30 * x**0.5 linestyle 100 linewidth 2, \
    for [m = 1:2] for [k = 1:words(all)] runs \
    using (of(word(all, k), word(methods, m))):"measured" \
    with linespoints linetype k dashtype m pointtype (m == 1 ? 7 : 6) pointsize 0.3 + 0.4 * m
unset multiplot
