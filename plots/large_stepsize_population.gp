# Steps against the number of rows n, with lambda = 1/n unless said otherwise, until the risk on
# fresh rows is within a tenth of that of the regularised minimiser (left), or at most the risk
# that theory promises (right). The larger the rate the smaller the exponent.
# Points: medians over repeats; bars: 10-90 % quantiles.
set logscale xy
set xlabel "rows n"
set xtics (64, 256, "1k" 1024, "4k" 4096, "16k" 16384, "64k" 65536)
all = sets("population")
methods = "gd_unit gd_inverse_smooth early_stopping gd_sample_cube_root nesterov adaptive gd_near_critical"
titles = "'η = 1' 'η = 1/L' 'η = 1/L, λ = 0' 'η = n^⅓' 'Nesterov' 'adaptive, λ = 0' 'η near critical'"
types = "1 2 7 4 6 8 5"
of(method, target) = strcol("study") eq "population" && strcol("method") eq method \
    && column("level_index") == target ? column("size") : NaN

# No step at all has a place on a logarithmic axis, too.
up(kind) = column(kind) > 0 ? column(kind) : 0.5
set yrange [0.4:*]
set ytics ("0" 0.5, 1, 10, 100, "10^3" 1000, "10^4" 1e4, "10^5" 1e5)

set multiplot layout 1, 2 margins 0.1, 0.76, 0.14, 0.92 spacing 0.08
set key at screen 0.77, screen 0.7 left top
set ylabel "steps"
do for [target = 0:1] {
    if (!words(all)) { @absent }
    set title word("'near the best risk' 'at the promised risk'", target + 1)
    # Bars of different methods side by side, not on each other.
    plot for [k = 1:words(methods)] dir."/summary.csv" \
         using (of(word(methods, k), target) * 1.02**(k - 4)):(up("steps_median")):(up("steps_q10")):(up("steps_q90")) \
         with yerrorlines linetype int(word(types, k)) title word(titles, k)
    @next; set yrange [0.4:*]
}
unset multiplot
