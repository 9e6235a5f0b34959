# How long should a branch be? Path switching with branches of alpha T updates: loss less that of training
# from scratch, for each version. Mean over seeds; bars from the least to the largest. The cost of
# N versions is (1 + alpha) N − alpha.
is_ours(arm) = arm eq "ours" || arm[1:6] eq "ours_a"
arms = ""
do for [arm in each("summary", "study=versions", "arm")] { if (is_ours(arm)) { arms = arms." ".arm } }
versions = each("summary", "study=versions", "version")
if (words(arms) < 2) { @absent; plot NaN notitle } else {
set xlabel "length of a branch, alpha"
set ylabel "loss less that of ptfs (nats a byte)"
set xrange [0:1.1]
set key top right
line(v) = "< ".filter."$c[\"arm\"] ~ /^ours(_a|$)/ && $c[\"gap\"] !~ /nan/ {k = $c[\"alpha\"]; v = $c[\"gap\"] + 0; if (!size[k]++) a[k] = b[k] = v; sum[k] += v; if (v < a[k]) a[k] = v; if (v > b[k]) b[k] = v} END {for (k in size) print k \",\" sum[k] / size[k] \",\" a[k] \",\" b[k]}' q='study=versions version=".v."' '".dir."/summary.csv' | sort -t, -g"
set datafile nocolumnheaders
plot 0 with lines linetype 5 linewidth 0.8 title "ptfs", \
     for [k = 1:words(versions)] line(word(versions, k)) using 1:2:3:4 with yerrorlines linetype k title "version ".word(versions, k)
}
