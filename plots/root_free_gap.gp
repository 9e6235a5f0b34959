# Is there a gap between SGD and adaptive methods to be closed? Test error of the best configuration of each
# method on tasks that were looked through for one: mean over fresh seeds and 95 % interval.
reports = "study=gap role=report"
tasks = each("summary", reports, "task")
methods = each("summary", reports, "method")
of(method) = where("summary", reports." method=".method)
y(m) = position(tasks, strcol("task")) + 0.16 * (m - 0.5 * (words(methods) + 1))
if (!words(tasks)) { @absent; plot NaN notitle } else {
set xlabel "test error (%)"
set yrange [words(tasks) + 0.7:0.3]
set ytics ("" 0)
set for [k = 1:words(tasks)] ytics add (word(tasks, k) k) noenhanced
set offsets graph 0.03, graph 0.03, 0, 0
set key outside top center horizontal noenhanced
plot for [m = 1:words(methods)] of(word(methods, m)) using (100 * column("test_error_mean")):(y(m)):(100 * column("test_error_low")):(100 * column("test_error_high")) \
         with xerrorbars linetype m dashtype 1 pointsize 0.9 title word(methods, m)
}
