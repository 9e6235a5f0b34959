# What version updates cost, and with logs what they would lose, from `path_switching plan --out`:
# the cost of versions 1 … k, paradigms a little apart, as several cost the same; below the foretold
# loss of each version against that cost.
#
#   make figure LOG=plan.csv
paradigms = system("tail -n +2 '".log."' | cut -d, -f1 | awk '!seen[$0]++' | tr '\\n' ' '")
of(name, column) = strcol("paradigm") eq name ? column : NaN
foretold = system("awk -F, 'NR > 1 && $11 != \"nan\" && !seen[$1]++ {print $1}' '".log."' | tr '\\n' ' '")
has_losses = words(foretold) > 0
line(name) = (sum [k = 1:words(paradigms)] (word(paradigms, k) eq name ? k : 0))
shift(k) = 0.5 * ((k - 0.5) / words(paradigms) - 0.5)
set multiplot
set lmargin at screen 0.16
set rmargin at screen 0.96
set tmargin at screen 0.97
set bmargin at screen (has_losses ? 0.62 : 0.14)
set ylabel "cost (T)"
set xlabel "version"
set xtics 1
set offsets 0.3, 0.3, 0, 0
set yrange [0:*]
set key top left
plot for [k = 1:words(paradigms)] log using (column("version") + shift(k)):(of(word(paradigms, k), column("units"))) \
    with linespoints linetype k title word(paradigms, k) noenhanced
if (has_losses) {
    set tmargin at screen 0.48
    set bmargin at screen 0.12
    set xtics autofreq
    set offsets graph 0.04, graph 0.04, 0, 0
    set yrange [*:*]
    set ylabel "foretold loss"
    set xlabel "cost of versions 1 … k (T)"
    unset key
    plot for [name in foretold] log using "units":(of(name, column("loss"))):"low":"high" \
        with yerrorlines linetype line(name)
}
unset multiplot
