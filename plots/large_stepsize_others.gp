# Steps to settle against 1/lambda, as in the scaling figure, on two rows that nearly oppose
# each other and on an imbalanced set. Larger rates need fewer steps on both, and exponents
# depend on the data: on the imbalanced set the largest monotone rate grows as well.
set logscale xy
set format xy "10^{%T}"
set xlabel "1/λ"
runs = rows("scaling")
methods = "gd_inverse_smooth gd_monotone gd_cube_root gd_square_root gd_triple_square_root nesterov gd_best nesterov_best"
titles = "'η = 1/L' 'largest monotone η' 'η = (γ²/λ)^⅓' 'η = γ/√λ' 'η = 3γ/√λ' 'Nesterov, η = 1/L' 'best constant η' 'Nesterov, best η'"
types = "1 2 3 4 7 6 5 8"
dashes = "1 1 1 1 1 4 1 3"
mine(set, method) = strcol("set") eq set \
    && column("level_index") == 1 && strcol("method") eq method

set multiplot layout 1, 2 margins 0.09, 0.72, 0.14, 0.92 spacing 0.09
set key at screen 0.73, screen 0.7 left top
set ylabel "steps to settle"
do for [set in "pair:gamma=0.1 imbalanced:n=1000"] {
    if (!has("scaling", set)) { @absent }
    set title set noenhanced
    plot for [k = 1:words(methods)] runs \
         using (mine(set, word(methods, k)) ? 1 / column("lambda") : NaN):"steps" \
         with linespoints linetype int(word(types, k)) dashtype int(word(dashes, k)) title word(titles, k)
    @next
}
unset multiplot
