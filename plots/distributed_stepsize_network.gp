# A network and the steps (rates) that its nodes would choose alone, by colour: each has its own
# function. An arrow goes from a node to one that hears it. The number is the one step on
# which all of them agree by messages to neighbours alone.
trial = system("awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i} $c[\"study\"] == \"network\" {print $c[\"trial\"]; exit}' '".dir."/trials.csv'")
of(kind) = "< awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i} NR == 1 || ($c[\"kind\"] == \"".kind."\")' '".dir."/network.csv'"
unset border
unset tics
unset grid
unset key
set size ratio -1
set xrange [-0.05:1.05]
set yrange [-0.05:1.05]
set logscale cb
set cblabel "rate that the node would choose alone" offset 1, 0
set cbtics format "%.2g" add (0.1, 0.2, 0.5, 1, 2, 5, 10)
set palette defined (0 "#0072b2", 0.5 "#cccccc", 1 "#d55e00")
if (!strlen(trial)) { @absent; plot NaN notitle } else {
common = real(system("awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i} $c[\"kind\"] == \"node\" {print $c[\"rate\"]; exit}' '".dir."/network.csv'"))
set label sprintf("agreed on: %.2g", common) at graph 0.01, graph 0.99 front
plot of("edge") using "x":"y":(column("to_x") - column("x")):(column("to_y") - column("y")) with vectors head size screen 0.008, 20 filled linecolor rgb "#bbbbbb" linewidth 0.6, \
     of("node") using "x":"y":"local_rate" with points pointtype 7 pointsize 1.6 linecolor palette
}
