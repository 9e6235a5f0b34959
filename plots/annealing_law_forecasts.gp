# Does the 90 % interval of a forecast hold the end? Above: what the forecast missed it by, in half
# widths of its interval: a point a forecast, within the band where it held, at the edge beyond 3. Below: the size of that
# miss as a share of the loss, and, grey, that of taking the last loss seen for the end's. Against
# the share of the log that was seen.
shown = "< awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; print; next} $c[\"question\"] == \"forecast\" && $c[\"level_index\"] >= 0 && $c[\"study\"] == \""
rows_of(study, law) = shown.study."\" && $c[\"law\"] == \"".law."\"' '".dir."/trials.csv'"
count(study) = int(system("awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next} $c[\"question\"] == \"forecast\" && $c[\"level_index\"] >= 0 && $c[\"study\"] == \"".study."\"' '".dir."/trials.csv' | wc -l"))
studies = "forecasts curves recursion"
names = "'published curves' 'own networks' 'exact recursion'"
total = 0
do for [k = 1:3] { total = total + count(word(studies, k)) }
if (!total) { @absent; plot NaN notitle } else {
within(y) = y > 3 ? 3 : y < -3 ? -3 : y
# Forecasts of one cut side by side, in the order of their curves.
x(shift) = 100 * column("level") + shift + 0.35 * (column("trial") + column("schedule_index")) - 7.0 * floor(0.05 * (column("trial") + column("schedule_index"))) - 3.3
set xrange [25:85]
set xtics 30, 10, 80 font small
set ytics font small
set pointsize 0.5
set multiplot layout 2, 3 margins 0.11, 0.98, 0.12, 0.94 spacing 0.025, 0.05
set format x ""
set yrange [-3:3]
set ylabel "miss (half widths)"
set object 1 rectangle from graph 0, first -1 to graph 1, first 1 fillcolor rgb "#deebf7" behind linewidth 0
unset key
do for [k = 1:3] {
    set title word(names, k) font small offset 0, -0.6
    study = word(studies, k)
    if (count(study)) {
        plot rows_of(study, "forecast") using (x(0)):(within((column("predicted") - column("measured")) / (column("high") - column("predicted")))) with points linetype k pointsize 0.4
    } else { plot NaN notitle }
    unset ylabel; set format y ""
}
unset object 1
unset title
set format x "%g"
set format y "10^{%T}"
if (term eq "dumb") { set format y "1e%T" }
set logscale y
set yrange [1e-5:1]
set ylabel "miss (share of the loss)"
do for [k = 1:3] {
    study = word(studies, k)
    set xlabel (k == 2 ? "share of the log seen (%)" : "")
    if (count(study)) {
        plot rows_of(study, "last_loss") using (x(0)):"relative" with points linetype 8 pointtype 2 pointsize 0.3, \
             rows_of(study, "forecast") using (x(0)):"relative" with points linetype k pointsize 0.4
    } else { plot NaN notitle }
    unset ylabel; set format y ""
}
unset multiplot
}
