# Steps until the risk on fresh rows is within a tenth of that of the regularised minimiser,
# against the number of rows n; lambda = 1/n unless said otherwise. The larger the rate the
# smaller the exponent. Points: medians over repeats; bars: 10-90 % quantiles.
set logscale xy
set xlabel "rows n"
set ylabel "steps"
set xtics (64, 256, 1024, 4096, 16384, 65536)
set key outside right center
if (!words(sets("population"))) { @absent }
methods = "gd_unit gd_inverse_smooth early_stopping gd_sample_cube_root nesterov adaptive gd_near_critical"
titles = "'η = 1' 'η = 1/L' 'η = 1/L, λ = 0' 'η = n^⅓' 'Nesterov' 'adaptive, λ = 0' 'η near critical'"
types = "1 2 7 4 6 8 5"
of(method) = strcol("study") eq "population" && strcol("method") eq method ? column("size") : NaN

# Bars of different methods side by side, not on each other.
plot for [k = 1:words(methods)] dir."/summary.csv" \
         using (of(word(methods, k)) * 1.02**(k - 4)):"steps_median":"steps_q10":"steps_q90" \
         with yerrorlines linetype int(word(types, k)) title word(titles, k)
