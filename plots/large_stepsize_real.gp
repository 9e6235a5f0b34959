# Steps to settle against 1/lambda on handwritten digits: 0 against the rest, one row in ten
# positive, and 0 against 1, balanced. On the imbalanced set the largest monotone rate is far from
# the best one; on the balanced set a large rate helps, but it need not be unstable.
# Circled: the budget was spent before.
set logscale xy
set format xy "10^{%T}"
set xlabel "1/λ"
runs = rows("real")
methods = "gd_inverse_smooth gd_monotone gd_triple_cube_root gd_triple_square_root nesterov bb1 gd_best"
titles = "'η = 1/L' 'largest monotone η' 'η = 3(γ²/λ)^⅓' 'η = 3γ/√λ' 'Nesterov' 'Barzilai-Borwein' 'best constant η'"
types = "1 2 3 7 6 8 5"
dashes = "1 1 1 1 4 3 1"
of(set, method) = strcol("set") eq set && strcol("method") eq method \
    ? 1 / column("lambda") : NaN
spent(set) = strcol("set") eq set && strcol("outcome") eq "spent" \
    && strstrt(" ".methods." ", " ".strcol("method")." ") ? 1 / column("lambda") : NaN

set multiplot layout 1, 2 margins 0.09, 0.72, 0.14, 0.92 spacing 0.09
set key at screen 0.73, screen 0.7 left top
set ylabel "steps to settle"
do for [set in "digits:positive=0 digits:positive=0;negative=1"] {
    if (!has("real", set)) { @absent }
    set title set noenhanced
    plot for [k = 1:words(methods)] runs using (of(set, word(methods, k))):"steps" \
             with linespoints linetype int(word(types, k)) dashtype int(word(dashes, k)) title word(titles, k), \
         runs using (spent(set)):"steps" with points linetype 5 pointtype 6 pointsize 1.6 notitle
    @next
}
unset multiplot
