# How every figure looks. Read before each plots/EXPERIMENT_FIGURE.gp, as
#
#   gnuplot -e "dir='results/NAME'; out='figure.svg'; term='svg'" plots/style.gp plots/NAME_figure.gp
#
# dir: folder of the CSV files; out: the file to write; term: pdf, svg, png or dumb.
# A figure script opens with its caption as comment lines, up to the first other line, and
# computes nothing: what it shows stands in a CSV. Colours: Okabe & Ito (2008), apart for
# every kind of colour vision, ordered so that neighbours also differ in lightness; line
# types 1-8 differ in dash and point as well.
if (term eq "pdf") set terminal pdfcairo size 13cm,8.2cm enhanced font "sans,9" linewidth 1.2 pointscale 0.7
# An SVG carries the figure's name, which is its title and keeps ids of two of them apart.
figure = system("basename '".out."' | cut -d. -f1")
if (term eq "svg") set terminal svg size 720,454 dynamic enhanced font "sans,14" linewidth 1.4 background "#ffffff" name figure
if (term eq "png") set terminal pngcairo size 1440,908 enhanced font "sans,22" linewidth 3 pointscale 2
if (term eq "dumb") set terminal dumb size 79,28 noenhanced
if (strlen(out)) set output out

set encoding utf8
set datafile separator comma
# Rows of other lines, as NaN, do not break a line.
set datafile missing NaN
set datafile columnheaders

set linetype 1 linecolor rgb "#0072b2" dashtype 1 pointtype 7 pointsize 0.6
set linetype 2 linecolor rgb "#d55e00" dashtype 1 pointtype 5 pointsize 0.6
set linetype 3 linecolor rgb "#009e73" dashtype 1 pointtype 9 pointsize 0.7
set linetype 4 linecolor rgb "#cc79a7" dashtype 1 pointtype 11 pointsize 0.7
set linetype 5 linecolor rgb "#000000" dashtype 2 pointtype 6 pointsize 0.6
set linetype 6 linecolor rgb "#56b4e9" dashtype 4 pointtype 4 pointsize 0.6
set linetype 7 linecolor rgb "#e69f00" dashtype 5 pointtype 8 pointsize 0.7
set linetype 8 linecolor rgb "#999999" dashtype 3 pointtype 10 pointsize 0.7
set linetype cycle 8

set style line 100 linecolor rgb "#dddddd" linewidth 0.5 dashtype 1
set autoscale xfix
set border 3 linecolor rgb "#444444"
set tics nomirror out scale 0.6
if (term ne "dumb") set grid linestyle 100
set key reverse Left samplen 2.5 spacing 1.1

# The sets of which a study has rows, in the order of trials.csv.
sets(study) = system("awk -F, -v study=".study." 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i} \
    $c[\"study\"] == study && $c[\"outcome\"] != \"absent\" && !seen[$c[\"set\"]]++ {print $c[\"set\"]}' \
    '".dir."/trials.csv'")
has(study, set) = strstrt("\n".sets(study)."\n", "\n".set."\n") > 0

# The rows of one study, with the heading.
rows(study) = "< awk -F, 'NR == 1 || $2 == \"".study."\"' '".dir."/trials.csv'"

# Of a table of this folder the rows with all of "column=value column=value …" ("column~pattern": by a regular
# expression), with the heading, but for those whose data are absent; the values that some of its columns have in
# them, in order of appearance, joined by "|"; the least and the largest of one column.
filter = "awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; n = split(q, w, \" \"); m = split(g, h, \" \"); \
    for (k = 1; k <= n; k++) {e = match(w[k], /[=~]/); how[k] = substr(w[k], e, 1); \
        at[k] = c[substr(w[k], 1, e - 1)]; is[k] = substr(w[k], e + 1)}} \
    NR > 1 {if (\"outcome\" in c && $c[\"outcome\"] == \"absent\") next; \
    for (k = 1; k <= n; k++) if (how[k] == \"=\" ? $at[k] != is[k] : $at[k] !~ is[k]) next; \
    key = $c[h[1]]; for (k = 2; k <= m; k++) key = key \"|\" $c[h[k]]} "
from(table, test, columns) = " q='".test."' g='".columns."' '".dir."/".table.".csv'"
where(table, test) = "< ".filter."{print}'".from(table, test, "")
each(table, test, columns) = system(filter."NR > 1 && !seen[key]++ {print key}'".from(table, test, columns))
ends(table, test, column) = system(filter."NR > 1 && key !~ /nan|inf/ {v = key + 0; if (!seen++) a = b = v; \
    if (v < a) a = v; if (v > b) b = v} END {print a, b}'".from(table, test, column))

# The mean and the ends of a column over those of the rows that agree in the columns of `groups`: a table of
# these, mean, least and largest. What is not finite is left out.
spread(table, test, groups, column) = "< ".filter."NR == 1 {for (k = 1; k <= m; k++) printf \"%s,\", h[k]; \
    print \"mean,least,largest\"; next} $c[\"".column."\"] ~ /nan|inf/ {next} \
    {v = $c[\"".column."\"] + 0; if (!size[key]++) {order[++count] = key; a[key] = b[key] = v} \
    sum[key] += v; if (v < a[key]) a[key] = v; if (v > b[key]) b[key] = v} \
    END {for (k = 1; k <= count; k++) {key = order[k]; gsub(/\\|/, \",\", order[k]); \
        print order[k] \",\" sum[key] / size[key] \",\" a[key] \",\" b[key]}}'".from(table, test, groups)

# The number of a word in a list, 0 for none.
position(list, item) = (sum [k = 1:words(list)] (word(list, k) eq item ? k : 0))

# The parts of "a|b".
former(pair) = pair[1:strstrt(pair, "|") - 1]
latter(pair) = pair[strstrt(pair, "|") + 1:*]

# What a figure does whose rows are missing (a small profile, data that are not here).
absent = "set xrange [1:10]; set yrange [1:10]; unset border; unset tics; unset grid; \
    set label 'no such rows in these results' at graph 0.5, graph 0.5 center front"

# For panels: the text of half a figure.
small = (term eq "pdf") ? ",7" : (term eq "svg") ? ",11" : ",17"

# Between panels of one multiplot: the key and the label of the y axis belong to the first.
next = "unset key; unset ylabel; unset label; set autoscale; set autoscale xfix"
