# What does a step cost? Time of one step on one matrix of d x d numbers, its preconditioner made anew:
# Shampoo by eigendecompositions, its inverse-free form by products alone; medians of `make bench`, whose
# machine stands in results/bench/machine.txt. Times are no results: they differ from run to run.
bench = system("for f in '".dir."/../bench' '".dir."/../../bench' results/reference/bench; do \
    if grep -q '^if_shampoo;' $f/root_free.csv 2>/dev/null; then echo $f/root_free.csv; break; fi; done")
rows(threads) = "< awk -F, '$1 ~ /^if_shampoo; .*; ".threads." thread/ {split($1, part, /; | x /); print part[2] \",\" 1000 * $2 \",\" 1000 * $4}' '".bench."'"
if (!strlen(bench)) { @absent; plot NaN notitle } else {
threads = system("awk -F, '$1 ~ /^if_shampoo; / {n = split($1, part, \"; \"); split(part[n], t, \" \"); if (!seen[t[1]]++) print t[1]}' '".bench."'")
set datafile nocolumnheaders
set logscale xy
set xlabel "size d of a d x d matrix"
set ylabel "time of a step (ms)"
set xtics (32, 64, 128, 256, 512, 1024, 2048)
set autoscale yfix
set offsets graph 0.05, graph 0.05, graph 0.05, graph 0.05
set key top left
title_of(name, t) = sprintf("%s, %s thread%s", name, word(threads, t), word(threads, t) eq "1" ? "" : "s")
plot for [t = 1:words(threads)] rows(word(threads, t)) using 1:3 \
         with linespoints linetype 2 dashtype t pointsize 1 title title_of("Shampoo", t), \
     for [t = 1:words(threads)] rows(word(threads, t)) using 1:2 \
         with linespoints linetype 1 dashtype t pointsize 1 title title_of("inverse-free", t)
}
