# Error on a random network of 20 nodes whose curvatures differ by 10, against rounds of messages
# (left) and against bytes of all messages together (right). Exact coordination by flooding chooses its
# step by itself; Push-Pull and those after it were told the best constant step (rate) of a grid for this
# very problem, DLAS chooses its own.
methods = "average_flood average_field average_stopping push_pull push_diging ab frost dlas"
titles = "'flooding' 'finite field' 'ratio consensus' 'Push-Pull' 'Push-DIGing' 'AB' 'FROST' 'DLAS'"
curve(method) = "< awk -F, 'FNR == 1 {delete c; for (i = 1; i <= NF; i++) c[$i] = i; if (NR != 1) print; next} FILENAME ~ /trials.csv$/ {if ($c[\"study\"] == \"cost\" && $c[\"method\"] == \"".method."\" && $c[\"nodes\"] == 20 && $c[\"network\"] ~ /^random/ && $c[\"level\"] == 10 && $c[\"repeat\"] == 0) t = $c[\"trial\"]; next} t != \"\" && $c[\"trial\"] == t' '".dir."/trials.csv' '".dir."/curves.csv'"
set multiplot layout 1, 2 margins 0.1, 0.98, 0.14, 0.76 spacing 0.06, 0.1
set logscale xy
set format xy "10^{%T}"
if (term eq "dumb") set format xy "1e%T"
set yrange [1e-7:1e2]
set ylabel "error"
set key at screen 0.5, 0.99 center top maxrows 3
do for [what in "rounds bytes"] {
    set xlabel what
    plot for [m = 1:words(methods)] curve(word(methods, m)) using what:"error" with lines linetype m title word(titles, m)
    unset key
    set ylabel ""
    set format y ""
}
unset multiplot
