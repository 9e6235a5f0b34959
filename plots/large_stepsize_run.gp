# Runs on the hard set with four rates. Top: the gap to the optimal value. Bottom: the sharpness
# (largest curvature) times half the rate; above 1 (line) gradient descent is locally unstable.
# Large rates start there: they leap up the objective once, land where it is almost flat, and then
# shrink the gap in few steps.
set logscale xy
set format xy "10^{%T}"
set lmargin at screen 0.12
set rmargin at screen 0.72
if (!has("run", "hard:gamma=0.2")) { @absent }
methods = "gd_inverse_smooth gd_monotone gd_triple_square_root gd_near_critical"
titles = "'η = 1/L' 'largest monotone η' 'η = 3γ/√λ' 'η near critical'"
types = "1 2 7 5"

# The trial of each method, 0 or -1 for none: curves.csv knows trials only.
trials = ""
do for [method in methods] {
    found = system("awk -F, '$2 == \"run\" && $3 == \"hard:gamma=0.2\" && $4 == \"".method."\" {print $1}' '".dir."/trials.csv'")
    trials = trials." ".(strlen(found) ? found : "-1")
}
of(k) = column("trial") == word(trials, k) + 0 ? column("step") + 1 : NaN

set multiplot
set key at screen 0.725, screen 0.7 left top
set ylabel "gap F - F*"
set tmargin at screen 0.97
set bmargin at screen 0.54
set format x ""
plot for [k = 1:words(methods)] dir."/curves.csv" using (of(k)):"gap" \
    with lines linetype int(word(types, k)) title word(titles, k)
unset key
set ylabel "η · sharpness / 2"
set yrange [*:*]
set xlabel "step + 1"
set format x "10^{%T}"
set tmargin at screen 0.49
set bmargin at screen 0.14
plot 1 linetype 8 dashtype 1 notitle, for [k = 1:words(methods)] dir."/curves.csv" \
    using (of(k)):(column("rate") * column("sharpness") / 2) \
    with lines linetype int(word(types, k))
unset multiplot
