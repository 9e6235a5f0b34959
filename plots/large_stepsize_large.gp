# The same on larger data: gradients until each method settles, at the smallest lambda of the
# study. Circled: the budget was spent before. Which first-order method is best depends
# on the data; curvature (L-BFGS, Newton) pays on all of them.
study = "large"
methods = "gd_inverse_smooth gd_near_critical gd_recommended nesterov nesterov_restart polyak armijo adgd2023 bb1 abb lbfgs newton"
titles = "'η = 1/L' 'η near critical' 'recommended η' 'Nesterov' 'Nesterov, restarts' 'Polyak step' 'Armijo search' 'AdGD 2023' 'Barzilai-Borwein 1' 'alternating BB' 'L-BFGS' 'Newton'"
set logscale x
set format x "10^{%T}"
set xlabel "gradients"
set key outside top center horizontal maxrows 2 noenhanced font small
set autoscale x
set yrange [words(methods) + 0.5:0.5]
set for [k = 1:words(methods)] ytics add (word(titles, k) k)
set tics font small
all = sets(study)
if (!words(all)) { set xrange [1:10]; @absent; set yrange [words(methods) + 0.5:0.5] }
smallest = real(system("awk -F, '$2 == \"".study."\" && $13 != \"absent\" && (!m || $6 < m) {m = $6} END {print m ? m : 0}' '".dir."/trials.csv'"))

runs = rows(study)
place(method) = (sum [k = 1:words(methods)] (word(methods, k) eq method ? k : 0))
row(set) = strcol("set") eq set && column("lambda") == smallest \
    && place(strcol("method")) > 0
of(set) = row(set) ? column("gradients") : NaN
spent(set) = row(set) && strcol("outcome") ne "reached" ? column("gradients") : NaN
# A little above and below: sets on the same line would hide each other.
at(k) = place(strcol("method")) + 0.15 * (k - 0.5 * (words(all) + 1))
plot for [k = 1:words(all)] runs using (of(word(all, k))):(at(k)) \
         with points linetype k pointsize 0.9 title word(all, k), \
     for [k = 1:words(all)] runs using (spent(word(all, k))):(at(k)) \
         with points linetype k pointtype 6 pointsize 1.7 notitle
