# How long should a branch be? Path switching with branches of alpha T updates: loss less that of training
# from scratch, for each version. Mean over seeds and 99 % interval; versions of one alpha are drawn a little
# apart. The cost of N versions is (1 + alpha) N − alpha.
lengths = each("summary", "study=versions paradigm~^path_switching", "alpha")
versions = each("summary", "study=versions", "version")
if (words(lengths) < 2) { @absent; plot NaN notitle } else {
set xlabel "length of a branch, alpha"
set ylabel "loss less that of ptfs (nats a byte)"
set xrange [0:1.1]
set offsets 0, 0, graph 0.05, 0
set key outside top center horizontal
gap(v) = spread("summary", "study=versions paradigm~^path_switching version=".v, "alpha gap_low gap_high", "gap_mean")." | sort -t, -g"
# A single seed has no interval.
end(name) = abs(column(name)) < 1e300 ? column(name) : column("mean")
plot 0 with lines linetype 5 linewidth 0.8 title "ptfs", \
     for [k = 1:words(versions)] gap(word(versions, k)) using (column("alpha") + 0.014 * (k - 0.5 * (words(versions) + 1))):"mean":(end("gap_low")):(end("gap_high")) \
         with yerrorlines linetype k title "version ".word(versions, k)
}
