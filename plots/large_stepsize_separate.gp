# Steps until every row is on the right side, without regularisation, on the imbalanced set against
# n. A huge step is the batch perceptron: it must outvote the majority, and takes steps in
# proportion to n. Methods that weigh rows by how wrong they are, and the perceptron, which takes
# one row at a time, do not.
set logscale xy
set format y "10^{%T}"
set xlabel "rows n"
set ylabel "steps to separate"
set key outside right center
methods = "gd_unit batch_perceptron gd_huge adaptive exponential normalised perceptron"
titles = "'η = 1' 'batch perceptron' 'η = 2^{16}' 'risk-adaptive' 'exponential loss, η/loss' 'normalised gradient' 'perceptron'"
mine(method) = strcol("study") eq "separate" && strcol("method") eq method \
    && strcol("outcome") eq "reached" && column("level_index") == 1
all = sets("separate")
if (!words(all)) { @absent }
plot for [k = 1:words(methods)] dir."/trials.csv" \
         using (mine(word(methods, k)) ? column("size") : NaN):"steps" \
         with linespoints linetype k title word(titles, k)
