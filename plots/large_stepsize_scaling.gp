# Steps until the gap to the optimal value stays below a millionth of it, against 1/lambda, on
# the hard set of three rows. With rates (step sizes) of order one, even the largest monotone
# one, they grow as 1/lambda; with rates that grow as lambda shrinks they grow as its power 2/3
# or as its square root, which is Nesterov's; with the best constant rate they hardly grow at all.
set logscale xy
set format xy "10^{%T}"
if (term eq "dumb") set format xy "1e%T"
set xlabel "1/λ"
set ylabel "steps to settle"
set key outside right center
if (!has("scaling", "hard:gamma=0.2")) { @absent }

runs = rows("scaling")
methods = "gd_inverse_smooth gd_monotone gd_cube_root gd_square_root gd_triple_square_root nesterov gd_best nesterov_best"
titles = "'η = 1/L' 'largest monotone η' 'η = (γ²/λ)^⅓' 'η = γ/√λ' 'η = 3γ/√λ' 'Nesterov, η = 1/L' 'best constant η' 'Nesterov, best η'"
types = "1 2 3 4 7 6 5 8"
dashes = "1 1 1 1 1 4 1 3"
mine(method) = strcol("set") eq "hard:gamma=0.2" \
    && column("level_index") == 1 && strcol("method") eq method

# A fan of slopes to compare with.
set style line 101 linecolor rgb "#777777" linewidth 1 dashtype 1
set label "∝ 1/λ" at 1.1e4, 2.2e5 font small textcolor rgb "#777777"
set label "∝ (1/λ)^⅔" at 1.1e4, 1.05e5 font small textcolor rgb "#777777"
set label "∝ √(1/λ)" at 1.1e4, 5.5e4 font small textcolor rgb "#777777"
plot sample [1e3:1e4] 2e4 * (x / 1e3) linestyle 101 notitle, \
     [1e3:1e4] 2e4 * (x / 1e3)**(2 / 3.) linestyle 101 notitle, \
     [1e3:1e4] 2e4 * (x / 1e3)**0.5 linestyle 101 notitle, \
     for [k = 1:words(methods)] runs \
         using (mine(word(methods, k)) ? 1 / column("lambda") : NaN):"steps" \
         with linespoints linetype int(word(types, k)) dashtype int(word(dashes, k)) linewidth (k == 7 ? 1.8 : 1) title word(titles, k)
