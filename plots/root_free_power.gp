# Adam with the running mean square to a power: 0 is momentum alone, 1/2 Adam, 1 Adam without the root. Error
# on test data with the rate that is best on validation data for each power: seeds (small), their mean,
# and its 95 % interval. Dashed, in a band of its interval: the sign of the momentum, which knows no squares.
tasks = each("trials", "study=power role=report", "task")
report(task, method) = where("summary", "study=power role=report task=".task." method=".method)
if (!words(tasks)) { @absent; plot NaN notitle } else {
set multiplot layout 1, words(tasks) margins 0.12, 0.98, 0.14, 0.84 spacing 0.1
set xlabel "power of the mean square"
set ylabel "test error (%)"
set xrange [-0.1:1.1]
set yrange [0 < *:*]
set xtics ("0" 0, "¼" 0.25, "½" 0.5, "¾" 0.75, "1" 1)
set key at screen 0.5, 0.99 center top maxrows 1 font small
do for [task in tasks] {
    set title task noenhanced font small offset 0, -0.6
    sign(end) = word(ends("summary", "study=power role=report method=signsgd task=".task, "test_error_".end)." NaN", 1) * 100
    unset object
    if (sign("low") < sign("high")) {
        set object rectangle from graph 0, first sign("low") to graph 1, first sign("high") behind \
            fillcolor rgb "#e8e8e8" fillstyle solid noborder
    }
    plot sign("mean") with lines linetype 5 title "sign of the momentum", \
         where("trials", "study=power role=report method=adam_p task=".task) using "power":(100 * column("test_error")) \
             with points pointtype 6 pointsize 0.5 linecolor rgb "#999999" title "a seed", \
         report(task, "adam_p") using "power":(100 * column("test_error_mean")):(100 * column("test_error_low")):(100 * column("test_error_high")) \
             with yerrorlines linetype 1 pointsize 1 title "mean, 95 % interval"
    unset key
    set ylabel ""
}
unset multiplot
}
