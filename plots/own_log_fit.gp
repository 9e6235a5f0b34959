# Your own logs, in the order of the command, from `fit --out` or `forecast --out`: the rate above; below the
# losses (pale), the law fitted to them, and behind a log's end the forecast with its 90 % interval.
#
#   make figure LOG=fit.csv
stats log using "log" nooutput
first = int(STATS_min)
logs = int(STATS_max)
foretold = system("awk -F, 'NR > 1 && $6 != \"nan\" {print $1; exit}' '".log."'")
# With its number where there are several: two may be called alike. Former tables name no file.
name(k) = system(sprintf("awk -F, 'NR > 1 && $1 == %d {sub(/.*\\//, \"\", $8); print $8 == \"\" ? \"log %d\" : \"%s\" $8; exit}' '%s'", \
    k, k, logs > first ? sprintf("%d ", k) : "", log))
# Line types 1 to 8, paler.
pale = "#99c6e0 #eebe99 #99d8c7 #ebcadc #aaaaaa #bbe1f6 #f5d899 #d6d6d6"
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
set key top right noenhanced
interval = "log using 'step':'low':'high' with filledcurves linecolor rgb '#cccccc' title '90 % interval',"
if (!strlen(foretold)) { interval = "" }
plot @interval for [k = first:logs] log using "step":(column("log") == k ? column("loss") : NaN) \
        with points pointtype 7 pointsize 0.7 linecolor rgb word(pale, (k - 1) % 8 + 1) title name(k), \
    for [k = first:logs] log using "step":(column("log") == k ? column("fitted") : NaN) \
        with lines linetype k dashtype 1 linewidth 0.7 title "law, ".name(k)
unset multiplot
