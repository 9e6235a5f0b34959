# Where is the preconditioner after training under published settings? The running mean square times the batch,
# which starts at 1 (dotted line): median, and 10 to 90 % over the network's numbers, first seed. In bfloat16, as
# the released code holds it, numbers can stay where they started: all published settings have shares of a step
# below 2⁻⁹, where rounding to nearest undoes every fall. A method whose numbers all stay is SGD with momentum.
settings = each("trials", "study=released method=rf", "setting")
states = "rf rf_bfloat16 rf_stochastic"
titles = "'float32' 'bfloat16, as released' 'bfloat16, stochastic'"
state(method) = where("trials", "study=released repeat=0 method=".method)
row(s) = -position(settings, strcol("setting")) + 0.2 * (2 - s)
if (!words(settings)) { @absent; plot NaN notitle } else {
unset ytics
do for [k = 1:words(settings)] { set label word(settings, k) at graph -0.01, first -k right noenhanced }
set lmargin at screen 0.2
set border 1
set yrange [-words(settings) - 0.5:-0.5]
set offsets graph 0.05, graph 0.05, 0, 0
set xlabel "mean square times batch"
set arrow 1 from 1, graph 0 to 1, graph 1 nohead back linetype 8 linewidth 1.5
set key at screen 0.5, 0.99 center top maxrows 1 width -2
set tmargin at screen 0.89
plot for [s = 1:words(states)] state(word(states, s)) using "curvature_median":(row(s)):"curvature_low":"curvature_high" \
         with xerrorbars linetype s pointsize 1 title word(titles, s)
}
