# Your own log, from `fit --out` or `forecast --out`: the rate above; below the losses, the fitted
# law, and behind the log's end the forecast with its 90 % interval.
#
#   make figure LOG=fit.csv
stats log using "log" nooutput
first = int(STATS_min)
logs = int(STATS_max)
set multiplot
set lmargin at screen 0.16
set rmargin at screen 0.96
set tmargin at screen 0.97
set bmargin at screen 0.7
set ylabel "rate η"
set xrange [0:*]
set yrange [0:*]
set format x ""
set ytics autofreq; set format y "%.2g"
unset key
plot for [k = first:logs] log using "step":(column("log") == k ? column("rate") : NaN) \
    with lines linetype k
set tmargin at screen 0.65
set bmargin at screen 0.14
set format y "%g"
set ylabel "loss (nats)"
set xlabel "step"
set yrange [*:*]
set format x "%g"
set key top right
plot log using "step":"low":"high" with filledcurves linecolor rgb "#9ecae1" title "90 % interval", \
    for [k = first:logs] log using "step":(column("log") == k ? column("loss") : NaN) \
        with points linetype k pointtype 7 pointsize 0.3 title sprintf("log %d", k), \
    for [k = first:logs] log using "step":(column("log") == k ? column("fitted") : NaN) \
        with lines linetype 5 dashtype 1 title (k == first ? "law" : "")
unset multiplot
