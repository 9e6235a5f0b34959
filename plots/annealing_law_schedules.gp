# Every kind of schedule at its defaults: the rate, as a share of the peak, against the step.
heading = "awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i} $c[\"study\"] == \"schedules\" "
kinds = system(heading."{print $c[\"schedule\"]}' '".dir."/trials.csv'")
trials = system(heading."{print $c[\"trial\"]}' '".dir."/trials.csv'")
peak = system(heading."{print $c[\"rate\"]; exit}' '".dir."/trials.csv'") + 0
of(k) = column("trial") == word(trials, k) + 0 ? column("step") : NaN
unset key
set yrange [-0.03:1.08]
set xtics format ""
set ytics (0, 0.5, 1)
set label 1 "step" at screen 0.52, screen 0.03 center
set label 2 "rate / peak" at screen 0.025, screen 0.52 center rotate
if (!words(kinds)) { @absent; plot NaN notitle } else {
columns = 4
set multiplot layout ceil(words(kinds) / real(columns)), columns margins 0.1, 0.98, 0.09, 0.94 spacing 0.03, 0.08
do for [k = 1:words(kinds)] {
    name = word(kinds, k)
    while (strstrt(name, "_")) { name = name[1:strstrt(name, "_") - 1]." ".name[strstrt(name, "_") + 1:*] }
    set title name offset 0, -0.7
    set ytics format ((k % columns == 1) ? "%g" : "")
    plot dir."/curves.csv" using (of(k)):(column("rate") / peak) with lines linetype 1
    unset label
}
unset multiplot
}
