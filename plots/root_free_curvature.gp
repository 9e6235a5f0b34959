# Where is the preconditioner after training under published settings? Share of the network's numbers by their
# running mean square times the batch, which starts at 1 (line). In bfloat16, as the released code holds it,
# numbers can stay where they started: all published settings have shares of a step below 2⁻⁹, where
# rounding to nearest undoes every fall. A method whose numbers all stay is SGD with momentum. First seed.
settings = each("curves", "kind=histogram", "setting")
states = "rf rf_bfloat16 rf_stochastic"
titles = "'float32' 'bfloat16, as released' 'bfloat16, stochastic'"
trial(setting, method) = word(each("curves", "kind=histogram setting=".setting." method=".method, "trial"), 1)
curve(setting, method) = where("curves", "kind=histogram setting=".setting." method=".method." trial=".trial(setting, method))
if (!words(settings)) { @absent; plot NaN notitle } else {
set multiplot layout words(settings), 1 margins 0.17, 0.97, 0.13, 0.9 spacing 0.03
# Small shares would not be seen beside whole ones.
set nonlinear y via sqrt(y) inverse y * y
set yrange [0:1.1]
set ytics ("0" 0, "0.1" 0.1, "1" 1) font small
set xtics 1 font small
set format x ""
seen = ends("curves", "kind=histogram value~[1-9]", "x")
low = word(seen, 1) - 0.4
set xrange [low < -2.4 ? low : -2.4:word(seen, 2) + 0.6]
set arrow 1 from 0, graph 0 to 0, graph 1 nohead linetype 8
set key at screen 0.5, 0.99 center top maxrows 1 width -4
do for [k = 1:words(settings)] {
    setting = word(settings, k)
    if (k == words(settings)) { set format x "10^{%g}"; set xlabel "mean square times batch" }
    set label 1 setting at graph 0.01, graph 0.8 noenhanced font small
    set ylabel (k == (words(settings) + 1) / 2 ? "share of the numbers" : "")
    plot for [s = 1:words(states)] curve(setting, word(states, s)) using "x":"value" \
             with steps linetype s linewidth (s == 1 ? 2.5 : 1) title word(titles, s)
    unset key
}
unset multiplot
}
