# What is each method worth with its best configuration, chosen on validation data, under each schedule? Error
# on test data of fresh seeds: mean and 95 % interval. All methods had the same number of runs to choose from.
# Diamonds: with the best numbers of the method with the root, unchanged. Root-free ones begin with rf or if;
# rf_frozen never changes its preconditioner, rf_shuffled gives it to the wrong numbers, rf_norms keeps only
# the length of its steps.
reports = "study=search role=report"
tasks = each("summary", reports, "task")
methods = each("summary", reports, "method")
of(task, schedule) = where("summary", reports." task=".task." schedule=".schedule)
heirs(task, schedule) = where("summary", "study=search role=reused task=".task." schedule=".schedule)
if (!words(tasks)) { @absent; plot NaN notitle } else {
set multiplot layout 1, words(tasks) margins 0.19, 0.98, 0.16, 0.86 spacing 0.03
set yrange [words(methods) + 0.7:0.3]
set tics font small
if (words(tasks) > 2) { set xtics rotate by 45 right }
set xlabel font small
set xrange [0 < *:*]
set offsets graph 0.04, graph 0.04, 0, 0
schedules = each("summary", reports, "schedule")
set key at screen 0.5, 0.99 center top maxrows 1 noenhanced
do for [task in tasks] {
    is_error = each("summary", reports." task=".task, "test_error_mean") ne "nan"
    unit = is_error ? 100 : 1
    kind = is_error ? "test_error" : "test_loss"
    is_first = task eq word(tasks, 1)
    here = each("summary", reports." task=".task, "method")
    set for [k = 1:words(methods)] ytics add (is_first ? word(methods, k) : "" k) noenhanced
    set title task noenhanced font small offset 0, -0.6
    set xlabel is_error ? "test error (%)" : "test loss (nats)"
    y(s) = position(methods, strcol("method")) + 0.2 * (s - 0.5 * (words(schedules) + 1))
    plot for [s = 1:words(schedules)] of(task, word(schedules, s)) using (unit * column(kind."_mean")):(y(s)):(unit * column(kind."_low")):(unit * column(kind."_high")) \
             with xerrorbars linetype s pointsize 0.8 notitle, \
         for [s = 1:words(schedules)] heirs(task, word(schedules, s)) using (position(here, strcol("method")) ? unit * column(kind."_mean") : NaN):(y(s)) \
             with points linetype s pointtype 12 pointsize 1 notitle, \
         for [s = 1:words(schedules)] NaN with points linetype s title word(schedules, s)
}
unset multiplot
}
