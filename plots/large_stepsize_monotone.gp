# The largest rate with which the objective never increases, against 1/lambda (points), and the
# bound on it that follows from the first step alone (lines of the same colour). It stops growing
# as lambda shrinks; from there on monotone runs need steps proportional to 1/lambda.
set logscale xy
set format x "10^{%T}"
set xlabel "1/λ"
set offsets graph 0.03, graph 0.03, 0, 0
set ylabel "rate (step size) η"
set key outside top center horizontal maxrows 2 noenhanced
runs = rows("monotone")
mine(set) = strcol("set") eq set
all = sets("monotone")
if (!words(all)) { @absent }
plot for [k = 1:words(all)] runs \
         using (mine(word(all, k)) ? 1 / column("lambda") : NaN):"measured" \
         with points linetype k pointsize 1 title word(all, k), \
     for [k = 1:words(all)] runs \
         using (mine(word(all, k)) ? 1 / column("lambda") : NaN):"predicted" \
         with lines linetype k dashtype 2 notitle, \
     keyentry with lines linetype 5 title "bound, in the colour of its set"
