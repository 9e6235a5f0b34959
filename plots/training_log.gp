# A training log of one's own: the rate above, the training and the validation loss below.
#
#   make figure LOG=run.csv
set multiplot
set lmargin at screen 0.14
set rmargin at screen 0.96
set tmargin at screen 0.97
set bmargin at screen 0.7
set ylabel "rate η" offset 1
set xrange [0:*]
set yrange [0:*]
set format x ""
set ytics autofreq; set format y "%.2g"
unset key
plot log using "step":"rate" with lines linetype 5 dashtype 1
set tmargin at screen 0.65
set bmargin at screen 0.14
set format y "%g"
set ylabel "loss (nats)"
set xlabel "step"
set yrange [*:*]
set format x "%g"
set key top right
plot log using "step":"train_loss" with lines linetype 6 dashtype 1 title "training", \
     log using "step":"validation_loss" with linespoints linetype 2 title "validation"
unset multiplot
