# The loss without regularisation after a budget of T steps. With the rate 1/L or the largest
# monotone one it falls as 1/T; with a rate proportional to the budget at least as 1/T^2, below
# the bound proved for it (dashed), until it collapses. Grey: slopes -1 and -2.
set logscale xy
set format xy "10^{%T}"
set xlabel "budget T in steps"
runs = rows("budget")
methods = "gd_inverse_smooth gd_monotone gd_whole_budget"
titles = "'η = 1/L' 'largest monotone η' 'η = γ²T/120'"
of(set, method) = strcol("set") eq set && strcol("method") eq method \
    ? column("size") : NaN

set multiplot layout 1, 2 margins 0.1, 0.97, 0.26, 0.92 spacing 0.1
set key at screen 0.1, screen 0.11 left top maxrows 2 width 3
set yrange [1e-12:100]
set ylabel "loss after T steps"
do for [set in "pair:gamma=0.3 random:n=20;d=5;gamma=0.2"] {
    if (!has("budget", set)) { @absent }
    set title set noenhanced
    plot 1 / x linestyle 100 linewidth 2 notitle, 1e4 / x**2 linestyle 100 linewidth 2 notitle, \
         for [k = 1:3] runs using (of(set, word(methods, k))):"measured" \
             with linespoints linetype k title word(titles, k), \
         runs using (of(set, "gd_whole_budget")):"predicted" \
             with lines linetype 5 title "its bound"
    @next; set yrange [1e-12:100]
}
unset multiplot
