# The critical rate, 2 over the largest curvature at the minimiser, times lambda ln(1/lambda),
# against 1/lambda. Over many decades it stays between constants: the critical rate is of order
# 1/(lambda ln(1/lambda)). Dashed, in the colour of its set: gamma squared, the lower constant.
set logscale xy
set format x "10^{%T}"
set xlabel "1/λ"
set ylabel "η_{crit} λ ln(1/λ)"
set key outside top center horizontal noenhanced
runs = rows("critical_scale")
mine(set) = strcol("set") eq set
all = sets("critical_scale")
if (!words(all)) { @absent }
plot for [k = 1:words(all)] runs \
         using (mine(word(all, k)) ? 1 / column("lambda") : NaN):"measured" \
         with linespoints linetype k dashtype 1 title word(all, k), \
     for [k = 1:words(all)] runs \
         using (mine(word(all, k)) ? 1 / column("lambda") : NaN):"predicted" \
         with lines linetype k dashtype 2 notitle
