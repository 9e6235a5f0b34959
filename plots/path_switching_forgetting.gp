# What is forgotten when each version brings another kind of text? Held-out loss (nats a byte, mean over
# seeds) of each version (row) on each kind of text (column). Below the steps a kind was seen before, and
# stays known where the cells stay light; a darker one down a column is forgetting.
arms = each("trials", "study=domains", "arm")
domains = ""
do for [domain in each("trials", "study=domains", "domain")] { if (domain ne "all") { domains = domains." ".domain } }
versions = each("trials", "study=domains", "version")
cells(arm) = spread("trials", "study=domains arm=".arm, "version domain", "loss")
if (!words(arms)) { @absent; plot NaN notitle } else {
columns = (words(arms) + 1) / 2
set multiplot layout 2, columns margins 0.09, 0.87, 0.19, 0.92 spacing 0.015, 0.09
set tics font small
set tics scale 0
unset grid
unset key
# Light to dark, in grey too.
set palette defined (0 "#fff7e6", 0.5 "#f0b64d", 1 "#d55e00")
range = ends("trials", "study=domains", "loss")
set cbrange [word(range, 1) + 0:word(range, 2) + 0]
set cblabel "loss (nats a byte)"
set xrange [0.5:words(domains) + 0.5]
set yrange [words(versions) + 0.5:0.5]
set ytics 1
do for [a = 1:words(arms)] {
    arm = word(arms, a)
    if (a == 1) { set colorbox user origin 0.89, 0.19 size 0.02, 0.73 } else { unset colorbox }
    set title arm noenhanced font small offset 0, -0.8
    set ylabel (a % columns == 1 ? "version" : "") font small
    if (a % columns == 1) { set format y "%g" } else { set format y "" }
    is_last = a > columns || words(arms) <= columns
    set xtics ("" 0)
    set for [k = 1:words(domains)] xtics add (is_last ? word(domains, k) : "" k) rotate by 45 right font small noenhanced
    plot cells(arm) using (position(domains, strcol("domain")) ? position(domains, strcol("domain")) : NaN):"version":"mean" \
             with image pixels, \
         for [k = 1:words(domains) - 1] "+" using (k + 0.5):(k + 0.5):(1):(0) every ::0::0 \
             with vectors nohead linecolor rgb "#000000" linewidth 1, \
         for [k = 1:words(domains) - 1] "+" using (k + 0.5):(k - 0.5):(0):(1) every ::0::0 \
             with vectors nohead linecolor rgb "#000000" linewidth 1, \
         cells(arm) using (position(domains, strcol("domain")) ? position(domains, strcol("domain")) : NaN):"version":(sprintf("%.2f", column("mean"))) \
             with labels font small
}
unset multiplot
}
