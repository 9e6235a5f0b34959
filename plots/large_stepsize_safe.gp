# Steps to settle with a constant rate and with one that is warmed up while the objective is
# watched, and rolled back where it gets worse, against the rate in critical rates; a panel for
# each set. Crosses: runs that did not settle. Up to the critical rate the guard costs little;
# above it it saves most runs that would fail.
runs = rows("safe")
all = ""
do for [set in sets("safe")] { if (set ne "none") { all = all." ".set } }
of(set, method) = column("level_index") == 0 && strcol("set") eq set && strcol("method") eq method \
    ? column("level") : NaN
settled(set, method) = strcol("outcome") eq "reached" ? of(set, method) : NaN
failed(set, method) = strcol("outcome") ne "reached" ? of(set, method) : NaN

# Titles have little room.
short(set) = system("echo '".set."' | sed 's/;negative=/ or /; s/positive=//; s/gamma/γ/; s/^\\(.\\{25\\}\\).*/\\1…/'")

set logscale xy
set xrange [0.08:7]
set yrange [5:1e8]
set tics font small
set xtics (0.1, 0.2, 0.5, 1, 2, 5)
set key at screen 0.99, screen 0.26 right top spacing 1.2 font small

# Four in a row, and room for the key at the end.
panels = words(all)
set multiplot layout panels / 4 + 1, 4 margins 0.08, 0.98, 0.09, 0.94 spacing 0.02, 0.13
if (!panels) { @absent; plot NaN notitle }
do for [k = 1:panels] {
    set = word(all, k)
    set title short(set) noenhanced font small offset 0, -0.8
    set ylabel (k % 4 == 1 ? "steps" : "") font small offset 1, 0
    if (k % 4 == 1) { set ytics ("10" 10, "10³" 1e3, "10⁵" 1e5, "10⁷" 1e7) } else { set ytics ("" 10, "" 1e3, "" 1e5, "" 1e7) }
    set xlabel (k > panels - 4 ? "rate / critical rate" : "") font small offset 0, 0.8
    plot runs using (settled(set, "gd")):"steps" with linespoints linetype 2 title "constant rate", \
         runs using (settled(set, "gd_guarded")):"steps" with linespoints linetype 1 title "warmed up, guarded", \
         runs using (failed(set, "gd")):(3e7) with points linetype 2 pointtype 2 notitle, \
         runs using (failed(set, "gd_guarded")):(3e6) with points linetype 1 pointtype 2 notitle, \
         keyentry with points linetype 5 pointtype 2 title "did not settle"
    unset key
}
unset multiplot
