# What does each paradigm pay for its versions so far (in units of the T updates that one version's data are
# worth, shared ones counted once), and what loss does it get for that? Mean over seeds; bars from the least
# to the largest seed. Costs stand in their order, not to scale, and those of one cost side by side between
# two lines. Below and to the left is better.
order = "ours cpt wsd_s ema ptfs wsm lawa trunk ptfs_wsd cpt_reset schedule_free infinite cpt_floor"
# The order gives each its line; more than eight: the same colours once more, filled the other way round.
set linetype 9 linecolor rgb "#0072b2" dashtype 2 pointtype 6 pointsize 0.6
set linetype 10 linecolor rgb "#d55e00" dashtype 2 pointtype 4 pointsize 0.6
set linetype 11 linecolor rgb "#009e73" dashtype 2 pointtype 8 pointsize 0.7
set linetype 12 linecolor rgb "#cc79a7" dashtype 2 pointtype 10 pointsize 0.7
set linetype 13 linecolor rgb "#000000" dashtype 4 pointtype 2 pointsize 0.7
set linetype cycle 13
arms = ""
do for [arm in each("summary", "study=versions", "arm")] { if (position(order, arm)) { arms = arms." ".arm } }
versions = each("summary", "study=versions", "version")
last = word(versions, words(versions))
first = words(versions) > 3 ? words(versions) - 2 : 1
point(arm, version) = spread("summary", "study=versions arm=".arm." version=".version, "arm", "loss")
# Arms of one version by their cost: words "cost|arm".
by_cost(version) = system("printf '%s' '".each("summary", "study=versions version=".version, "cost_steps arm")."' | sort -g")
steps = word(each("summary", "study=versions", "steps")." 1", 1) + 0.0
if (!words(arms)) { @absent; plot NaN notitle } else {
set multiplot layout 1, words(versions) - first + 1 margins 0.12, 0.98, 0.14, 0.76 spacing 0.06
set offsets 0.7, 0.7, graph 0.08, graph 0.08
set tics font small
set xlabel "cost / T"
set ylabel "loss (nats a byte)" offset 1
set grid noxtics
set key at screen 0.5, 0.99 center top maxrows 3 noenhanced font small
do for [k = first:words(versions)] {
    set title "version ".word(versions, k) font small offset 0, -0.6
    set xtics ()
    unset arrow
    sorted = ""
    do for [pair in by_cost(word(versions, k))] { if (position(arms, latter(pair))) { sorted = sorted." ".pair } }
    slots = ""
    start = 1
    do for [a = 1:words(sorted)] {
        slots = slots." ".latter(word(sorted, a))
        if (a == words(sorted) || former(word(sorted, a + 1)) ne former(word(sorted, a))) {
            set xtics add (sprintf("%.3g", former(word(sorted, a)) / steps) 0.5 * (start + a))
            if (a < words(sorted)) { set arrow from a + 0.5, graph 0 to a + 0.5, graph 1 nohead back linestyle 100 }
            start = a + 1
        }
    }
    plot for [a = 1:words(arms)] point(word(arms, a), word(versions, k)) using (position(slots, word(arms, a))):"mean":"least":"largest" \
             with yerrorbars linetype position(order, word(arms, a)) dashtype 1 pointsize 1 notitle, \
         for [a = 1:words(arms)] NaN with points linetype position(order, word(arms, a)) pointsize 1 title word(arms, a)
    unset key
    set ylabel ""
}
unset multiplot
}
