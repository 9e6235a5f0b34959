# How hard is each method to tune? Every configuration drawn from its search space, by what it does on
# validation data in one run: a circle each, the one that is chosen (after more seeds for the best few) filled, a
# bar where half are better. At the right, crosses: runs that failed. All methods have the same number of runs
# on a task.
searches = "study=search role=search"
tasks = each("trials", searches, "task")
methods = each("trials", searches, "method")
# The first schedule of a task that anneals.
schedules(task) = each("trials", searches." task=".task, "schedule")
annealed(list) = word(list, words(list) > 1 && word(list, 1) eq "constant" ? 2 : 1)
if (!words(tasks)) { @absent; plot NaN notitle } else {
set multiplot layout 1, words(tasks) margins 0.19, 0.98, 0.14, 0.9 spacing 0.03
set yrange [words(methods) + 0.7:0.3]
set tics font small
set xtics (0.5, 1, 2, 3, 5, 10, 20, 50, 90)
set logscale x
unset key
do for [task in tasks] {
    schedule = annealed(schedules(task))
    runs = searches." task=".task." schedule=".schedule
    # A language model is judged by its loss.
    is_error = each("trials", runs." outcome=spent", "validation_error") ne "nan"
    score(x) = is_error ? 100 * column("validation_error") : column("validation_loss")
    drawn = words(each("trials", runs, "configuration"))
    seen = ends("trials", runs." outcome=spent", is_error ? "validation_error" : "validation_loss")
    low = (is_error ? 100 : 1) * word(seen, 1)
    high = (is_error ? 100 : 1) * word(seen, 2)
    edge = high * (high / low) ** 0.05
    end = high * (high / low) ** 0.25
    middle = sqrt(edge * end)
    set xrange [low * (low / high) ** 0.03:end]
    set arrow 1 from edge, graph 0 to edge, graph 1 nohead linetype 8 linewidth 0.6
    set label 1 "failed" at middle, graph 1.025 center font small
    is_first = task eq word(tasks, 1)
    set for [k = 1:words(methods)] ytics add (is_first ? word(methods, k) : "" k) noenhanced
    set title task.", ".schedule noenhanced font small offset 0, 0.3
    set xlabel is_error ? "validation error (%)" : "validation loss (nats)"; set xlabel font small
    spent(rank) = strcol("outcome") eq "spent" && (rank < 0 || column("rank") == rank) ? score(0) : NaN
    failed(x) = strcol("outcome") ne "spent" ? edge * (end / edge) ** ((drawn - column("rank")) / (drawn + 1)) : NaN
    y(x) = position(methods, strcol("method"))
    plot where("trials", runs) using (spent(-1)):(y(0)) with points pointtype 6 pointsize 0.6 linecolor rgb "#0072b2", \
         where("trials", runs) using (spent(drawn / 2)):(y(0) - 0.35):(0):(0.7) \
             with vectors nohead linewidth 1.5 linecolor rgb "#000000", \
         where("trials", runs) using (spent(0)):(y(0)) with points pointtype 7 pointsize 0.9 linecolor rgb "#000000", \
         where("trials", runs) using (failed(0)):(y(0)) with points pointtype 2 pointsize 0.5 linewidth 0.6 linecolor rgb "#d55e00"
}
unset multiplot
}
